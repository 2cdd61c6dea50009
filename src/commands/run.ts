import { Dialog, showDialog } from '@jupyterlab/apputils';

import type { IRun, IRunRequest, IState } from '../_api';
import { startRun } from '../api';
import { openLog } from './log';
import { report } from './report';
import { stepState } from './state';
import { syncNow } from './sync';
import type { ITarget, IWorkbench } from './workbench';

/** Run a notebook's stage, or the whole pipeline; a script that isn't the notebook's is asked about. */
export async function run(
  bench: IWorkbench,
  target: ITarget,
  what: 'step' | 'pipeline',
  isForced: boolean
): Promise<void> {
  if (what === 'step' && !(await agreed(bench, target))) {
    return;
  }
  await start(bench, { path: target.localPath, what, force: isForced });
}

/** Start a run and show its log. */
export async function start(
  bench: IWorkbench,
  request: IRunRequest
): Promise<void> {
  let started: IRun;
  try {
    started = await startRun(bench.server, request);
  } catch (reason) {
    await report(bench, bench.trans.__('Run'), reason);
    return;
  }
  bench.runs.adopt(started);
  bench.watch.acted();
  await openLog(bench, started);
}

/** What would run is the script: where that isn't the notebook's, the user says what is meant. */
export async function agreed(
  bench: IWorkbench,
  target: ITarget
): Promise<boolean> {
  const { trans } = bench;
  let step: IState['step'];
  try {
    ({ step } = await stepState(bench, target));
  } catch (reason) {
    await report(bench, trans.__('Run'), reason);
    return false;
  }
  if (step?.state !== 'not-synced') {
    return true;
  }
  await bench.settings.ready;
  if (bench.settings.get('confirmRun') === 'sync') {
    return (await syncNow(bench, target)) !== null;
  }
  const buttons = [
    Dialog.cancelButton({ label: trans.__('Cancel') }),
    Dialog.okButton({ label: trans.__('Sync and run') })
  ];
  if (step.stage !== null) {
    buttons.splice(
      1,
      0,
      Dialog.createButton({ label: trans.__('Run as it is'), accept: true })
    );
  }
  const { button } = await showDialog({
    title: trans.__('The notebook is not synced'),
    body: trans.__('The script is not the one of the notebook as it is now.'),
    buttons,
    defaultButton: buttons.length - 1
  });
  if (!button.accept) {
    return false;
  }
  const isSynced = button.label === trans.__('Sync and run');
  return !isSynced || (await syncNow(bench, target)) !== null;
}
