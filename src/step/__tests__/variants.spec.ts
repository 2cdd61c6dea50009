import { nullTranslator } from '@jupyterlab/translation';

import type { IVariant, IVariants } from '../../_api';
import { complaintsOf, fieldOf } from '../variantProblems';
import {
  draftOf,
  isEditable,
  itemsOf,
  marked,
  newDraft,
  pathOf,
  stateOfVariant,
  summaryOf,
  takenNames,
  textOf,
  valueOf,
  withAxis
} from '../variants';
import type { IVariantDraft } from '../variants';

const trans = nullTranslator.load('jupyterlab_dvc');

const INFO: IVariants = {
  stage: 'train',
  etag: 'e',
  params: [
    { name: 'size', type: 'int', text: 'how many', value: '8' },
    { name: 'end', type: 'str', text: '', value: null },
    { name: 'constructor', type: 'str', text: '', value: 'x' }
  ],
  paths: [
    { path: 'data/raw.csv', kind: 'in', param: 'source', fixed: false },
    { path: 'lib.py', kind: 'in', param: null, fixed: true },
    { path: 'out/model.tar.gz', kind: 'out', param: 'model', fixed: false },
    { path: 'out/score.json', kind: 'metric', param: 'score', fixed: false }
  ],
  variants: [],
  obstacle: null,
  diff: '',
  undo: null
};
const TAKEN = takenNames([
  { name: 'train', notebook: 'train.ipynb' },
  { name: 'each@1', notebook: null }
]);

function variant(about: Partial<IVariant>): IVariant {
  return {
    name: 'train_2',
    values: {},
    paths: {
      'out/model.tar.gz': 'out/model.tar-2.gz',
      'out/score.json': 'out/score-2.json'
    },
    matrix: {},
    problems: [],
    mend: null,
    diff: '',
    ...about
  };
}

function draft(about: Partial<IVariantDraft> = {}): IVariantDraft {
  return { ...newDraft(INFO, TAKEN), ...about };
}

/** What is wrong with a draft: each field with the code. */
function codes(
  of: IVariantDraft,
  info = INFO,
  old: string | null = null
): string[] {
  return complaintsOf(of, info, TAKEN, old, trans).map(({ field, error }) =>
    [field.of, ...('key' in field ? [field.key] : []), error.code].join(' ')
  );
}

describe('a new variant', () => {
  it('has the first free name, and outputs that are free', () => {
    const info = { ...INFO, variants: [variant({})] };
    const made = newDraft(info, TAKEN);
    expect(made.name).toBe('train_3');
    expect(textOf(made, info)).toEqual({
      name: 'train_3',
      values: {},
      paths: {
        'out/model.tar.gz': 'out/model.tar-3.gz',
        'out/score.json': 'out/score-3.json'
      },
      matrix: {}
    });
    expect(codes(made, info)).toEqual([]);
  });

  it('has outputs that go with its name until they are typed', () => {
    const named = draft({
      name: 'big',
      paths: new Map([['out/score.json', 'big.json']])
    });
    expect(textOf(named, INFO).paths).toEqual({
      'out/model.tar.gz': 'out/model.tar-big.gz',
      'out/score.json': 'big.json'
    });
    const emptied = draft({ paths: new Map([['out/score.json', ' ']]) });
    expect(textOf(emptied, INFO).paths?.['out/score.json']).toBe(
      'out/score-2.json'
    );
  });

  it('avoids the outputs of other variants', () => {
    const paths = { 'out/score.json': './out//score-2.json' };
    const info = { ...INFO, variants: [variant({ name: 'other', paths })] };
    expect(textOf(draft(), info).paths?.['out/score.json']).toBe(
      'out/score-2-2.json'
    );
  });

  it('avoids what a matrix writes for each of its values', () => {
    const paths = { 'out/score.json': 'out/score-{size}.json' };
    const matrix = { size: ['1', '2'] };
    const other = variant({ name: 'other', paths, matrix });
    const info = { ...INFO, variants: [other] };
    expect(textOf(draft(), info).paths?.['out/score.json']).toBe(
      'out/score-2-2.json'
    );
    expect(
      codes(
        draft({ paths: new Map([['out/score.json', 'out/score-1.json']]) }),
        info
      )
    ).toEqual(['path out/score.json graph-output-twice']);
    const same = withAxis(draft({ name: 'same', items: '2' }), 'size');
    expect(codes(same, info)).toEqual([
      'path out/score.json graph-output-twice'
    ]);
    expect(codes({ ...same, items: '3' }, info)).toEqual([]);
  });

  it('says only what differs from the step', () => {
    const values = new Map([
      ['size', '9'],
      ['constructor', 'x'],
      ['end', '']
    ]);
    const paths = new Map([['data/raw.csv', 'data/other.csv']]);
    const text = textOf(draft({ values, paths }), INFO);
    expect(text.values).toEqual({ size: '9' });
    expect(text.paths?.['data/raw.csv']).toBe('data/other.csv');
    expect('lib.py' in (text.paths ?? {})).toBe(false);
  });

  it('shows what the step has in the fields of which nothing is typed', () => {
    expect(INFO.params.map(param => valueOf(draft(), param))).toEqual([
      '8',
      '',
      'x'
    ]);
  });
});

