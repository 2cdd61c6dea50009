import type { ServerConnection } from '@jupyterlab/services';

import type { IVersion } from './_api';
import { request } from './request';

/** The release of the server half. */
export function getVersion(
  serverSettings: ServerConnection.ISettings
): Promise<IVersion> {
  return request<IVersion>('version', serverSettings);
}
