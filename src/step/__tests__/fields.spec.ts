import type { IFieldView } from '../../_api';
import { isSame, keyOf, moving, newField, textOf } from '../fields';

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
