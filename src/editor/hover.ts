import type { Extension } from '@codemirror/state';
import { StateEffect, StateField } from '@codemirror/state';
import type { Tooltip } from '@codemirror/view';
import {
  EditorView,
  hoverTooltip,
  keymap,
  showTooltip
} from '@codemirror/view';
import type { TranslationBundle } from '@jupyterlab/translation';

import { fieldsIn } from './fields';

const EXPLAIN = 'Ctrl-Shift-Space';

const explain = StateEffect.define<Tooltip | null>();

/** What the keyboard asked for, until the cursor moves on. */
const explained = StateField.define<Tooltip | null>({
  create: () => null,
  update: (tooltip, change) => {
    for (const effect of change.effects) {
      if (effect.is(explain)) {
        return effect.value;
      }
    }
    const stays = !change.docChanged && change.selection === undefined;
    return stays ? tooltip : null;
  },
  provide: field => showTooltip.from(field)
});

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
    explained,
    EditorView.focusChangeEffect.of((_, isFocused) =>
      isFocused ? null : explain.of(null)
    ),
    keymap.of([
      {
        key: EXPLAIN,
        run: view => {
          void explainAtCursor(view, trans);
          return true;
        }
      }
    ])
  ];
}

/** With what is wrong in its line, which else only the mouse could read in its place. */
async function explainAtCursor(
  view: EditorView,
  trans: TranslationBundle
): Promise<void> {
  const { explanationOf, problemsBetween } = await import('./help');
  if (!view.hasFocus) {
    return;
  }
  const { state } = view;
  const { from, to } = state.doc.lineAt(state.selection.main.head);
  const fields = [...fieldsIn(state.doc.toString())];
  const field = fields.find(({ start }) => start >= from && start <= to);
  const found = explanationOf(
    field?.key,
    problemsBetween(state, from, to),
    trans
  );
  if (found !== null) {
    view.dispatch({
      effects: [
        explain.of({
          pos: field?.start ?? from,
          above: true,
          create: found.create
        }),
        EditorView.announce.of(found.text)
      ]
    });
  }
}
