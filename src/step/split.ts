import { JSONExt, UUID } from '@lumino/coreutils';
import type {
  PartialJSONObject,
  ReadonlyPartialJSONValue
} from '@lumino/coreutils';

import type { ISplit } from '../_api';

/** Of a notebook in JSON, what a cut looks at; the rest goes along. */
export interface INotebookJson extends PartialJSONObject {
  cells: PartialJSONObject[];
  nbformat_minor: number;
}

/**
 * The notebook that the cells from a cut on become.
 *
 * @param whole - The notebook that is cut.
 * @param at - The number of the first cell that leaves it, from 1.
 * @param answer - What the server half says of that cut.
 */
export function otherNotebook(
  whole: INotebookJson,
  at: number,
  { other }: Pick<ISplit, 'other'>
): INotebookJson {
  const ids = new Set<unknown>();
  const moved = whole.cells.slice(at - 1).map(cell => {
    const known = cell['id'];
    const id =
      typeof known !== 'string' || ids.has(known) ? UUID.uuid4() : known;
    ids.add(id);
    return { ...cell, id };
  });
  const made = [other.first, ...other.cells].map(source => ({
    cell_type: 'code' as const,
    execution_count: null,
    id: UUID.uuid4(),
    metadata: {},
    outputs: [],
    source
  }));
  return {
    ...whole,
    // Only from here on a cell has an ID.
    nbformat: 4,
    nbformat_minor: Math.max(whole.nbformat_minor, 5),
    cells: [...made, ...moved]
  };
}

/**
 * A name for the new notebook: that of the one that is cut, counted on.
 *
 * @param taken - The names of the folder's files.
 */
export function nameAfter(stem: string, taken: Iterable<string>): string {
  // Some file systems take a small letter for a capital one.
  const names = new Set(Array.from(taken, name => name.toLowerCase()));
  const [, begin = `${stem}_`, digits = '1'] =
    /^(.*?)(\d{1,9})$/.exec(stem) ?? [];
  let number = Number(digits);
  let name: string;
  do {
    number += 1;
    name = begin + String(number).padStart(digits.length, '0');
  } while (names.has(`${name}.ipynb`.toLowerCase()));
  return name;
}

/** Whether two notebooks in JSON have the same cells: sources, attachments and results. */
export function haveSameCells(one: unknown, other: unknown): boolean {
  const [cells, others] = [cellsOf(one), cellsOf(other)];
  return cells !== null && JSONExt.deepEqual(cells, others);
}

/** What counts of each cell, in one form: a text may stand there whole or line by line. */
function cellsOf(notebook: unknown): ReadonlyPartialJSONValue {
  const cells: unknown = valueAt(notebook, 'cells');
  return Array.isArray(cells)
    ? cells.map(cell =>
        [
          'cell_type',
          'source',
          'attachments',
          'outputs',
          'execution_count'
        ].map(key => joined(valueAt(cell, key)))
      )
    : null;
}

function joined(value: unknown): ReadonlyPartialJSONValue {
  if (Array.isArray(value)) {
    return value.length > 0 && value.every(line => typeof line === 'string')
      ? value.join('')
      : value.map(joined);
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, joined(inner)])
    );
  }
  return typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean'
    ? value
    : null;
}

function valueAt(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? Reflect.get(value, key)
    : undefined;
}
