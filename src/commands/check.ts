import { Notification } from '@jupyterlab/apputils';

import type { IChecked } from '../_api';
import { check as post } from '../api';
import { draftOf } from '../step/draft';
import { report, showProblems } from './report';
import type { ITarget, IWorkbench } from './workbench';

/** Say what is wrong with a step, as it was saved. */
export async function check(bench: IWorkbench, target: ITarget): Promise<void> {
  const { trans } = bench;
  let checked: IChecked;
  try {
    checked = await post(bench.server, target.localPath);
  } catch (reason) {
    await report(bench, trans.__('Check'), reason);
    return;
  }
  const isUnsaved = target.panel !== null && draftOf(target.panel).isUnsaved;
  if (checked.problems.length > 0) {
    await showProblems(
      bench,
      isUnsaved
        ? trans.__('Check of %1, as it was saved', target.localPath)
        : trans.__('Check of %1', target.localPath),
      checked.problems
    );
  } else {
    Notification.success(
      isUnsaved
        ? trans.__('Nothing is wrong with the step as it was saved.')
        : trans.__('Nothing is wrong with the step.'),
      { autoClose: 5000 }
    );
  }
}
