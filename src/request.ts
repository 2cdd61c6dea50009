import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import type { IConflict, IError } from './_api';
import { ROUTES } from './tokens';

/** The server half, or what stands before it, refused a request. */
export class RequestError extends Error {
  /**
   * @param status - The HTTP status; 0 where no answer came.
   * @param problem - What the server half said; null where the answer isn't its own.
   */
  constructor(
    readonly status: number,
    readonly problem: IError | IConflict | null,
    message: string
  ) {
    super(problem?.message ?? message);
    this.name = 'RequestError';
  }

  /** What a sync would lose, as a unified diff; null where that isn't the matter. */
  get lost(): string | null {
    return this.problem !== null && 'diff' in this.problem
      ? this.problem.diff
      : null;
  }
}

/** An answer that isn't a refusal; 304 has no body, and is one only where the request names an ETag. */
export type Answer<T> =
  | { readonly status: 304; readonly headers: Headers }
  | { readonly status: 200; readonly headers: Headers; readonly body: T };

/**
 * Ask the server half; rejects with a {@link RequestError}, never with anything else.
 *
 * The type of the answer is trusted here and nowhere else: both sides are
 * generated from the same declarations, and the version check tells when they
 * are not of one release.
 */
export async function ask<T>(
  route: string,
  serverSettings: ServerConnection.ISettings,
  init: RequestInit = {}
): Promise<Answer<T>> {
  const url = URLExt.join(serverSettings.baseUrl, ROUTES, route);
  let response: Response;
  let text: string;
  try {
    response = await ServerConnection.makeRequest(url, init, serverSettings);
    text = await response.text();
  } catch (reason) {
    throw new RequestError(0, null, String(reason));
  }
  const { headers } = response;
  if (response.status === 304) {
    return { status: 304, headers };
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
  return { status: 200, headers, body: body as T };
}

/** Ask for something without naming an ETag; as {@link ask}, but the body alone. */
export async function request<T>(
  route: string,
  serverSettings: ServerConnection.ISettings,
  init: RequestInit = {}
): Promise<T> {
  const answer = await ask<T>(route, serverSettings, init);
  if (answer.status === 304) {
    throw new RequestError(304, null, '304 without an ETag');
  }
  return answer.body;
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
