import type { Extension } from '@codemirror/state';
import { hoverTooltip, keymap } from '@codemirror/view';
import type { TranslationBundle } from '@jupyterlab/translation';

import { fieldsIn } from './fields';

const EXPLAIN = 'Ctrl-Shift-Space';

/** Tells what a directive does where the mouse rests on it, or the cursor's when a key asks. */
export function hover(trans: TranslationBundle): Extension {
  return [
    hoverTooltip(async (view, position) => {
      for (const field of fieldsIn(view.state.doc.toString())) {
        if (position >= field.start && position <= field.name) {
          const { explanationOf } = await import('./help');
          // What is wrong there is told by the linter's own.
          const found = explanationOf(field.key, [], trans);
          return found === null
            ? null
            : {
                pos: field.start,
                end: field.name,
                above: true,
                create: found.create
              };
        }
      }
      return null;
    }),
    keymap.of([
      {
        key: EXPLAIN,
        run: view => {
          void import('./help').then(({ explainAtCursor }) => {
            const fields = [...fieldsIn(view.state.doc.toString())];
            explainAtCursor(view, fields, trans);
          });
          return true;
        }
      }
    ])
  ];
}
