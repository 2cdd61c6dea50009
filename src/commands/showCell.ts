import { NotebookPanel } from '@jupyterlab/notebook';

import type { IError } from '../_api';
import type { IWorkbench } from './workbench';

/** Bring the cell of a problem into view, with the cursor in its line. */
export async function showCell(
  bench: IWorkbench,
  place: Pick<IError, 'path' | 'cell' | 'line'>
): Promise<void> {
  if (place.path === null) {
    return;
  }
  const panel = await openedNotebook(bench, place.path);
  if (panel === null || place.cell === null) {
    return;
  }
  await panel.context.ready;
  const notebook = panel.content;
  notebook.activeCellIndex = place.cell - 1;
  const cell = notebook.activeCell;
  if (cell === null) {
    return;
  }
  await notebook.scrollToCell(cell);
  await cell.ready;
  if (place.line !== null) {
    cell.editor?.setCursorPosition({ line: place.line - 1, column: 0 });
  }
}

/** The notebook at a path of the server half, brought into view; null where it is opened elsewhere. */
export async function openedNotebook(
  bench: IWorkbench,
  path: string
): Promise<NotebookPanel | null> {
  const { contents } = bench.app.serviceManager;
  const open = bench.notebooks?.find(
    panel => contents.localPath(panel.context.path) === path
  );
  const widget = bench.documents.openOrReveal(open?.context.path ?? path);
  if (!(widget instanceof NotebookPanel)) {
    return null;
  }
  await widget.revealed;
  return widget;
}
