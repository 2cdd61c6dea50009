import { serverThatAnswers } from '../../__tests__/server';
import { run } from '../../runs/__tests__/run';
import { Runs } from '../../runs/runs';
import { runToStop } from '../stop';
import type { ITarget, IWorkbench } from '../workbench';

describe('runToStop', () => {
  it('is the run that comes first, whatever the clock says', () => {
    const { settings } = serverThatAnswers(() => new Response('{}'));
    const runs = new Runs(settings);
    // What it takes of the page.
    const bench = {
      steps: { get: () => ({ state: { project: 'demo', run: null } }) },
      runs
    } as unknown as IWorkbench;
    const target = { localPath: 'demo/a.ipynb' } as unknown as ITarget;
    const queued = { state: 'queued', started: null } as const;
    runs.adopt(run({ id: 'second', number: 2, created: 500, ...queued }));
    runs.adopt(run({ id: 'first', number: 1, created: 4000, ...queued }));
    expect(runToStop(bench, target)?.id).toBe('first');
  });
});
