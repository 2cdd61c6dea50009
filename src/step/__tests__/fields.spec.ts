import type { IFieldView, IMark, IParsed } from '../../_api';
import {
  adding,
  isRelated,
  isUnreadable,
  keyed,
  keyOf,
  leftOver,
  moving,
  removing
} from '../fields';
import { isSame, newField, textOf } from '../fieldText';
import { rebased } from '../rebase';
import { view } from './view';

function parsed(...fields: IFieldView[]): IParsed {
  return {
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
  };
}

const MARK: IMark = {
  code: 'field-unknown',
  args: {},
  message: 'What is it?',
  path: null,
  cell: 1,
  line: 2,
  hint: '',
  severity: 'warning',
  start: 0,
  stop: 1,
  fix: null
};

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

it('leaves over what is wrong and has no row: not understood, or there twice', () => {
  const problems = [MARK];
  const fields = [
    view(2, { problems }),
    view(3, { kind: 'unknown', key: 'returns' }),
    view(4, { kind: 'unknown', key: 'dvc-inn', problems }),
    view(5, { kind: 'desc', problems }),
    view(6, { kind: 'desc', problems }),
    view(7, { kind: 'hyperparameter', problems })
  ];
  expect(leftOver(parsed(...fields)).map(({ line }) => line)).toEqual([4, 6]);
});

it('a hyperparameter is related to a parameter that is there', () => {
  const all = parsed(
    view(2, { kind: 'param', name: 'n' }),
    view(3, { name: 'x' })
  );
  const of = (param: string | null): boolean =>
    isRelated(all, view(9, { kind: 'hyperparameter', param }));
  expect([of('n'), of('x'), of(null)]).toEqual([true, false, false]);
});

it('quotes that are not closed can be read by nobody; what is no string at all is no docstring', () => {
  const locked = (code: string): IParsed['locked'] => ({ ...MARK, code });
  const of = (values: Partial<IParsed>): boolean =>
    isUnreadable({ ...parsed(), start: null, ...values });
  expect(of({ locked: locked('edit-broken') })).toBe(true);
  expect(of({ locked: locked('edit-magic') })).toBe(false);
  expect(of({ locked: locked('edit-broken'), start: 3 })).toBe(false);
  expect(of({})).toBe(false);
});

describe('rebased', () => {
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

  it('adds nothing twice that a second click meant once', () => {
    const change = adding(newField('in', { path: 'b' }));
    const then = parsed(a);
    expect(rebased([change], then, made)).toEqual([]);
    // One that was there before is another matter: the server half says so.
    expect(rebased([change], made, parsed(b))).toMatchObject([change]);
  });

  it('leaves an addition alone', () => {
    const change = adding(newField('in', { path: 'z' }));
    expect(rebased([change], made, parsed())).toMatchObject([change]);
  });
});

describe('keyed', () => {
  it('keeps the row that is edited while another one is added', () => {
    const before = keyed(
      [],
      [view(2, { kind: 'param', name: 'a', text: 'x' })]
    );
    const after = keyed(before, [
      view(2, { kind: 'param', name: 'new' }),
      view(3, { kind: 'param', name: 'a', text: 'y' })
    ]);
    expect(after[1]?.key).toBe(before[0]?.key);
    expect(after[0]?.key).not.toBe(before[0]?.key);
  });

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
