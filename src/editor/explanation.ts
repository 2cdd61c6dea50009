import { forEachDiagnostic } from '@codemirror/lint';
import type { EditorState } from '@codemirror/state';
import { StateEffect, StateField } from '@codemirror/state';
import type { Tooltip, TooltipView } from '@codemirror/view';
import { EditorView, showTooltip } from '@codemirror/view';
import type { TranslationBundle } from '@jupyterlab/translation';

import { directives } from './directives';
import type { IFieldSpan } from './fields';

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

const show = StateEffect.define<Tooltip | null>();

/** What the keyboard asked for, until the cursor moves on. */
const shown = StateField.define<Tooltip | null>({
  create: () => null,
  update: (tooltip, change) => {
    for (const effect of change.effects) {
      if (effect.is(show)) {
        return effect.value;
      }
    }
    const stays = !change.docChanged && change.selection === undefined;
    return stays ? tooltip : null;
  },
  provide: field => [
    showTooltip.from(field),
    EditorView.focusChangeEffect.of((_, isFocused) =>
      isFocused ? null : show.of(null)
    )
  ]
});

/**
 * Show what the directive in the cursor's line does, and what is wrong there, which else only the
 * mouse could read in its place.
 */
export function explainAtCursor(
  view: EditorView,
  fields: ReadonlyArray<IFieldSpan>,
  trans: TranslationBundle
): void {
  const { state } = view;
  const { from, to } = state.doc.lineAt(state.selection.main.head);
  const field = fields.find(({ start }) => start >= from && start <= to);
  const found = explanationOf(
    field?.key,
    problemsBetween(state, from, to),
    trans
  );
  if (found === null || !view.hasFocus) {
    return;
  }
  if (state.field(shown, false) === undefined) {
    view.dispatch({ effects: StateEffect.appendConfig.of(shown) });
  }
  view.dispatch({
    effects: [
      show.of({
        pos: field?.start ?? from,
        above: true,
        create: found.create
      }),
      EditorView.announce.of(found.text)
    ]
  });
}

/** The sentences of what is underlined between two places. */
function problemsBetween(
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
