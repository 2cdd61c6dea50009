import { Dialog } from '@jupyterlab/apputils';

import type { IParamsForm } from '../_api';
import { getParams } from '../api';
import { messageOf } from '../sentence';
import { makeHyperparameter } from './makeHyperparameter';
import { FIRST_FIELD } from '../widgets/formBody';
import { Values } from '../widgets/values';
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
  const body = new Values(
    form,
    {
      say: complaint => messageOf(complaint, trans).text,
      make: name => {
        dialog.reject();
        void makeHyperparameter(bench, target, name, true);
      }
    },
    trans
  );
  const dialog = new Dialog({
    title: trans.__('Run %1 with other values', form.stage),
    body,
    focusNodeSelector: FIRST_FIELD,
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('Run') })
    ]
  });
  dialog.addClass('jp-DVCValues-dialog');
  const accept = dialog.node.querySelector<HTMLButtonElement>(
    'button.jp-mod-accept'
  );
  const judge = (): void => {
    if (accept !== null) {
      accept.disabled = !body.isReady;
    }
  };
  judge();
  body.typed.connect(judge);
  // A dialog's Enter accepts whatever the button says, and would throw away what was typed.
  dialog.node.addEventListener(
    'keydown',
    event => {
      const { target: field } = event;
      const isField =
        field instanceof HTMLInputElement || field instanceof HTMLSelectElement;
      if (event.key === 'Enter' && isField && !body.isReady) {
        event.preventDefault();
        event.stopImmediatePropagation();
      }
    },
    true
  );
  const { button, value } = await dialog.launch();
  if (!button.accept || value === null || Object.keys(value).length === 0) {
    return;
  }
  if (await agreed(bench, target)) {
    await start(bench, { path: target.localPath, what: 'step', set: value });
  }
}
