import { Dialog } from '@jupyterlab/apputils';

import type { IParamsForm } from '../_api';
import { getParams } from '../api';
import { report } from './report';
import { agreed, start } from './run';
import type { ITarget, IWorkbench } from './workbench';

/** Ask for other values of the hyperparameters, then run with them. */
export async function runWith(
  bench: IWorkbench,
  target: ITarget
): Promise<void> {
  const { trans } = bench;
  let form: IParamsForm;
  try {
    form = await getParams(bench.server, target.localPath);
  } catch (reason) {
    await report(bench, trans.__('Run with other values'), reason);
    return;
  }
  const { Values } = await import('../widgets/values');
  const body = new Values(form, trans);
  const dialog = new Dialog({
    title: trans.__('Run %1 with other values', form.stage),
    body,
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('Run') })
    ]
  });
  dialog.addClass('jp-DVCValues-dialog');
  const accept = dialog.node.querySelector<HTMLButtonElement>(
    'button.jp-mod-accept'
  );
  body.typed.connect(() => {
    if (accept !== null) {
      accept.disabled = !body.isValid;
    }
  });
  const { button, value } = await dialog.launch();
  // Enter accepts whatever the button says.
  if (!button.accept || value === null || !body.isValid) {
    return;
  }
  if (await agreed(bench, target)) {
    await start(bench, { path: target.localPath, what: 'step', set: value });
  }
}
