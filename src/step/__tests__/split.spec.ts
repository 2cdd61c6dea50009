import { haveSameCells, nameAfter, otherNotebook } from '../split';
import type { INotebookJson } from '../split';

describe('nameAfter', () => {
  it.each([
    ['train', [], 'train_2'],
    ['train_2', [], 'train_3'],
    ['09', [], '10'],
    ['step01', [], 'step02'],
    ['3_convert', [], '3_convert_2'],
    ['', [], '_2'],
    ['train', ['train.ipynb', 'Train_2.ipynb', 'train_3.ipynb'], 'train_4'],
    ['train', ['train_2.py'], 'train_2']
  ])('of %p beside %p is %p', (stem, taken, expected) => {
    expect(nameAfter(stem, taken)).toBe(expected);
  });
});

function whole(): INotebookJson {
  return {
    metadata: { kernelspec: { name: 'python3' } },
    nbformat: 4,
    nbformat_minor: 4,
    cells: [
      { cell_type: 'code', source: 'a = 1', metadata: {}, outputs: [] },
      {
        cell_type: 'markdown',
        source: '# Two',
        metadata: { tags: ['x'] },
        attachments: { 'a.png': { 'image/png': 'AAAA' } }
      },
      {
        cell_type: 'code',
        source: 'a',
        metadata: {},
        execution_count: 3,
        outputs: [{ output_type: 'stream', name: 'stdout', text: '1\n' }],
        id: 'kept'
      }
    ]
  };
}

describe('otherNotebook', () => {
  const other = otherNotebook(whole(), 2, {
    other: { first: '"""docs"""', cells: ['import x'], numbers: [3] }
  });

  it('has the new cells, then all from the cut on as they were', () => {
    expect(other.cells.map(({ source }) => source)).toEqual([
      '"""docs"""',
      'import x',
      '# Two',
      'a'
    ]);
    const [, markdown, code] = whole().cells;
    expect(other.cells[2]).toMatchObject({ ...markdown });
    expect(other.cells[3]).toEqual(code);
  });

  it('keeps the kernel, and gives each cell an ID of its own', () => {
    expect(other['metadata']).toEqual(whole()['metadata']);
    expect([other['nbformat'], other.nbformat_minor]).toEqual([4, 5]);
    const twice = whole();
    twice.cells.push({ ...twice.cells[2] });
    for (const { cells } of [
      other,
      otherNotebook(twice, 2, { other: { first: '', cells: [], numbers: [] } })
    ]) {
      const ids = cells.map(({ id }) => id);
      expect(ids).toContain('kept');
      expect(new Set(ids).size).toBe(4);
      for (const id of ids) {
        expect(id).toMatch(/^[\w-]{1,64}$/);
      }
    }
  });
});

describe('haveSameCells', () => {
  it('takes one form of a text for the other, and what the cells aren’t for nothing', () => {
    const listed = whole();
    listed['metadata'] = {};
    listed.nbformat_minor = 5;
    listed.cells[0] = {
      outputs: [],
      execution_count: null,
      source: ['a = ', '1'],
      cell_type: 'code',
      metadata: { trusted: true },
      id: 'given'
    };
    listed.cells[2] = {
      ...listed.cells[2],
      outputs: [{ text: ['1', '\n'], name: 'stdout', output_type: 'stream' }]
    };
    expect(haveSameCells(whole(), listed)).toBe(true);
  });

  it.each([
    ['source', 0, { source: 'a = 2' }],
    ['kind', 0, { cell_type: 'raw' }],
    ['result', 0, { outputs: [{ output_type: 'error' }] }],
    ['lost result', 2, { outputs: [] }],
    ['count', 2, { execution_count: 4 }],
    ['attachment', 1, { attachments: {} }]
  ])('tells another %s', (_, index, about) => {
    const changed = whole();
    changed.cells[index] = { ...changed.cells[index], ...about };
    expect(haveSameCells(whole(), changed)).toBe(false);
  });

  it('tells a cell more or less, and what is no notebook', () => {
    const { cells } = whole();
    expect(haveSameCells(whole(), { cells: cells.slice(1) })).toBe(false);
    expect(haveSameCells(null, null)).toBe(false);
    expect(haveSameCells(whole(), { cells: 'none' })).toBe(false);
  });
});
