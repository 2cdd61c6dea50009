import { NotebookModel } from '@jupyterlab/notebook';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { ServerConnection } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';

import type {
  IEditRequest,
  IFieldView,
  IMark,
  IParsed,
  IParseRequest
} from '../../_api';
import { adding } from '../fields';
import { newField } from '../fieldText';
import { DocstringModel, Overtaken } from '../docstring';
import { applyChanges, wrongWith } from '../editing';
import { roleOf, toggleRole } from '../role';
import { view } from './view';

const PARSED: IParsed = {
  project: '',
  cell: 2,
  start: 3,
  stop: 9,
  step: null,
  fields: [],
  problems: [],
  locked: null,
  ignore_keys: ['# No effect'],
  roles: [],
  uses: []
};

/** A notebook's model as it is open in a page, and the server half that answers for it. */
function opened(
  sources: ReadonlyArray<string>,
  answer: (route: string, body: unknown) => unknown
): {
  readonly model: NotebookModel;
  readonly docstring: DocstringModel;
  readonly asked: string[];
} {
  const model = new NotebookModel();
  model.sharedModel.insertCells(
    0,
    sources.map((source, index) => ({
      cell_type: index === 0 ? 'markdown' : 'code',
      source
    }))
  );
  const disposed = new Signal<object, void>({});
  const panel = {
    context: {
      ready: Promise.resolve(),
      model,
      localPath: 'a/b.ipynb'
    },
    content: { model },
    isDisposed: false,
    disposed
  } as unknown as NotebookPanel;
  const asked: string[] = [];
  const settings = ServerConnection.makeSettings({
    baseUrl: 'http://localhost/',
    fetch: async input => {
      const request = input as Request;
      const route = new URL(request.url).pathname.replace(
        '/jupyterlab-dvc/',
        ''
      );
      asked.push(route);
      return new Response(
        JSON.stringify(answer(route, JSON.parse(await request.text())))
      );
    }
  });
  return { model, docstring: new DocstringModel(panel, settings), asked };
}

