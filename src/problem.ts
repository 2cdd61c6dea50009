import type { TranslationBundle } from '@jupyterlab/translation';

import type { IError } from './_api';
import type { IMessage } from './_messages';

/**
 * What an error of the server half says, in the user's language; in English
 * where its code is of another release than this page.
 */
export async function describe(
  error: IError,
  trans: TranslationBundle
): Promise<IMessage> {
  const { MESSAGES } = await import('./_messages');
  const message = Object.hasOwn(MESSAGES, error.code)
    ? MESSAGES[error.code]
    : undefined;
  return (
    message?.(trans, error.args) ?? { text: error.message, hint: error.hint }
  );
}
