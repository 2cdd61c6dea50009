import { nullTranslator } from '@jupyterlab/translation';

import type { IParamRow } from '../../_api';
import { changedValues, choicesOf, complaint, keyOf } from '../values';

const trans = nullTranslator.load('jupyterlab_dvc');

const ROW: IParamRow = {
  name: 'depth',
  type: 'int',
  text: 'how deep',
  value: '3',
  default: null,
  required: true,
  key: 'depth',
  file: null,
  hyperparameter: true
};

describe('complaint', () => {
  it.each([
    ['int', '-12'],
    ['int', '1_000'],
    ['float', '1e-5'],
    ['float', '.5'],
    ['float', '-inf'],
    ['float', '3'],
    ['str', ''],
    ['bool', 'true'],
    ['Optional[int]', 'None'],
    ['int | None', '4'],
    ["Literal['a:b', 'c']", 'a:b'],
    ['Literal[1, 2]', '2'],
    ['List[int]', '[1, 2]']
  ])('has none about %s %s', (type, text) => {
    expect(complaint({ type }, text, trans)).toBeNull();
  });

  it.each([
    ['int', '1.5', 'whole number'],
    ['int', '', 'whole number'],
    ['int', 'None', 'whole number'],
    ['float', '1,5', 'number'],
    ['float', '', 'number'],
    ['bool', 'yes', 'true, false'],
    ['Optional[int]', 'x', 'whole number'],
    ["Literal['a', 'b']", 'c', 'a, b'],
    ['str', "it's", 'quote'],
    ['str', 'a\nb', 'line break']
  ])('has one about %s %j', (type, text, said) => {
    expect(complaint({ type }, text, trans)).toContain(said);
  });
});

describe('choicesOf', () => {
  it.each([
    ['Literal[\'a, b\', "c"]', ['a, b', 'c']],
    ['typing.Literal[1, 2]', ['1', '2']],
    ['bool', ['true', 'false']],
    ['str', null],
    ["Literal['\\n']", null]
  ])('of %s', (type, choices) => {
    expect(choicesOf(type)).toEqual(choices);
  });
});

describe('changedValues', () => {
  it('has what differs, by key, with the file where it is another one', () => {
    const rows: IParamRow[] = [
      ROW,
      { ...ROW, name: 'rate', key: 'train.rate', file: 'more.yaml' },
      { ...ROW, name: 'same' },
      { ...ROW, name: 'fixed', hyperparameter: false, key: null }
    ];
    expect(
      changedValues(rows, { depth: '4', rate: '1', same: '3', fixed: '9' })
    ).toEqual({ depth: '4', 'more.yaml:train.rate': '1' });
  });

  it('names no key where there is none', () => {
    expect(keyOf({ key: null, file: null })).toBeNull();
    expect(keyOf({ key: 'a', file: 'params.yaml' })).toBe('a');
  });
});
