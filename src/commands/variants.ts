import { Dialog, Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import type {
  IError,
  IState,
  IVariant,
  IVariants,
  IVariantsRequest,
  IVariantText
} from '../_api';
import { changeVariants, getVariants } from '../api';
import type { IOption } from '../components/panel/combobox';
import { RequestError } from '../request';
import { messageOf, sentence } from '../sentence';
import { proposals } from '../step/proposals';
import {
  draftOf,
  isEditable,
  newDraft,
  takenNames,
  textOf
} from '../step/variants';
import type { IVariantDraft } from '../step/variants';
import { FIRST_FIELD } from '../widgets/formBody';
import { FormDialog } from '../widgets/formDialog';
import { VariantForm } from '../widgets/variantForm';
import { VARIANT_COMMANDS } from './ids';
import { refreshViews } from './refreshViews';
import { confirmed, report } from './report';
import { stepState } from './state';
import { syncNow } from './sync';
import { tellWaiting } from './waiting';
import { besides } from './workbench';
import type { ITarget, IWorkbench } from './workbench';

/** Make a second stage of a step's script, with its own name, paths and values. */
export async function duplicate(
  bench: IWorkbench,
  target: ITarget,
  text: IVariantText | null = null
): Promise<void> {
  if (await isSyncedFirst(bench, target)) {
    const title = bench.trans.__('Duplicate step');
    await ask(bench, target, title, null, (info, taken) =>
      text === null
        ? newDraft(info, taken)
        : draftOf({ values: {}, paths: {}, matrix: {}, ...text })
    );
  }
}

/** Change a variant that is there. */
export async function editVariant(
  bench: IWorkbench,
  target: ITarget,
  name: string
): Promise<void> {
  const { trans } = bench;
  const title = trans.__('Edit variant %1', name);
  await ask(bench, target, title, name, ({ variants }) => {
    const found = variants.find(one => one.name === name);
    return found !== undefined && isEditable(found) ? draftOf(found) : null;
  });
}

/** Take a variant's stage out of dvc.yaml; its files stay, and it can be taken back. */
export async function removeVariant(
  bench: IWorkbench,
  target: ITarget,
  name: string
): Promise<void> {
  const { trans } = bench;
  const title = trans.__('Remove variant');
  let before: IVariants;
  let after: IVariants;
  try {
    before = await getVariants(bench.server, target.localPath);
    after = await changed(bench, target, {
      op: 'remove',
      name,
      etag: before.etag
    });
  } catch (reason) {
    await report(bench, title, reason);
    bench.watch.acted();
    return;
  }
  const old = before.variants.find(one => one.name === name);
  await tellChange(
    bench,
    target,
    trans.__('The stage %1 is out of dvc.yaml; its files stay.', name),
    {
      run: null,
      undo: [after],
      again: old ?? null
    }
  );
}

/**
 * What variants a step has and may have; rejects where there may be none, as
 * the server half would refuse to change them.
 */
export async function changeable(
  server: ServerConnection.ISettings,
  path: string
): Promise<IVariants> {
  const listed = await getVariants(server, path);
  if (listed.obstacle !== null) {
    throw new RequestError(400, listed.obstacle, '');
  }
  return listed;
}

/** Change variants, and let the views know. */
export async function changed(
  bench: IWorkbench,
  target: ITarget,
  request: Omit<IVariantsRequest, 'path'>
): Promise<IVariants> {
  const waiting = tellWaiting(bench, target, bench.trans.__('Variants'));
  let answer: IVariants;
  try {
    answer = await changeVariants(bench.server, {
      path: target.localPath,
      ...request
    });
  } finally {
    waiting();
  }
  bench.watch.acted();
  const path = await dvcYaml(bench, target);
  void refreshViews(bench, path === null ? null : [path]);
  return answer;
}

/** What a notification of a change offers. */
interface IOffer {
  /** The stage to run; null for none. */
  readonly run: string | null;
  /** The answers to the changes, to be taken back from the last one on. */
  readonly undo: ReadonlyArray<IVariants>;
  /** What can be made again where the change can't be taken back. */
  readonly again: IVariant | null;
}

/** Say what became of dvc.yaml, with ways on and back. */
export async function tellChange(
  bench: IWorkbench,
  target: ITarget,
  sentence: string,
  { run, undo, again }: IOffer
): Promise<void> {
  const { trans } = bench;
  const path = await dvcYaml(bench, target);
  const actions: Notification.IAction[] = [
    {
      label: trans.__('Undo'),
      callback: () => void takeBack(bench, target, undo, again)
    }
  ];
  if (path !== null) {
    actions.push({
      label: trans.__('Show dvc.yaml'),
      callback: () => {
        bench.documents.openOrReveal(path, 'Editor');
      }
    });
  }
  if (run !== null) {
    actions.push({
      label: trans.__('Run'),
      displayType: 'accent',
      callback: () =>
        void bench.app.commands.execute(VARIANT_COMMANDS.run, {
          path: target.path,
          variant: run
        })
    });
  }
  Notification.success(sentence, { autoClose: 10000, actions });
}

/** An error of the server half, in a form of variants: nothing there overwrites what was edited by hand. */
export function sayOf(
  error: Pick<IError, 'code' | 'args'> & Partial<IError>,
  trans: TranslationBundle
): string {
  return error.code === 'stage-edited'
    ? `${messageOf(error, trans).text} ${trans.__('Change it in dvc.yaml.')}`
    : sentence(error, trans);
}

async function takeBack(
  bench: IWorkbench,
  target: ITarget,
  undo: ReadonlyArray<IVariants>,
  again: IVariant | null
): Promise<void> {
  const { trans } = bench;
  try {
    for (const one of [...undo].reverse()) {
      await changed(bench, target, { op: 'undo', undo: one.undo });
    }
  } catch (reason) {
    const isKnown = reason instanceof RequestError && reason.problem !== null;
    if (again === null || !isEditable(again) || !isKnown) {
      await report(bench, trans.__('Undo'), reason);
      return;
    }
    Notification.error(trans.__('Undo: %1', sayOf(reason.problem, trans)), {
      autoClose: false,
      actions: [
        {
          label: trans.__('Add it again…'),
          callback: () => {
            const { name, values, paths, matrix } = again;
            void duplicate(bench, target, { name, values, paths, matrix });
          }
        }
      ]
    });
  }
}

/** A variant runs the script as it is: where that isn't the notebook's, a sync comes first. */
async function isSyncedFirst(
  bench: IWorkbench,
  target: ITarget
): Promise<boolean> {
  const { trans } = bench;
  try {
    const { step } = await stepState(bench, target);
    if (step?.state !== 'not-synced') {
      return true;
    }
  } catch (reason) {
    await report(bench, trans.__('Duplicate step'), reason);
    return false;
  }
  const isWanted = await confirmed(
    trans.__('The notebook is not synced'),
    trans.__(
      'A variant runs the same script, so that the step is synced first.'
    ),
    Dialog.okButton({ label: trans.__('Sync') }),
    Dialog.cancelButton({ label: trans.__('Cancel') })
  );
  return isWanted && (await syncNow(bench, target)) !== null;
}

/** The form in a dialog, until the server took what it says or the user gave up. */
async function ask(
  bench: IWorkbench,
  target: ITarget,
  title: string,
  old: string | null,
  draftFrom: (
    info: IVariants,
    taken: ReturnType<typeof takenNames>
  ) => IVariantDraft | null
): Promise<void> {
  const { trans, server } = bench;
  const { localPath } = target;
  let info: IVariants;
  let state: IState;
  try {
    [info, state] = await Promise.all([
      changeable(server, localPath),
      stepState(bench, target)
    ]);
  } catch (reason) {
    await report(bench, title, reason);
    return;
  }
  const taken = takenNames(state.stages);
  const draft = draftFrom(info, taken);
  if (draft === null) {
    const isThere = info.variants.some(one => one.name === old);
    Notification.error(
      `${title}: ${
        isThere
          ? trans.__('A matrix of several parameters is changed in dvc.yaml.')
          : trans.__('It is not in dvc.yaml any more.')
      }`,
      { autoClose: false }
    );
    bench.watch.acted();
    return;
  }
  const options = (kind: 'in' | 'out', typed: string): Promise<IOption[]> =>
    proposals(server, localPath, kind, typed, trans);
  const form = new VariantForm(
    info,
    draft,
    taken,
    old,
    { say: error => sayOf(error, trans), options },
    trans
  );
  const submit = async (): Promise<boolean> => {
    if (!form.judge()) {
      return false;
    }
    const variant = textOf(form.draft, form.info);
    try {
      const answer = await changed(bench, target, {
        op: old === null ? 'add' : 'replace',
        name: old,
        variant,
        etag: form.info.etag
      });
      await tellChange(
        bench,
        target,
        old === null
          ? trans.__('The stage %1 is in dvc.yaml.', variant.name)
          : trans.__('The stage %1 is changed.', variant.name),
        { run: variant.name, undo: [answer], again: null }
      );
      return true;
    } catch (reason) {
      if (form.isDisposed) {
        await report(bench, title, reason);
      } else {
        await refuse(bench, target, form, reason);
      }
      return false;
    }
  };
  const dialog = new FormDialog<unknown>(
    {
      title,
      body: form,
      focusNodeSelector: FIRST_FIELD,
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.okButton({
          label: old === null ? trans.__('Add stage') : trans.__('Apply')
        })
      ]
    },
    submit
  );
  dialog.addClass('jp-DVCVariant-dialog');
  await dialog.launch();
}

/** Say in the form why the server refused it; what changed meanwhile is asked for again. */
async function refuse(
  bench: IWorkbench,
  target: ITarget,
  form: VariantForm,
  reason: unknown
): Promise<void> {
  if (!(reason instanceof RequestError) || reason.problem === null) {
    form.refuse(
      null,
      reason instanceof Error ? reason.message : String(reason)
    );
    return;
  }
  const { problem } = reason;
  if (reason.status === 409) {
    try {
      form.info = await changeable(bench.server, target.localPath);
    } catch {
      // Then the next try is refused as this one was.
    }
    bench.watch.acted();
  }
  form.refuse(problem, sayOf(problem, bench.trans), reason.lost ?? '');
}

/** Where the project's dvc.yaml is; null where the project isn't known. */
async function dvcYaml(
  bench: IWorkbench,
  target: ITarget
): Promise<string | null> {
  try {
    const { project } = await stepState(bench, target);
    return project === null
      ? null
      : besides(bench, target, PathExt.join(project, 'dvc.yaml'));
  } catch {
    // The change is made all the same; it only can't be shown.
    return null;
  }
}
