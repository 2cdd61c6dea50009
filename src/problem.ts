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
  const [{ MESSAGES }, { PAGE_HINTS }] = await Promise.all([
    import('./_messages'),
    import('./pageHints')
  ]);
  const { code } = error;
  const message = Object.hasOwn(MESSAGES, code)
    ? MESSAGES[code]?.(trans, error.args)
    : undefined;
  const hint = Object.hasOwn(PAGE_HINTS, code)
    ? PAGE_HINTS[code]?.(trans)
    : undefined;
  return {
    text: message?.text ?? error.message,
    hint: hint ?? message?.hint ?? error.hint
  };
}