describe('a matrix', () => {
  const matrix = withAxis(draft({ items: '1, 2;3 4' }), 'size');

  it('has the values, and the param in each output', () => {
    expect(itemsOf(matrix)).toEqual(['1', '2', '3', '4']);
    expect(textOf(matrix, INFO)).toEqual({
      name: 'train_2',
      values: {},
      paths: {
        'out/model.tar.gz': 'out/model.tar-{size}.gz',
        'out/score.json': 'out/score-{size}.json'
      },
      matrix: { size: ['1', '2', '3', '4'] }
    });
    expect(codes(matrix)).toEqual([]);
  });

  it('gives no value to its param besides', () => {
    const values = new Map([['size', '9']]);
    expect(textOf({ ...matrix, values }, INFO).values).toEqual({});
  });

  it('leaves what was typed when it becomes one of another param, or none', () => {
    const there = draftOf(
      variant({
        matrix: { size: ['1'] },
        paths: {
          'out/model.tar.gz': 'out/model.tar-{size}.gz',
          'out/score.json': 'my-{size}.json'
        }
      })
    );
    expect([...withAxis(there, 'end').paths]).toEqual([
      ['out/score.json', 'my-{size}.json']
    ]);
    expect(codes(withAxis({ ...there, items: 'a' }, 'end'))).toEqual([
      'path out/score.json variant-matrix-path'
    ]);
  });

  it.each([
    ['', 'variant-matrix-values'],
    ['1 1', 'variant-matrix-twice'],
    ['a/b', 'variant-matrix-value'],
    ['one', 'run-value-type']
  ])('of %j is %s', (items, code) => {
    expect(codes({ ...matrix, items })).toEqual([`items ${code}`]);
  });
});

describe('what is wrong', () => {
  it.each([
    ['', 'variant-name'],
    ['a b', 'variant-name'],
    ['-x', 'variant-name'],
    ['a.b', 'variant-name'],
    ['a@b', 'variant-name'],
    ['../x', 'variant-name'],
    ['a;id', 'variant-name'],
    ['${x}', 'variant-name'],
    ['\u202ex', 'variant-name'],
    ['x'.repeat(101), 'variant-name'],
    ['train', 'variant-name-taken'],
    ['each', 'variant-name-taken']
  ])('with the name %j is %s', (name, code) => {
    expect(codes(draft({ name }))).toEqual([`name ${code}`]);
  });

  it.each(['groß', '_a-1', 'x'.repeat(100)])('is not the name %j', name => {
    expect(codes(draft({ name }))).toEqual([]);
  });

  it('is not the name that the variant has', () => {
    const info = { ...INFO, variants: [variant({ name: 'each' })] };
    expect(codes(draftOf(variant({ name: 'each' })), info, 'each')).toEqual([]);
  });

  it('is a value of another type, where it is not the step’s own', () => {
    const values = new Map([['size', 'nine']]);
    expect(codes(draft({ values }))).toEqual(['value size run-value-type']);
    const info = {
      ...INFO,
      params: [{ name: 'size', type: 'int', text: '', value: '${size}' }]
    };
    expect(codes(draft(), info)).toEqual([]);
  });

  it('is an output of the step, of another variant or named twice', () => {
    const other = variant({ name: 'other', paths: { 'out/score.json': 'a' } });
    const of = (model: string, score: string): string[] =>
      codes(
        draft({
          paths: new Map([
            ['out/model.tar.gz', model],
            ['out/score.json', score]
          ])
        }),
        { ...INFO, variants: [other] }
      );
    expect(of('out/score.json', 'b')).toEqual([
      'path out/model.tar.gz graph-output-twice'
    ]);
    expect(of('b', './a')).toEqual(['path out/score.json graph-output-twice']);
    expect(of('b', 'b')).toEqual(['path out/score.json graph-output-twice']);
    expect(of('b', 'c')).toEqual([]);
  });
});

