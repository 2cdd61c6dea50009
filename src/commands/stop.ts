import { isOn } from '../runs/runs';
import type { IRun } from '../_api';
import { report } from './report';
import type { ITarget, IWorkbench } from './workbench';

/** The run that a notebook's Stop would end: that of its project. */
export function runToStop(bench: IWorkbench, target: ITarget): IRun | null {
  const state = bench.steps.get(target.localPath)?.state ?? null;
  const project = state?.project ?? null;
  if (project === null) {
    return null;
  }
  const on = bench.runs.all.filter(run => run.project === project && isOn(run));
  return (
    on.find(({ state }) => state === 'running') ??
    on.at(-1) ??
    state?.run ??
    null
  );
}

/** End a run and all that it started. */
export async function stop(bench: IWorkbench, run: IRun): Promise<void> {
  try {
    await bench.runs.stop(run.id);
  } catch (reason) {
    await report(bench, bench.trans.__('Stop'), reason);
  }
  bench.watch.acted();
}
