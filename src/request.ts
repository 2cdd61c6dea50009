import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import type { IError } from './_api';
import { ROUTES } from './tokens';

/** The server half, or what stands before it, refused a request. */
export class RequestError extends Error {
  /**
   * @param status - The HTTP status; 0 where no answer came.
   * @param problem - What the server half said; null where the answer isn't its own.
   */
  constructor(
    readonly status: number,
    readonly problem: IError | null,
    message: string
  ) {
    super(problem?.message ?? message);
    this.name = 'RequestError';
  }
}

/**
 * Ask the server half; rejects with a {@link RequestError}, never with anything else.
 *
 * The type of the answer is trusted here and nowhere else: both sides are
 * generated from the same declarations, and the version check tells when they
 * are not of one release.
 */
export async function request<T>(
  route: string,
  serverSettings: ServerConnection.ISettings,
  init: RequestInit = {}
): Promise<T> {
  const url = URLExt.join(serverSettings.baseUrl, ROUTES, route);
  let response: Response;
  let text: string;
  try {
    response = await ServerConnection.makeRequest(url, init, serverSettings);
    text = await response.text();
  } catch (reason) {
    throw new RequestError(0, null, String(reason));
  }
  const body = parsed(text);
  if (!response.ok) {
    throw new RequestError(
      response.status,
      isError(body) ? body : null,
      `${response.status} ${response.statusText}`
    );
  }
  if (body === undefined) {
    throw new RequestError(
      response.status,
      null,
      `${url} did not answer with JSON`
    );
  }
  return body as T;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isError(body: unknown): body is IError {
  return (
    typeof body === 'object' &&
    body !== null &&
    'code' in body &&
    'message' in body &&
    'args' in body
  );
}
