import type { Diagnostic } from '@codemirror/lint';
import { setDiagnostics } from '@codemirror/lint';
import type { EditorView } from '@codemirror/view';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IFieldChange, IMark } from '../_api';
import { sentence } from '../sentence';

/**
 * Underlines what is wrong in the docstring, or nothing; the answer must be of what the editor has.
 *
 * @param fix - Null where the docstring can't be changed.
 */
export function showMarks(
  view: EditorView,
  marks: ReadonlyArray<IMark>,
  trans: TranslationBundle,
  fix: ((changes: ReadonlyArray<IFieldChange>) => void) | null
): void {
  const { length } = view.state.doc;
  const diagnostics = marks.map((mark): Diagnostic => {
    const changes = mark.fix?.changes ?? [];
    const message = sentence(mark, trans);
    return {
      from: Math.min(mark.start, length),
      to: Math.min(mark.stop, length),
      severity: mark.severity,
      source: 'DVC',
      message,
      renderMessage: () => {
        const node = document.createElement('span');
        node.className = 'jp-DVCMessage';
        node.textContent = message;
        return node;
      },
      actions:
        changes.length === 0 || fix === null
          ? []
          : [
              {
                name: trans.__('Fix'),
                apply: () => {
                  fix(changes);
                }
              }
            ]
    };
  });
  view.dispatch(setDiagnostics(view.state, diagnostics));
}
