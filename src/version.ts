import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import { version } from '../package.json';
import { getVersion } from './api';
import { RequestError } from './request';

/** The release of this half, as in `package.json`. */
export const VERSION: string = version;

/** A sentence for the user, and how much it matters; a toast cuts it after 140 characters. */
export interface INotice {
  readonly type: 'error' | 'warning';
  readonly message: string;
}

/**
 * Ask the server half for its version, once.
 *
 * Null where both halves are of one release, and where nothing is known: a
 * server that is away or refuses is not a matter of versions, and what needs
 * it says so by itself.
 */
export async function versionNotice(
  serverSettings: ServerConnection.ISettings,
  trans: TranslationBundle
): Promise<INotice | null> {
  let server: string;
  try {
    server = (await getVersion(serverSettings)).version;
  } catch (reason) {
    if (reason instanceof RequestError && reason.status === 404) {
      return {
        type: 'error',
        message: trans.__(
          'The server half of jupyterlab-dvc is missing: type "pip install jupyterlab-dvc==%1" where Jupyter runs, then restart Jupyter.',
          VERSION
        )
      };
    }
    return null;
  }
  if (server === VERSION) {
    return null;
  }
  return {
    type: 'warning',
    message: trans.__(
      'jupyterlab-dvc is %1 here and %2 on the server: type "pip install -U jupyterlab-dvc", restart Jupyter, reload the page.',
      VERSION,
      server
    )
  };
}
