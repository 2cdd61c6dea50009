import type { TranslationBundle } from '@jupyterlab/translation';

import type { IError, IMark } from './_api';
import { MESSAGES } from './_messages';
import { RequestError } from './request';
import { Overtaken } from './step/docstring';

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

/** Why something that was asked of the server half, or of a cell, failed; in the user's language. */
export function failureSentence(
  reason: unknown,
  trans: TranslationBundle
): string {
  if (reason instanceof Overtaken) {
    return trans.__('The cell changed meanwhile. Try again.');
  }
  if (reason instanceof RequestError && reason.problem !== null) {
    return sentence(reason.problem, trans);
  }
  return reason instanceof Error ? reason.message : String(reason);
}
