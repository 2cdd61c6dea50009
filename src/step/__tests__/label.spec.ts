import { nullTranslator } from '@jupyterlab/translation';

import type { IReason, IState, IStepState } from '../../_api';
import { stepLabel } from '../label';

const trans = nullTranslator.load('jupyterlab_dvc');

const WHY: IReason = {
  code: 'dep-modified',
  args: { path: 'data/feed.txt' },
  message: 'data/feed.txt was modified'
};

function state(
  condition: IStepState['state'],
  why: ReadonlyArray<IReason>,
  problem: IState['problem'] = null
): IState {
  return {
    project: 'p',
    rev: '1',
    step: {
      notebook: 'p/a.ipynb',
      stage: 'a',
      script: 'p/a.py',
      state: condition,
      why,
      hyperparameters: false
    },
    run: null,
    stages: [],
    problem
  };
}

describe('stepLabel', () => {
  it('has the reasons as the server half codes them', () => {
    const label = stepLabel(
      { state: state('stale', [WHY]), failure: null },
      false,
      trans
    );
    expect(label).toMatchObject({ word: 'Stale', mod: 'stale', why: [WHY] });
  });

  it('says beside the state what is not saved', () => {
    const label = stepLabel(
      { state: state('up-to-date', []), failure: null },
      true,
      trans
    );
    expect(label).toMatchObject({
      word: 'Up to date, unsaved',
      mod: 'upToDate',
      why: []
    });
  });

  it('has what could not be found out among the reasons', () => {
    const problem = { ...WHY, path: null, cell: null, line: null, hint: '' };
    const { why } = stepLabel(
      { state: state('unknown', [WHY], problem), failure: null },
      false,
      trans
    );
    expect(why).toEqual([WHY, problem]);
  });

  it.each([
    ['unknown', 'No project'],
    ['no-step', 'No step']
  ] as const)('of a notebook in no project, %s: %s', (condition, expected) => {
    const outside = { ...state(condition, []), project: null };
    const { word } = stepLabel({ state: outside, failure: null }, false, trans);
    expect(word).toBe(expected);
  });

  it('says why the server half did not answer', () => {
    const { word, why } = stepLabel(
      { state: null, failure: 'gone' },
      false,
      trans
    );
    expect(word).toBe('Unknown');
    expect(why.map(({ message }) => message)).toEqual([
      'The server did not say: gone'
    ]);
  });
});
