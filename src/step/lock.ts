import type { ICellModel } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';

/** Whether the file of an open notebook can be read and not written. */
export function isReadOnly({ context }: NotebookPanel): boolean {
  return context.model.readOnly || context.contentsModel?.writable === false;
}

/** Whether a cell may be changed, by its own metadata. */
export function isEditable(cell: ICellModel): boolean {
  return cell.getMetadata('editable') !== false;
}
