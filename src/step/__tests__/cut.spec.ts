import { NotebookModel } from '@jupyterlab/notebook';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { nullTranslator } from '@jupyterlab/translation';

import { cut, movedBack, snapshotOf } from '../cut';
import { whyNoCut } from '../cuttable';

const trans = nullTranslator.load('jupyterlab_dvc');

const OUTPUT = {
  output_type: 'stream' as const,
  name: 'stdout' as const,
  text: '3\n'
};

/** An open notebook: prose, the docstring, a value, prose with a picture, a cell with a result. */
function opened(): { panel: NotebookPanel; model: NotebookModel } {
  const model = new NotebookModel();
  model.sharedModel.insertCells(0, [
    { cell_type: 'markdown', source: '# One', id: 'one' },
    { cell_type: 'code', source: '"""\n:dvc-in: a\n"""', id: 'two' },
    { cell_type: 'code', source: 'x = 1', id: 'three' },
    {
      cell_type: 'markdown',
      source: 'prose',
      id: 'four',
      attachments: { 'a.png': { 'image/png': 'AAAA' } }
    },
    {
      cell_type: 'code',
      source: 'print(x + 2)',
      id: 'five',
      metadata: { tags: ['seen'] },
      outputs: [OUTPUT],
      execution_count: 7
    }
  ]);
  const panel = {
    context: { model, contentsModel: { writable: true } },
    content: { model }
  } as unknown as NotebookPanel;
  return { panel, model };
}

const OWN = {
  splices: [{ cell: 2, start: 15, stop: 15, text: ':dvc-out: b\n' }],
  append: ['write(x)']
};

function sources(model: NotebookModel): string[] {
  return Array.from(model.cells, cell => cell.sharedModel.getSource());
}

describe('a cut', () => {
  it('takes the cells out, and adds what writes the files', () => {
    const { model } = opened();
    cut(model.sharedModel, 4, { own: OWN });
    expect(sources(model)).toEqual([
      '# One',
      '"""\n:dvc-in: a\n:dvc-out: b\n"""',
      'x = 1',
      'write(x)'
    ]);
  });

  it('is one step to undo, which brings back all of the cells', () => {
    const { panel, model } = opened();
    // Right before and right after it, another step each.
    model.sharedModel.insertCell(0, { cell_type: 'raw', source: 'raw' });
    const before = model.toJSON();
    const state = snapshotOf(panel);
    cut(model.sharedModel, 5, {
      own: { ...OWN, splices: OWN.splices.map(one => ({ ...one, cell: 3 })) }
    });
    const after = model.toJSON();
    model.sharedModel.insertCell(0, { cell_type: 'raw', source: 'more' });
    expect(movedBack(panel, state)).toBe(false);
    model.sharedModel.undo();
    expect(model.toJSON()).toEqual(after);
    expect(movedBack(panel, state)).toBe(true);
    expect(model.toJSON()).toEqual(before);
  });

  it('is left where the last step is another one', () => {
    const { panel, model } = opened();
    const before = snapshotOf(panel);
    cut(model.sharedModel, 4, { own: OWN });
    model.sharedModel.getCell(0).updateSource(0, 1, '##');
    const after = snapshotOf(panel);
    expect(movedBack(panel, before)).toBe(false);
    expect(snapshotOf(panel)).toBe(after);
  });

  it('depends on kinds, sources and tags', () => {
    const { panel, model } = opened();
    const states = new Set([snapshotOf(panel)]);
    model.cells.get(4).setMetadata('tags', ['no-effect']);
    states.add(snapshotOf(panel));
    model.sharedModel.getCell(0).setSource('# 1');
    states.add(snapshotOf(panel));
    model.sharedModel.deleteCell(0);
    model.sharedModel.insertCell(0, { cell_type: 'raw', source: '# 1' });
    states.add(snapshotOf(panel));
    expect(states.size).toBe(4);
    model.sharedModel.getCell(4).setMetadata('collapsed', true);
    expect(states).toContain(snapshotOf(panel));
  });
});

describe('whyNoCut', () => {
  it.each([
    [1, 'No code stands before this cell.'],
    [2, 'No code stands before this cell.'],
    [3, null],
    [4, null],
    [5, null],
    [6, 'No code of the step stands from here on.']
  ])('at cell %p says %p', (at, expected) => {
    expect(whyNoCut(opened().panel, at, trans)).toBe(expected);
  });

  it.each([
    [1, 'editable', 'Cell 2, which holds the docstring, is not editable.'],
    [3, 'deletable', 'Cell 4 can’t be taken out of the notebook.'],
    [2, 'deletable', null],
    [4, 'editable', null]
  ])('of the cell at index %p that is not %s says %p', (index, key, said) => {
    const { panel, model } = opened();
    model.cells.get(index).setMetadata(key, false);
    expect(whyNoCut(panel, 4, trans)).toBe(said);
  });

  it('waits for a cell that runs, unless it stays', () => {
    const { panel, model } = opened();
    const run = (index: number): void => {
      Reflect.set(
        model.sharedModel.getCell(index),
        'executionState',
        'running'
      );
    };
    run(2);
    expect(whyNoCut(panel, 4, trans)).toBeNull();
    run(4);
    expect(whyNoCut(panel, 4, trans)).toContain('Cell 5 is running');
  });

  it('leaves alone what can only be read', () => {
    const { panel } = opened();
    Reflect.set(panel.context, 'contentsModel', { writable: false });
    expect(whyNoCut(panel, 4, trans)).toBe('The notebook can only be read.');
  });

  it('takes comments for no code', () => {
    const { panel, model } = opened();
    model.sharedModel.getCell(4).setSource('# nothing\n\n');
    expect(whyNoCut(panel, 4, trans)).toContain('No code of the step');
  });
});