describe('DocstringModel', () => {
  it('sends the cells that tell, and not again while they are the same', async () => {
    let sent: IParseRequest | null = null;
    const { model, docstring, asked } = opened(
      ['# Title', '"""a"""', 'x = 1', '# No effect\ny = 2', 'z = 3'],
      (_, body) => {
        sent = body as IParseRequest;
        return PARSED;
      }
    );
    await docstring.refresh();
    expect(sent).toMatchObject({
      path: 'a/b.ipynb',
      cells: [{ number: 2 }, { number: 4 }],
      whole: false
    });
    await docstring.refresh();
    expect(asked).toHaveLength(1);
    model.cells.get(4).sharedModel.setSource('z = 4');
    await docstring.refresh();
    expect(asked).toHaveLength(1);
    model.cells.get(1).sharedModel.setSource('"""b"""');
    await docstring.refresh();
    expect(asked).toHaveLength(2);
    docstring.dispose();
  });

  it('changes what the server says, as one step to undo', async () => {
    const { model, docstring } = opened(
      ['', '"""a"""\nx = 1'],
      (route, body) => {
        if (route === 'parse') {
          return PARSED;
        }
        expect((body as IEditRequest).cell.source).toBe('"""a"""\nx = 12');
        return { start: 4, stop: 4, text: '\n:dvc-in: x' };
      }
    );
    await docstring.refresh();
    const shared = model.cells.get(1).sharedModel;
    // Typed right before and after: steps of their own.
    shared.updateSource(13, 13, '2');
    await applyChanges(docstring, [adding(newField('in', { path: 'x' }))]);
    shared.updateSource(0, 0, '#\n');
    expect(shared.getSource()).toBe('#\n"""a\n:dvc-in: x"""\nx = 12');
    shared.undo();
    expect(shared.getSource()).toBe('"""a\n:dvc-in: x"""\nx = 12');
    shared.undo();
    expect(shared.getSource()).toBe('"""a"""\nx = 12');
    docstring.dispose();
  });

  it('says what would be wrong once a change is made, and makes none', async () => {
    const mark = (code: string, path: string): IMark => ({
      code,
      args: { path },
      message: '',
      path: null,
      cell: 2,
      line: 1,
      hint: '',
      severity: code === 'path-unmade' ? 'warning' : 'error',
      start: 0,
      stop: 1,
      fix: null
    });
    const field = (path: string, problems: IMark[]): IFieldView =>
      view(1, { kind: 'out', key: 'dvc-out', path, problems });
    const old = field('old', [mark('graph-output-twice', 'old')]);
    const SOURCE = '"""\n:dvc-out: old"""';
    const sources: string[] = [];
    let after: IFieldView[] = [];
    let others: IMark[] = [];
    const { model, docstring, asked } = opened(
      ['', SOURCE, 'x # No effect'],
      (route, body) => {
        if (route === 'edit') {
          return { start: 17, stop: 17, text: '\n:dvc-out: new' };
        }
        const { cells } = body as IParseRequest;
        const { source = '' } = cells.find(({ number }) => number === 2) ?? {};
        sources.push(source);
        expect(cells).toHaveLength(2);
        return source === SOURCE
          ? { ...PARSED, fields: [old] }
          : { ...PARSED, fields: [old, ...after], problems: others };
      }
    );
    await docstring.refresh();
    const shown = docstring.parsed;
    const change = adding(newField('out', { path: 'new' }));
    const said = async (): Promise<unknown> =>
      (await wrongWith(docstring, [change]))?.args['path'] ?? null;
    // What was wrong before isn't this row's, and a warning keeps nobody from anything.
    after = [field('new', [mark('path-unmade', 'new')])];
    expect(await said()).toBeNull();
    after = [field('new', [mark('graph-output-twice', 'new')])];
    expect(await said()).toBe('new');
    // What is said at another row, or at none, is its doing, too.
    after = [field('new', []), field('third', [mark('field-twice', 'x')])];
    expect(await said()).toBe('x');
    after = [];
    others = [mark('graph-cycle', 'y')];
    expect(await said()).toBe('y');
    // A row that was wrong and stays so is told, even in the same words.
    after = [field('new', [mark('graph-output-twice', 'old')])];
    others = [];
    expect(await said()).toBe('old');
    expect(sources.slice(1)).toEqual(
      Array(5).fill('"""\n:dvc-out: old\n:dvc-out: new"""')
    );
    expect(model.cells.get(1).sharedModel.getSource()).toBe(SOURCE);
    expect(docstring.parsed).toBe(shown);
    expect(asked).toHaveLength(11);
    docstring.dispose();
  });

  it('works an edit out again where somebody typed meanwhile, and gives up after a while', async () => {
    let edits = 0;
    let typing = 1;
    const { model, docstring } = opened(['', '"""a"""'], route => {
      if (route === 'parse') {
        return PARSED;
      }
      edits += 1;
      if (typing > 0) {
        typing -= 1;
        const shared = model.cells.get(1).sharedModel;
        shared.setSource(`${shared.getSource()}\n#`);
      }
      return { start: 4, stop: 4, text: '!' };
    });
    await docstring.refresh();
    const change = adding(newField('desc', { text: 'new' }));
    await applyChanges(docstring, [change]);
    expect(edits).toBe(2);
    expect(model.cells.get(1).sharedModel.getSource()).toBe('"""a!"""\n#');
    typing = 10;
    await expect(applyChanges(docstring, [change])).rejects.toThrow(Overtaken);
    docstring.dispose();
  });
});

describe('a cell’s role', () => {
  it('is its tag’s, and the switch sets and removes that', () => {
    const { model } = opened(['', 'x = 1', ' # only a comment'], () => PARSED);
    const cell = model.cells.get(1);
    expect(roleOf(cell, 1, PARSED)).toEqual({ role: 'step', by: null });
    expect(roleOf(model.cells.get(2), 2, PARSED)?.role).toBe('empty');
    expect(roleOf(model.cells.get(0), 0, PARSED)).toBeNull();
    cell.setMetadata('tags', ['other']);
    toggleRole(cell, 1, PARSED);
    expect(cell.getMetadata('tags')).toEqual(['other', 'no-effect']);
    expect(roleOf(cell, 1, PARSED)).toEqual({ role: 'no-effect', by: 'tag' });
    toggleRole(cell, 1, PARSED);
    expect(cell.getMetadata('tags')).toEqual(['other']);
  });

  it('is taken from the comment that does it, and nothing else', () => {
    const { model } = opened(['', 'x = 1\n# No effect\ny = 2\n'], () => PARSED);
    const cell = model.cells.get(1);
    const parsed: IParsed = {
      ...PARSED,
      roles: [
        { cell: 2, role: 'no-effect', by: 'comment', comments: [[6, 18]] }
      ]
    };
    toggleRole(cell, 1, parsed);
    expect(cell.sharedModel.getSource()).toBe('x = 1\ny = 2\n');
    // The answer is of an older source now.
    toggleRole(cell, 1, parsed);
    expect(cell.sharedModel.getSource()).toBe('x = 1\ny = 2\n');
  });
});
