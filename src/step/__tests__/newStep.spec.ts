import {
  assignmentsOfNew,
  complainedOf,
  complaintOf,
  fieldsOfNew,
  valuesOfNew
} from '../newStep';
import type { INewStep } from '../newStep';

const STEP: INewStep = {
  name: 'train',
  inputs: ['data/my words.csv', 'raw/my-words.csv'],
  outputs: ['model.pkl'],
  typed: { input: '', output: '' },
  params: [{ name: 'size', type: 'int', value: '8' }]
};

describe('a new step', () => {
  it('has a parameter for each path, under names of their own', () => {
    const said = fieldsOfNew(STEP).map(({ field }) => field);
    expect(
      said
        .filter(field => field?.kind === 'param')
        .map(field => `${field?.type ?? ''} ${field?.name ?? ''}`)
    ).toEqual([
      'Path path_to_my_words',
      'Path path_to_my_words_2',
      'Path path_to_model',
      'int size'
    ]);
    expect(
      said
        .filter(field => field?.kind === 'in' || field?.kind === 'out')
        .map(field => [field?.kind, field?.param, field?.path])
    ).toEqual([
      ['in', 'path_to_my_words', 'data/my words.csv'],
      ['in', 'path_to_my_words_2', 'raw/my-words.csv'],
      ['out', 'path_to_model', 'model.pkl']
    ]);
  });

  it('binds them in the notebook, from where the notebook is', () => {
    expect(assignmentsOfNew(STEP, '../').split('\n')).toEqual([
      'from pathlib import Path',
      '',
      'path_to_my_words = Path("../data/my words.csv")',
      'path_to_my_words_2 = Path("../raw/my-words.csv")',
      'path_to_model = Path("../model.pkl")',
      'size = 8'
    ]);
  });

  it('takes a path that is typed and not added, once', () => {
    const paths = (
      typed: INewStep['typed']
    ): Array<string | null | undefined> =>
      fieldsOfNew({ ...STEP, typed })
        .map(({ field }) => field?.path ?? null)
        .filter(path => path !== null);
    expect(paths({ input: ' b.csv ', output: 'c.txt' })).toEqual([
      'data/my words.csv',
      'raw/my-words.csv',
      'b.csv',
      'model.pkl',
      'c.txt'
    ]);
    expect(paths({ input: '', output: 'model.pkl ' })).toHaveLength(3);
  });

  it('has values for the params file', () => {
    const params = [
      { name: 'size', type: 'int', value: '8' },
      { name: 'layers', type: 'list[int]', value: '[16, 0x20]' },
      { name: 'none', type: 'Optional[str]', value: ' None ' }
    ];
    expect(valuesOfNew({ ...STEP, params })).toEqual([
      ['size', '8'],
      ['layers', '[16, 32]'],
      ['none', 'null']
    ]);
  });

  it('writes a path with quotes and a backslash as a literal', () => {
    const step = { ...STEP, inputs: ['a "b"\\c'], outputs: [], params: [] };
    expect(assignmentsOfNew(step, '')).toContain('= Path("a \\"b\\"\\\\c")');
  });

  it.each([
    [{}, null],
    [{ name: ' ' }, 'name-missing'],
    [{ name: '..' }, 'name-missing'],
    [{ name: '../x' }, 'name-slash'],
    [{ name: '.hidden' }, 'name-slash'],
    [{ params: [{ name: 'class', type: '', value: '1' }] }, 'param-name'],
    [{ params: [{ name: '1a', type: '', value: '1' }] }, 'param-name'],
    [
      {
        params: [
          { name: 'a', type: '', value: '1' },
          { name: 'a', type: '', value: '2' }
        ]
      },
      'param-twice'
    ],
    [{ params: [{ name: 'ä', type: '', value: ' ' }] }, 'param-value'],
    [{ params: [{ name: 'a', type: 'int', value: 'abc' }] }, 'param-literal'],
    [{ params: [{ name: 'a', type: 'int', value: '8 +' }] }, 'param-literal'],
    [{ params: [{ name: 'a', type: 'int', value: 'None' }] }, 'param-literal'],
    [{ params: [{ name: 'a', type: 'int?', value: 'None' }] }, null],
    [{ params: [{ name: 'a', type: '', value: '[1, 2]' }] }, null]
  ])('with %j: %s', (change, complaint) => {
    expect(complaintOf({ ...STEP, ...change })).toBe(complaint);
  });

  it.each([
    [['1st', '8'], 'name'],
    [['size', '8'], 'name'],
    [['level', ''], 'value'],
    [['level', '8 +'], 'value']
  ])('names the field of what is wrong with %j: %s', ([name, value], key) => {
    const step = {
      ...STEP,
      params: [
        ...STEP.params,
        { name: name ?? '', type: 'int', value: value ?? '' }
      ]
    };
    expect(complainedOf(step, complaintOf(step))).toEqual({ param: 1, key });
    expect(complainedOf(STEP, complaintOf(STEP))).toBeNull();
  });
});
