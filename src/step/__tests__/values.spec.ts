import { readFileSync } from 'fs';
import { join } from 'path';

import { nullTranslator } from '@jupyterlab/translation';

import type { IParamRow } from '../../_api';
import {
  changedValues,
  choicesOf,
  complaint,
  fileComplaint,
  keyOf
} from '../values';

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

// pytest holds the server half against the same table.
const TABLE = JSON.parse(
  readFileSync(join(__dirname, '../../../tests/server/values.json'), 'utf-8')
) as { type: string; text: string; code: string | null }[];

describe('complaint', () => {
  it.each(TABLE.map(({ type, text, code }) => [type, text, code] as const))(
    'about %s %j is %s, as the server half says',
    (type, text, code) => {
      expect(complaint({ ...ROW, type }, text, trans)?.code ?? null).toBe(code);
    }
  );

  it('has what the sentence of the server half is made with', () => {
    expect(complaint({ ...ROW, file: 'more.yaml' }, 'seven', trans)).toEqual({
      code: 'run-value-type',
      args: { key: 'more.yaml:depth', value: 'seven', type: 'int' }
    });
    expect(complaint(ROW, "'", trans)?.args['reason']).toBe(
      "it holds a quote (')"
    );
  });

  it('cuts what is long', () => {
    const value = complaint(ROW, 'x'.repeat(101), trans)?.args['value'];
    expect(value).toBe(`${'x'.repeat(100)}…`);
  });
});

describe('fileComplaint', () => {
  it.each([
    ['int', 'seven', 'run-value-type'],
    ['int', '7', null],
    ['bool', 'True', null],
    ['bool', 'yes', 'run-value-type'],
    ['list[str]', "['a']", null],
    ['list[str]', 'a', 'run-value-type'],
    ['str', "it's", 'run-value']
  ])('about %s %j for a params file is %s', (type, text, code) => {
    expect(fileComplaint({ ...ROW, type }, text, trans)?.code ?? null).toBe(
      code
    );
  });
});

describe('choicesOf', () => {
  it.each([
    ['Literal[\'a, b\', "c"]', ['a, b', 'c']],
    ['typing.Literal[1, 2]', ['1', '2']],
    ['bool', ['true', 'false']],
    ['Optional[bool]', ['true', 'false', 'null']],
    ["Literal['a'] | None", ['a', 'null']],
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
