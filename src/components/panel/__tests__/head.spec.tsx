import { german } from '../../../__tests__/german';
import type { IParsed, IReason } from '../../../_api';
import { stepLabel } from '../../../step/label';
import { drawn } from '../../__tests__/drawn';
import { Head } from '../head';

const trans = german();

const PARSED: IParsed = {
  project: 'p',
  cell: 1,
  start: 3,
  stop: 9,
  step: { name: 'clean_up', stage: 'mlvtools_clean', script: 'p/clean.py' },
  fields: [],
  problems: [],
  locked: null,
  ignore_keys: [],
  roles: [],
  uses: []
};

function head(
  why: ReadonlyArray<IReason>,
  isUnsaved = false
): Promise<HTMLElement> {
  const state = {
    project: 'p',
    rev: '1',
    step: {
      notebook: 'p/a.ipynb',
      stage: 'mlvtools_clean',
      script: 'p/clean.py',
      state: 'not-synced' as const,
      why,
      hyperparameters: false
    },
    run: null,
    stages: [],
    problem: null
  };
  return drawn(
    <Head
      parsed={PARSED}
      label={stepLabel({ state, failure: null }, isUnsaved, trans)}
      due={null}
      trans={trans}
      onOpenScript={null}
    />
  );
}

function texts(node: HTMLElement, selector: string): (string | null)[] {
  return [...node.querySelectorAll(selector)].map(one => one.textContent);
}

describe('Head', () => {
  it('gives the reasons in the user’s language, each once', async () => {
    const change: IReason = {
      code: 'sync-changes',
      args: { path: 'dvc.yaml' },
      message: 'A sync would change dvc.yaml'
    };
    const later: IReason = { code: 'later', args: {}, message: 'Later' };
    const node = await head([change, change, later]);
    expect(texts(node, 'li')).toEqual([
      'Abgleichen würde dvc.yaml ändern',
      'Later'
    ]);
    expect(texts(await head([]), 'ul')).toEqual([]);
  });

  it('has the step’s name, stage and script', async () => {
    const node = await head([]);
    expect(texts(node, 'dt')).toEqual(['Name', 'Stage', 'Skript']);
    expect(texts(node, 'dd')).toEqual([
      'clean_up',
      'mlvtools_clean',
      'p/clean.py'
    ]);
  });

  it('says that something is not saved', async () => {
    expect(texts(await head([], true), '[role="status"]')).toEqual([
      'Nicht abgeglichen, nicht gespeichert'
    ]);
    expect(texts(await head([]), '[role="status"]')).toEqual([
      'Nicht abgeglichen'
    ]);
  });
});
