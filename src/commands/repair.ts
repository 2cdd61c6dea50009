import { Notification } from '@jupyterlab/apputils';

import { repair as post } from '../api';
import { describedAll, report } from './report';
import type { IWorkbench } from './workbench';

/** Make DVC's list of files in use right again, and say what was done. */
export async function repair(bench: IWorkbench, folder: string): Promise<void> {
  const { trans } = bench;
  const { contents } = bench.app.serviceManager;
  try {
    const { done } = await post(bench.server, contents.localPath(folder));
    bench.watch.acted();
    const said = await describedAll(bench, done);
    Notification.success(
      said.length === 0
        ? trans.__('Nothing is wrong with the list of files in use any more.')
        : said.map(({ text }) => text).join(' '),
      { autoClose: 10_000 }
    );
  } catch (reason) {
    await report(bench, trans.__('Repair'), reason);
  }
}
