import type { TooltipView } from '@codemirror/view';
import type { TranslationBundle } from '@jupyterlab/translation';

import { directives } from './directives';

/** Makes what is shown where the mouse rests on a directive; null where the key is none. */
export function hoverOf(
  key: string,
  trans: TranslationBundle
): (() => TooltipView) | null {
  const directive = directives(trans).find(one => one.key === key);
  if (directive === undefined) {
    return null;
  }
  return () => {
    const dom = document.createElement('div');
    dom.className = 'jp-DVCHover';
    const form = document.createElement('code');
    form.textContent = directive.form;
    const text = document.createElement('p');
    text.textContent = directive.text;
    dom.append(form, text);
    return { dom };
  };
}