describe('the field of a refusal', () => {
  it.each([
    ['variant-name-taken', { name: 'x', owner: 'y' }, { of: 'name' }],
    ['run-value-type', { key: 'size' }, { of: 'value', key: 'size' }],
    ['run-value', { key: 'unknown' }, null],
    [
      'graph-output-twice',
      { path: 'out/score-2.json' },
      { of: 'path', key: 'out/score.json' }
    ],
    ['variant-fixed-path', { path: './lib.py' }, { of: 'path', key: 'lib.py' }],
    ['graph-output-twice', { path: 'elsewhere' }, null],
    ['busy', {}, null]
  ])('%s %j is %j', (code, args, field) => {
    expect(fieldOf({ code, args }, draft(), INFO)).toEqual(field);
  });

  it('in a matrix is the path that the value stands in, or the values', () => {
    const matrix = draft({ axis: 'size', items: '1,2' });
    expect(
      fieldOf(
        { code: 'graph-output-twice', args: { path: 'out/score-2.json' } },
        matrix,
        INFO
      )
    ).toEqual({ of: 'path', key: 'out/score.json' });
    for (const code of ['run-value-type', 'variant-matrix-value']) {
      expect(fieldOf({ code, args: { key: 'size' } }, matrix, INFO)).toEqual({
        of: 'items'
      });
    }
  });
});

describe('a variant', () => {
  it('comes back from the form as it was', () => {
    const there = variant({ values: { size: '9' } });
    const { name, values, paths, matrix } = there;
    expect(textOf(draftOf(there), INFO)).toEqual({
      name,
      values,
      paths,
      matrix
    });
  });

  it('keeps its outputs when it gets another name', () => {
    const renamed = { ...draftOf(variant({})), name: 'new' };
    expect(INFO.paths.map(one => pathOf(renamed, INFO, one)).slice(2)).toEqual([
      'out/model.tar-2.gz',
      'out/score-2.json'
    ]);
  });

  it('is said in one line', () => {
    const paths = { 'data/raw.csv': 'b.csv', 'out/score.json': 's.json' };
    expect(
      summaryOf(
        variant({ values: { size: '9' }, paths, matrix: { end: ['a', 'b'] } }),
        INFO,
        trans
      )
    ).toBe('end: each of a, b · size = 9 · reads b.csv · writes s.json');
  });

  it('of two params at once is none for the form', () => {
    expect(isEditable(variant({ matrix: { a: ['1'], b: ['2'] } }))).toBe(false);
    expect(isEditable(variant({ matrix: { a: ['1'] } }))).toBe(true);
  });

  it('is in the state that matters most of its group', () => {
    const stages = [
      { name: 'g@1', state: 'up-to-date' as const },
      { name: 'g@2', state: 'failed' as const },
      { name: 'other', state: 'running' as const }
    ];
    expect(stateOfVariant('g', stages)).toBe('failed');
    expect(stateOfVariant('none', stages)).toBeNull();
  });
});

it.each([
  ['a/b.txt', 'a/b-x.txt'],
  ['a.b/c', 'a.b/c-x'],
  ['a/.hidden', 'a/.hidden-x'],
  ['folder/', 'folder-x'],
  ['..a', '..a-x'],
  ['a/b.tar.gz', 'a/b.tar-x.gz']
])('%s with a mark is %s, as the server half says', (path, found) => {
  expect(marked(path, 'x')).toBe(found);
});
