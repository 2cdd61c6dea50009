import type { ICellModel } from '@jupyterlab/cells';
import type { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { ISplit } from '../_api';
import { holdsCode, tagsOf } from './cells';
import { isEditable, isReadOnly } from './lock';
import { stopCapturing } from './splice';

/** What a cut depends on: every cell's kind, source and tags. */
export function stateOf({ content }: NotebookPanel): string {
  return JSON.stringify(
    Array.from(content.model?.cells ?? [], cell => [
      cell.type,
      cell.sharedModel.getSource(),
      tagsOf(cell)
    ])
  );
}

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

/**
 * Take the cells from a cut on out of a notebook, and add what writes the files: one step to undo.
 *
 * @param at - The number of the first cell that leaves it, from 1.
 */
export function cut(
  shared: INotebookModel['sharedModel'],
  at: number,
  { own }: Pick<ISplit, 'own'>
): void {
  stopCapturing(shared);
  shared.transact(() => {
    // From the end, so that the places before stay where they were.
    for (const { cell, start, stop, text } of [...own.splices].sort(
      (a, b) => b.start - a.start
    )) {
      shared.getCell(cell - 1).updateSource(start, stop, text);
    }
    shared.deleteCellRange(at - 1, shared.cells.length);
    shared.insertCells(
      at - 1,
      own.append.map(source => ({
        cell_type: 'code' as const,
        source,
        metadata: { trusted: true }
      }))
    );
  });
  stopCapturing(shared);
}

/**
 * Undo a cut, unless something else would be undone.
 *
 * @returns Whether the notebook is as it was before.
 */
export function movedBack(panel: NotebookPanel, before: string): boolean {
  const shared = panel.context.model.sharedModel;
  shared.undo();
  if (stateOf(panel) === before) {
    return true;
  }
  shared.redo();
  return false;
}

function isCode(cell: ICellModel): boolean {
  return cell.type === 'code' && holdsCode(cell.sharedModel.getSource());
}

/** Running or waiting for it: its results would be lost. */
function isRunning(cell: ICellModel): boolean {
  return Reflect.get(cell.sharedModel, 'executionState') === 'running';
}
