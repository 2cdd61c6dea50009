import type { ICellModel } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import { holdsCode } from './cells';
import { isEditable, isReadOnly } from './lock';

/**
 * Why a notebook can't be cut, as far as the page can tell; null where it can.
 *
 * @param at - The number of the first cell that would leave it, from 1.
 */
export function whyNoCut(
  panel: NotebookPanel,
  at: number,
  trans: TranslationBundle
): string | null {
  if (isReadOnly(panel)) {
    return trans.__('The notebook can only be read.');
  }
  const cells = Array.from(panel.content.model?.cells ?? []);
  const first = cells.findIndex(isCode);
  if (first < 0 || first >= at - 1) {
    return trans.__('No code stands before this cell.');
  }
  const moved = cells.slice(at - 1);
  if (!moved.some(isCode)) {
    return trans.__('No code of the step stands from here on.');
  }
  if (cells[first] !== undefined && !isEditable(cells[first])) {
    return trans.__(
      'Cell %1, which holds the docstring, is not editable.',
      first + 1
    );
  }
  const kept = moved.findIndex(cell => cell.getMetadata('deletable') === false);
  if (kept >= 0) {
    return trans.__('Cell %1 can’t be taken out of the notebook.', at + kept);
  }
  const busy = moved.findIndex(isRunning);
  return busy >= 0
    ? trans.__(
        'Cell %1 is running: wait for it, or interrupt the kernel.',
        at + busy
      )
    : null;
}

function isCode(cell: ICellModel): boolean {
  return cell.type === 'code' && holdsCode(cell.sharedModel.getSource());
}

/** Running or waiting for it: its results would be lost. */
function isRunning(cell: ICellModel): boolean {
  return Reflect.get(cell.sharedModel, 'executionState') === 'running';
}
