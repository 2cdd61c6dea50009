import { forEachDiagnostic } from '@codemirror/lint';
import type { EditorState } from '@codemirror/state';
import type { TooltipView } from '@codemirror/view';
import type { TranslationBundle } from '@jupyterlab/translation';

import { directives } from './directives';

/** What a tooltip says, as text and as it is drawn. */
export interface IExplanation {
  readonly text: string;
  readonly create: () => TooltipView;
}

/**
 * What a directive does, below what is wrong there; null where there is nothing to say.
 *
 * @param key - Undefined for problems alone.
 */
export function explanationOf(
  key: string | undefined,
  problems: ReadonlyArray<string>,
  trans: TranslationBundle
): IExplanation | null {
  const directive = directives(trans).find(one => one.key === key);
  if (directive === undefined && problems.length === 0) {
    return null;
  }
  const texts = [...problems, ...(directive ? [directive.text] : [])];
  return {
    text: texts.join(' '),
    create: () => {
      const dom = document.createElement('div');
      dom.className = 'jp-DVCHover';
      const add = (tag: 'code' | 'p', text: string): void => {
        dom.appendChild(document.createElement(tag)).textContent = text;
      };
      for (const problem of problems) {
        add('p', problem);
      }
      if (directive !== undefined) {
        add('code', directive.form);
        add('p', directive.text);
      }
      return { dom };
    }
  };
}

/** The sentences of what is underlined between two places. */
export function problemsBetween(
  state: EditorState,
  from: number,
  to: number
): string[] {
  const found: string[] = [];
  forEachDiagnostic(state, ({ message }, start, stop) => {
    if (start <= to && stop >= from) {
      found.push(message);
    }
  });
  return found;
}
