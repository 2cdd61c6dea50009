import { Dialog, Notification } from '@jupyterlab/apputils';

import type { IError, IVariant, IVariants } from '../_api';
import { RequestError } from '../request';
import { FormDialog } from '../widgets/formDialog';
import { Mend } from '../widgets/mend';
import { report } from './report';
import {
  changeable,
  changed,
  editVariant,
  sayOf,
  tellChange
} from './variants';
import type { ITarget, IWorkbench } from './workbench';

/**
 * Show why variants no longer fit their notebook and what would mend them; then mend them.
 *
 * @param name - The one that is meant; null for all.
 */
export async function mendVariants(
  bench: IWorkbench,
  target: ITarget,
  name: string | null
): Promise<void> {
  const { trans, server } = bench;
  const title = trans.__('Mend variants');
  let info: IVariants;
  try {
    info = await changeable(server, target.localPath);
  } catch (reason) {
    await report(bench, title, reason);
    return;
  }
  const broken = ({ variants }: IVariants): IVariant[] =>
    variants.filter(
      one => one.problems.length > 0 && (name === null || one.name === name)
    );
  const say = (problem: IError): string => sayOf(problem, trans);
  const body = new Mend(
    broken(info),
    {
      say,
      edit: one => {
        dialog.reject();
        void editVariant(bench, target, one);
      }
    },
    trans
  );
  const submit = async (): Promise<boolean> => {
    const answers: IVariants[] = [];
    let refusal: string | null = null;
    try {
      for (const { name: each } of broken(info)) {
        // What mends it is another thing where one before it was mended.
        const mend = info.variants.find(one => one.name === each)?.mend;
        if (mend !== null && mend !== undefined) {
          info = await changed(bench, target, {
            op: 'replace',
            name: each,
            variant: mend,
            etag: info.etag
          });
          answers.push(info);
        }
      }
    } catch (reason) {
      refusal =
        reason instanceof RequestError && reason.problem !== null
          ? say(reason.problem)
          : String(reason);
      bench.watch.acted();
    }
    if (answers.length > 0) {
      await tellChange(
        bench,
        target,
        trans._n(
          '%1 variant is mended.',
          '%1 variants are mended.',
          answers.length
        ),
        { run: null, undo: answers, again: null }
      );
    }
    if (refusal !== null && body.isDisposed) {
      Notification.error(`${title}: ${refusal}`, { autoClose: false });
    } else if (refusal !== null) {
      info = await changeable(server, target.localPath).catch(() => info);
      body.refuse(broken(info), refusal);
    }
    return refusal === null;
  };
  const isMendable = broken(info).some(({ mend }) => mend !== null);
  const dialog = new FormDialog<unknown>(
    {
      title,
      body,
      buttons: isMendable
        ? [
            Dialog.cancelButton({ label: trans.__('Cancel') }),
            Dialog.okButton({ label: trans.__('Mend') })
          ]
        : [Dialog.okButton({ label: trans.__('Close') })]
    },
    submit
  );
  dialog.addClass('jp-DVCVariant-dialog');
  await dialog.launch();
}
