import type { ICellModel } from '@jupyterlab/cells';
import type { INotebookModel } from '@jupyterlab/notebook';

import type { ICellSource } from '../_api';

/** Tags of a cell: those of its metadata that are text. */
export function tagsOf(cell: ICellModel): string[] {
  const tags: unknown = cell.getMetadata('tags');
  return Array.isArray(tags)
    ? tags.filter((tag): tag is string => typeof tag === 'string')
    : [];
}

/** A code cell as the server takes it; `index` counts from 0. */
export function cellSource(cell: ICellModel, index: number): ICellSource {
  return {
    number: index + 1,
    source: cell.sharedModel.getSource(),
    tags: tagsOf(cell)
  };
}

/** All code cells. */
export function codeCells(model: INotebookModel): ICellSource[] {
  const cells: ICellSource[] = [];
  for (let index = 0; index < model.cells.length; index += 1) {
    const cell = model.cells.get(index);
    if (cell.type === 'code') {
      cells.push(cellSource(cell, index));
    }
  }
  return cells;
}

/**
 * The cells that say what the step's metadata are and which cells leave the script.
 *
 * That is the code cells up to the first that holds code, and those that an ignore key may stand in: of a notebook
 * of a thousand cells, a handful.
 */
export function tellingCells(
  model: INotebookModel,
  ignoreKeys: ReadonlyArray<string>
): ICellSource[] {
  const cells: ICellSource[] = [];
  let hasCode = false;
  for (let index = 0; index < model.cells.length; index += 1) {
    const cell = model.cells.get(index);
    if (cell.type !== 'code') {
      continue;
    }
    const source = cell.sharedModel.getSource();
    if (!hasCode || ignoreKeys.some(key => source.includes(key))) {
      cells.push(cellSource(cell, index));
    }
    hasCode ||= holdsCode(source);
  }
  return cells;
}

/** Whether a cell has more than blank lines and comments. */
export function holdsCode(source: string): boolean {
  return /^[^\S\r\n]*[^\s#]/m.test(source);
}
