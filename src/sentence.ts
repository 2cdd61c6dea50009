import type { TranslationBundle } from '@jupyterlab/translation';

import type { IError, IMark } from './_api';
import { MESSAGES } from './_messages';

/**
 * What is wrong and what to do about it, on one line and in the user's language.
 *
 * It brings all messages along: for what is loaded late.
 */
export function sentence(
  problem: Pick<IError | IMark, 'code' | 'args' | 'message' | 'hint'>,
  trans: TranslationBundle
): string {
  const message = Object.hasOwn(MESSAGES, problem.code)
    ? MESSAGES[problem.code]?.(trans, problem.args)
    : undefined;
  const { text, hint } = message ?? {
    text: problem.message,
    hint: problem.hint
  };
  return hint === '' ? text : `${text} ${hint}`;
}
