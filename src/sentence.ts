import type { TranslationBundle } from '@jupyterlab/translation';

import type { IError, IMark } from './_api';
import { MESSAGES } from './_messages';
import type { IMessage } from './_messages';
import { PAGE_HINTS } from './pageHints';
import { RequestError } from './request';
import { Overtaken } from './step/docstring';

/** What is said: by its code; in the server half's own words where that is of another release than this page. */
type Said = Pick<IError | IMark, 'code' | 'args'> &
  Partial<Pick<IError, 'message' | 'hint'>>;

/**
 * What is wrong and what to do about it in the page, in the user's language.
 *
 * It brings all messages along: for what is loaded late.
 */
export function messageOf(
  { code, args, message, hint }: Said,
  trans: TranslationBundle
): IMessage {
  const known = Object.hasOwn(MESSAGES, code)
    ? MESSAGES[code]?.(trans, args)
    : undefined;
  const own = Object.hasOwn(PAGE_HINTS, code)
    ? PAGE_HINTS[code]?.(trans)
    : undefined;
  return {
    text: known?.text ?? message ?? code,
    hint: own ?? known?.hint ?? hint ?? ''
  };
}

/** The same on one line. */
export function sentence(problem: Said, trans: TranslationBundle): string {
  const { text, hint } = messageOf(problem, trans);
  return hint === '' ? text : `${text} ${hint}`;
}

/** Several, each once. */
export function sentences(
  problems: ReadonlyArray<Said>,
  trans: TranslationBundle
): string[] {
  return [...new Set(problems.map(problem => sentence(problem, trans)))];
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
