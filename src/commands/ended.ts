import { Notification } from '@jupyterlab/apputils';

import type { IRun } from '../_api';
import { runSummary } from '../runs/summary';
import { runTitle } from '../runs/title';
import { placeOfFailure } from './failure';
import { COMMANDS } from './ids';
import { refreshViews } from './refreshViews';
import { describedAll, repairAction } from './report';
import { showCell } from './showCell';
import type { IWorkbench } from './workbench';

const TOAST = 140;

/** A run ended: say what ran and what was skipped, and show the files as they are now. */
export async function onEnded(bench: IWorkbench, run: IRun): Promise<void> {
  const { trans } = bench;
  for (const step of bench.steps.all) {
    step.hint();
  }
  const actions: Notification.IAction[] = [
    {
      label: trans.__('Show log'),
      callback: () =>
        void bench.app.commands.execute(COMMANDS.showLog, { run: run.id })
    }
  ];
  const { error } = run;
  const place =
    run.state === 'failed' ? await placeOfFailure(bench, run) : null;
  if (place !== null && place.cell !== null) {
    actions.push({
      label: trans.__('Show cell %1', place.cell),
      displayType: 'accent',
      callback: () => void showCell(bench, place)
    });
  }
  if (error !== null) {
    actions.push(...repairAction(bench, error));
  }
  const [said] = error === null ? [] : await describedAll(bench, [error]);
  const sentence = endSentence(bench, run, said?.text ?? '');
  Notification.emit(
    sentence.length > TOAST ? `${sentence.slice(0, TOAST - 1)}…` : sentence,
    run.state === 'succeeded'
      ? 'success'
      : run.state === 'stopped'
        ? 'warning'
        : 'error',
    { autoClose: run.state === 'succeeded' ? 10_000 : false, actions }
  );
  await refreshViews(bench, null);
}

function endSentence(bench: IWorkbench, run: IRun, error: string): string {
  const { trans } = bench;
  const title = runTitle(run, trans);
  const summary = runSummary(run, trans, error !== '');
  switch (run.state) {
    case 'succeeded':
      return trans.__('%1 is done. %2', title, summary);
    case 'stopped':
      return trans.__('%1 was stopped. %2', title, summary);
    case 'lost':
      return trans.__(
        'Nobody knows how the run of %1 ended: its processes are gone.',
        title
      );
    default:
      return error === ''
        ? trans.__('%1 failed. %2', title, summary)
        : trans.__('%1 failed. %2 %3', title, error, summary).trim();
  }
}
