import type { TranslationBundle } from '@jupyterlab/translation';

import type { IError } from './_api';
import type { IMessage } from './_messages';

/** What an error of the server half says and advises; as `messageOf`, for what loads at the start. */
export async function describe(
  error: IError,
  trans: TranslationBundle
): Promise<IMessage> {
  const { messageOf } = await import('./sentence');
  return messageOf(error, trans);
}
