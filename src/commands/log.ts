import { Dialog } from '@jupyterlab/apputils';

import type { IRun } from '../_api';
import { isOn } from '../runs/runs';
import { Log } from '../widgets/log';
import { placeOfFailure } from './failure';
import { describedAll } from './report';
import { showCell } from './showCell';
import { stop } from './stop';
import type { IWorkbench } from './workbench';

/** Show the log of a run in the bottom area; in a dialog where the application has none. */
export async function openLog(bench: IWorkbench, run: IRun): Promise<void> {
  const { app, logs, trans } = bench;
  const id = `jp-DVCLog-${run.id}`;
  if (logs.find(log => log.id === id) !== undefined) {
    app.shell.activateById(id);
    return;
  }
  const over = logs.filter(
    log => log instanceof Log && !isOn(bench.runs.get(log.run.id) ?? log.run)
  );
  const log = new Log(
    run,
    bench.runs,
    bench.server,
    {
      stop: one => void stop(bench, one),
      showCell: async one => {
        const place = await placeOfFailure(bench, one);
        if (place !== null) {
          await showCell(bench, place);
        }
      },
      describe: async one => {
        const { error } = one;
        const [shown] =
          error === null ? [] : await describedAll(bench, [error]);
        return shown === undefined
          ? null
          : { ...shown, ...(await placeOfFailure(bench, one)) };
      }
    },
    trans
  );
  // Notebook 7 drops what it has no place for, on some of its pages.
  try {
    app.shell.add(log, 'down');
  } catch {
    // Without such an area.
  }
  if (log.parent !== null) {
    await logs.add(log);
    // What ended makes room.
    over.forEach(one => {
      one.dispose();
    });
    app.shell.activateById(id);
    return;
  }
  const dialog = new Dialog({
    title: trans.__('Run'),
    body: log,
    buttons: [Dialog.cancelButton({ label: trans.__('Close') })]
  });
  dialog.addClass('jp-DVCLog-dialog');
  await dialog.launch();
}
