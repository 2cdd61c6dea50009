import type { IFieldView, IParsed } from '../../_api';
import {
  adding,
  isSame,
  keyed,
  keyOf,
  moving,
  newField,
  rebased,
  removing,
  textOf
} from '../fields';

function view(line: number, values: Partial<IFieldView> = {}): IFieldView {
  return {
    line,
    last: line,
    start: 0,
    stop: 0,
    kind: 'in',
    key: 'dvc-in',
    text: '',
    name: null,
    type: null,
    default: null,
    required: false,
    path: 'x',
    param: null,
    exists: null,
    maker: null,
    key_path: null,
    file: null,
    value: null,
    notebook_value: null,
    origin: null,
    problems: [],
    ...values
  };
}

describe('moving', () => {
  const fields = [view(2), view(3), view(5)];

  it('puts a field before the one above it', () => {
    expect(moving(fields, 2, -1)).toMatchObject({ line: 5, before: 3 });
  });

  it('puts the one below before a field that goes down', () => {
    expect(moving(fields, 1, 1)).toMatchObject({ line: 5, before: 3 });
  });

  it.each([
    [0, -1],
    [2, 1]
  ] as const)('has no place beyond the ends: %d by %d', (index, by) => {
    expect(moving(fields, index, by)).toBeNull();
  });
});

describe('textOf', () => {
  it('gives what an edit takes', () => {
    const text = textOf(
      view(1, {
        kind: 'hyperparameter',
        key_path: 'a.b',
        path: null,
        file: 'f.yaml'
      })
    );
    expect(text).toEqual(
      newField('hyperparameter', { key: 'a.b', file: 'f.yaml', text: '' })
    );
  });

  it('gives nothing for what was not understood', () => {
    expect(textOf(view(1, { kind: 'unknown' }))).toBeNull();
  });
});

it('an empty text is as good as none', () => {
  expect(
    isSame(
      newField('in', { path: 'x', text: '' }),
      newField('in', { path: 'x' })
    )
  ).toBe(true);
  expect(
    isSame(newField('in', { path: 'x' }), newField('in', { path: 'y' }))
  ).toBe(false);
  expect(isSame(newField('in'), newField('out'))).toBe(false);
});

it('names a value by its key, and by its file where that is another one', () => {
  expect(keyOf(view(1, { key_path: 'a.b' }))).toBe('a.b');
  expect(keyOf(view(1, { key_path: 'a', file: 'o.yaml' }))).toBe('o.yaml:a');
});

describe('rebased', () => {
  const parsed = (...fields: IFieldView[]): IParsed => ({
    project: '',
    cell: 1,
    start: 0,
    stop: 0,
    step: null,
    fields,
    problems: [],
    locked: null,
    ignore_keys: [],
    roles: [],
    uses: []
  });
  const a = view(2, { path: 'a' });
  const b = view(3, { path: 'b' });
  const made = parsed(a, b);

  it.each([
    ['a line came before', [view(4, { path: 'a' }), view(5, { path: 'b' })], 5],
    ['the other one is gone', [view(2, { path: 'b' })], 2],
    ['two say the same', [view(3, { path: 'b' }), view(9, { path: 'b' })], 3]
  ])('finds a field again: %s', (_, fields, line) => {
    expect(rebased([removing(b)], made, parsed(...fields))).toMatchObject([
      { op: 'remove', line }
    ]);
  });

  it.each([
    ['it is gone', [view(2, { path: 'a' })]],
    ['it says something else', [a, view(3, { path: 'c' })]],
    ['it is of another kind', [a, view(3, { path: 'b', kind: 'out' })]]
  ])('is nothing where the field was changed: %s', (_, fields) => {
    expect(rebased([removing(b)], made, parsed(...fields))).toBeNull();
  });

  it('moves both ends of a move', () => {
    const change = moving([a, b], 1, -1);
    const now = parsed(view(7, { path: 'a' }), view(8, { path: 'b' }));
    expect(rebased(change === null ? [] : [change], made, now)).toMatchObject([
      { line: 8, before: 7 }
    ]);
  });

  it('leaves an addition alone', () => {
    const change = adding(newField('in', { path: 'z' }));
    expect(rebased([change], made, parsed())).toMatchObject([change]);
  });
});

describe('keyed', () => {
  const of = (...paths: string[]): IFieldView[] =>
    paths.map((path, index) => view(index, { path }));
  const keysAfter = (before: string[], after: string[]): number[] =>
    keyed(keyed([], of(...before)), of(...after)).map(({ key }) => key);

  it.each([
    ['nothing changed', ['a', 'b', 'c'], ['a', 'b', 'c'], [0, 1, 2]],
    ['one came first', ['a', 'b'], ['z', 'a', 'b'], [2, 0, 1]],
    ['one came last', ['a', 'b'], ['a', 'b', 'z'], [0, 1, 2]],
    ['one came between', ['a', 'b'], ['a', 'z', 'b'], [0, 2, 1]],
    ['the first is gone', ['a', 'b', 'c'], ['b', 'c'], [1, 2]],
    ['one was edited', ['a', 'b', 'c'], ['a', 'z', 'c'], [0, 1, 2]],
    ['two changed places', ['a', 'b', 'c'], ['b', 'a', 'c'], [1, 0, 2]],
    ['two say the same', ['a', 'a'], ['a', 'a', 'a'], [0, 1, 2]]
  ])('a row keeps its key: %s', (_, before, after, keys) => {
    expect(keysAfter(before, after)).toEqual(keys);
  });
});
