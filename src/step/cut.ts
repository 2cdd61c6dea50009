import type { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';

import type { ISplit } from '../_api';
import { tagsOf } from './cells';
import { stopCapturing } from './splice';

/** What a cut depends on: every cell's kind, source and tags. */
export function snapshotOf({ content }: NotebookPanel): string {
  return JSON.stringify(
    Array.from(content.model?.cells ?? [], cell => [
      cell.type,
      cell.sharedModel.getSource(),
      tagsOf(cell)
    ])
  );
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
  if (snapshotOf(panel) === before) {
    return true;
  }
  shared.redo();
  return false;
}
