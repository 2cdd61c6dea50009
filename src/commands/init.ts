import { Dialog, Notification } from '@jupyterlab/apputils';

import { initialize } from '../api';
import { confirmed, report } from './report';
import type { IWorkbench } from './workbench';

/** Make a DVC project of a folder, after asking. */
export async function init(bench: IWorkbench, folder: string): Promise<void> {
  const { trans } = bench;
  const title = trans.__('Make a DVC project');
  const local = bench.app.serviceManager.contents.localPath(folder);
  const isSure = await confirmed(
    title,
    trans.__(
      'DVC is set up in “%1”, and git where no repository holds the folder. Your files stay as they are; nothing is committed.',
      local === '' ? '/' : local
    ),
    Dialog.okButton({ label: trans.__('Make it') }),
    Dialog.cancelButton({ label: trans.__('Cancel') })
  );
  if (!isSure) {
    return;
  }
  try {
    await initialize(bench.server, local);
  } catch (reason) {
    await report(bench, title, reason);
    return;
  }
  bench.watch.acted();
  Notification.success(
    trans.__('“%1” is a DVC project now.', local === '' ? '/' : local),
    { autoClose: 8000 }
  );
}
