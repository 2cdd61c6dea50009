import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IParsed } from '../_api';
import { sentence } from '../sentence';
import { isUnreadable } from './fields';
import { isEditable, isReadOnly } from './lock';

/** Why the docstring of an open notebook can't be changed; null where it can. */
export function whyDocstringLocked(
  panel: NotebookPanel,
  parsed: IParsed | null,
  trans: TranslationBundle
): string | null {
  if (isReadOnly(panel)) {
    return trans.__('The notebook can only be read.');
  }
  // What no docstring can be put into gets none: a step has it in a new cell.
  if (parsed === null || (parsed.start === null && !isUnreadable(parsed))) {
    return null;
  }
  if (parsed.locked !== null) {
    return sentence(parsed.locked, trans);
  }
  const cell =
    parsed.cell === null ? undefined : panel.content.widgets[parsed.cell - 1];
  return cell === undefined || isEditable(cell.model)
    ? null
    : trans.__(
        'Cell %1, which holds the docstring, is not editable.',
        parsed.cell
      );
}
