import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';

import { serverThatAnswers } from '../../__tests__/server';
import type { IRun } from '../../_api';
import { COMMANDS } from '../../commands/ids';
import { runningRuns } from '../running';
import { Runs } from '../runs';
import { run } from './run';

const trans = nullTranslator.load('jupyterlab_dvc');

function panel(answer: unknown = []): {
  readonly entries: ReturnType<typeof runningRuns>;
  readonly runs: Runs;
  readonly asked: string[];
  readonly shown: unknown[];
} {
  const { settings, asked } = serverThatAnswers(
    () => new Response(JSON.stringify(answer))
  );
  const runs = new Runs(settings);
  const shown: unknown[] = [];
  const commands = new CommandRegistry();
  commands.addCommand(COMMANDS.showLog, {
    describedBy: { args: { type: 'object' } },
    execute: args => {
      shown.push(args);
    }
  });
  const places = (): string[] => ['p/a.ipynb', 'p', 'p'];
  return {
    entries: runningRuns(runs, commands, places, trans),
    runs,
    asked,
    shown
  };
}

async function settled(): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, 0));
}

describe('runningRuns', () => {
  it('has one entry a run that is on, the newest first', () => {
    const { entries, runs } = panel();
    const states: IRun['state'][] = [
      'queued',
      'running',
      'stopping',
      'succeeded',
      'failed',
      'stopped',
      'lost'
    ];
    states.forEach((state, created) => {
      runs.adopt(run({ id: state, state, created, targets: [state] }));
    });
    expect(entries.running({ mode: 'list' }).map(item => item.label())).toEqual(
      ['stopping: Stopping', 'running: Running', 'queued: Queued']
    );
  });

  it('tells of a run that came or went', () => {
    const { entries, runs } = panel();
    let changes = 0;
    entries.runningChanged.connect(() => {
      changes += 1;
    });
    runs.adopt(run({ state: 'running' }));
    runs.adopt(run({ state: 'succeeded' }));
    expect(changes).toBe(2);
    expect(entries.running({ mode: 'list' })).toEqual([]);
  });

  it('opens the log of its run, and stops it', async () => {
    const { entries, runs, asked, shown } = panel(run({ state: 'stopping' }));
    runs.adopt(run({ id: 'one' }));
    const [item] = entries.running({ mode: 'list' });
    item?.open?.();
    expect(shown).toEqual([{ run: 'one' }]);
    item?.shutdown?.();
    await settled();
    expect(asked).toEqual([
      'POST /user/%C3%A4%20b/jupyterlab-dvc/runs/one/stop'
    ]);
  });

  it('stops all that is on, and nothing else', async () => {
    const { entries, runs, asked } = panel(run({ state: 'stopping' }));
    runs.adopt(run({ id: 'one' }));
    runs.adopt(run({ id: 'two', state: 'queued' }));
    runs.adopt(run({ id: 'old', state: 'failed' }));
    entries.shutdownAll();
    await settled();
    expect(asked.map(one => one.split('/').at(-2)).sort()).toEqual([
      'one',
      'two'
    ]);
  });

  it('asks for the runs of each place once, and takes what it hears', async () => {
    const { entries, asked } = panel([run({ id: 'elsewhere' })]);
    entries.refreshRunning();
    for (let i = 0; i < 5; i += 1) {
      await settled();
    }
    expect(asked).toHaveLength(2);
    expect(entries.running({ mode: 'list' })).toHaveLength(1);
  });
});
