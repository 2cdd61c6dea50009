import { readFileSync } from 'fs';
import { join } from 'path';

import { ServerConnection } from '@jupyterlab/services';

/** An answer that the server half really gives: pytest holds the same file against the server. */
export function payload(name: string): string {
  return readFileSync(
    join(__dirname, '../../tests/server/payloads', `${name}.json`),
    'utf-8'
  );
}

/** A server at `/hub/user/ä b/` that answers every request alike, and the requests it got. */
export function serverThatAnswers(answer: () => Response | Error): {
  readonly settings: ServerConnection.ISettings;
  readonly asked: string[];
} {
  const asked: string[] = [];
  const settings = ServerConnection.makeSettings({
    baseUrl: 'http://localhost/user/%C3%A4%20b/',
    fetch: input => {
      const { method, url } = input as Request;
      asked.push(`${method} ${new URL(url).pathname}`);
      const given = answer();
      return given instanceof Error
        ? Promise.reject(given)
        : Promise.resolve(given);
    }
  });
  return { settings, asked };
}
