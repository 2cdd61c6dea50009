import { nullTranslator } from '@jupyterlab/translation';

import { german } from '../../__tests__/german';
import { serverThatAnswers } from '../../__tests__/server';
import type { IRun } from '../../_api';
import { Runs } from '../runs';
import { duration, runSummary, stageSentence } from '../summary';
import { run } from './run';

const trans = nullTranslator.load('jupyterlab_dvc');

function known(answer: () => Response = () => new Response('{}')): {
  readonly runs: Runs;
  readonly ended: string[];
  readonly asked: string[];
} {
  const { settings, asked } = serverThatAnswers(answer);
  const runs = new Runs(settings);
  const ended: string[] = [];
  runs.ended.connect((_, one) => {
    ended.push(`${one.id} ${one.state}`);
  });
  return { runs, ended, asked };
}

describe('Runs', () => {
  it('tells once that a run ended, and only of one that was seen to go on', () => {
    const { runs, ended } = known();
    runs.adopt(run({ id: 'old', state: 'succeeded', ended: 2 }));
    runs.adopt(run({ id: 'a' }));
    runs.adopt(run({ id: 'a', state: 'failed', ended: 2 }));
    runs.adopt(run({ id: 'a', state: 'failed', ended: 2, log_size: 7 }));
    expect(ended).toEqual(['a failed']);
  });

  it('is not misled by an answer that comes late', () => {
    const { runs, ended } = known();
    runs.adopt(run({ id: 'a' }));
    runs.adopt(run({ id: 'a', state: 'succeeded', ended: 2 }));
    runs.adopt(run({ id: 'a' }));
    expect(runs.get('a')?.state).toBe('succeeded');
    expect(ended).toEqual(['a succeeded']);
  });

  it('lists the newest first, and tells of real changes only', () => {
    const { runs } = known();
    let changes = 0;
    runs.changed.connect(() => {
      changes += 1;
    });
    runs.adopt(run({ id: 'a', created: 1 }));
    runs.adopt(run({ id: 'b', created: 2 }));
    runs.adopt(run({ id: 'b', created: 2 }));
    expect(runs.all.map(({ id }) => id)).toEqual(['b', 'a']);
    expect(changes).toBe(2);
  });

  it('keeps the order of a project’s runs when the clock is set back', () => {
    const { runs } = known();
    runs.adopt(run({ id: 'third', number: 3, created: 500 }));
    runs.adopt(run({ id: 'first', number: 1, created: 4000 }));
    runs.adopt(run({ id: 'second', number: 2, created: 4100 }));
    runs.adopt(
      run({ id: 'between', project: 'other', number: 9, created: 4050 })
    );
    runs.adopt(
      run({ id: 'oldest', project: 'other', number: 8, created: 100 })
    );
    expect(runs.all.map(({ id }) => id)).toEqual([
      'third',
      'second',
      'between',
      'first',
      'oldest'
    ]);
  });

  it('asks for a run that the project’s state no longer has', async () => {
    const { runs, ended, asked } = known(
      () =>
        new Response(
          JSON.stringify(run({ id: 'a', state: 'stopped', ended: 2 }))
        )
    );
    runs.adopt(run({ id: 'a' }));
    runs.adopt(run({ id: 'elsewhere', project: 'other' }));
    await runs.reconcile('demo', null);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain('/jupyterlab-dvc/runs/a');
    expect(ended).toEqual(['a stopped']);
  });

  it('forgets a run whose record is gone', async () => {
    const { runs } = known(() => new Response('', { status: 404 }));
    runs.adopt(run({ id: 'a' }));
    await runs.refresh('a');
    expect(runs.all).toEqual([]);
  });
});

describe('runSummary', () => {
  function summary(...states: string[]): string {
    const stages: IRun['stages'] = states.map((state, i) => ({
      name: `s${i}`,
      state,
      seconds: null,
      why: null
    }));
    return runSummary(run({ stages }), trans);
  }

  it.each([
    [[], 'No stage was run.'],
    [['ran', 'skipped', 'ran'], 'Ran: s0, s2. Skipped: s1.'],
    [['restored'], 'Restored: s0.'],
    [['ran', 'failed'], 'Failed: s1. Ran: s0.'],
    [['skipped', 'skipped', 'skipped', 'skipped'], 'Skipped: 4 stages.']
  ])('of %j', (states, said) => {
    expect(summary(...states)).toBe(said);
  });

  it('names no more than there is room for', () => {
    expect(summary(...new Array<string>(9).fill('ran'))).toBe(
      'Ran: s0, s1, s2, s3, s4, … (9).'
    );
  });
});

describe('stageSentence', () => {
  it('says what a stage failed of, in the user’s language', () => {
    const why = {
      code: 'stage-exit-line',
      args: { stage: 'a', status: 3, line: 'KeyError: 1' },
      message: 'as the server half says it'
    };
    const stage = { name: 'a', state: 'failed', seconds: 61, why };
    expect(stageSentence(stage, german())).toBe(
      'a: fehlgeschlagen · 1 min 1 s · Die Stage „a“ ist fehlgeschlagen: Ihr Befehl endete mit dem Exit-Code 3. Seine letzten Worte: KeyError: 1'
    );
    expect(
      stageSentence({ ...stage, why: { ...why, code: 'later' } }, trans)
    ).toBe('a: failed · 1 min 1 s · as the server half says it');
    expect(stageSentence({ ...stage, why: null }, trans)).toBe(
      'a: failed · 1 min 1 s'
    );
  });
});

describe('duration', () => {
  it.each([
    [0.04, '0.0 s'],
    [9.87, '9.9 s'],
    [59.4, '59 s'],
    [61, '1 min 1 s'],
    [119.7, '2 min 0 s'],
    [3_700, '1 h 1 min']
  ])('of %d s', (seconds, said) => {
    expect(duration(seconds)).toBe(said);
  });
});
