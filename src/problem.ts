import type { TranslationBundle } from '@jupyterlab/translation';

import type { IError, IReason } from './_api';
import type { IMessage } from './_messages';

const late = (): Promise<typeof import('./sentence')> => import('./sentence');

/** What an error of the server half says and advises; as `messageOf`, for what loads at the start. */
export async function describe(
  error: IError,
  trans: TranslationBundle
): Promise<IMessage> {
  const { messageOf } = await late();
  return messageOf(error, trans);
}

/** Reasons in the user's language, each once; as `sentences`, for what loads at the start. */
export async function describeReasons(
  reasons: ReadonlyArray<IReason>,
  trans: TranslationBundle
): Promise<string[]> {
  const { sentences } = await late();
  return sentences(reasons, trans);
}
