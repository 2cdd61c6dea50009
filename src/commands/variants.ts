import { Dialog, Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { ServerConnection } from '@jupyterlab/services';

import type {
  IError,
  IVariant,
  IVariants,
  IVariantsRequest,
  IVariantText
} from '../_api';
import { changeVariants, complete, getVariants } from '../api';
import type { IOption } from '../components/panel/combobox';
import { RequestError } from '../request';
import { draftOf, newDraft, takenNames, textOf } from '../step/variants';
import type { IVariantDraft } from '../step/variants';
import { FormDialog } from '../widgets/formDialog';
import { VariantForm } from '../widgets/variantForm';
import { refreshViews } from './refreshViews';
import { confirmed, report } from './report';
import { start } from './run';
import { syncNow } from './sync';
import { besides } from './workbench';
import type { ITarget, IWorkbench } from './workbench';

/** The sentence of an error, with what to do about it, in the user's language. */
export type Say = (
  error: Pick<IError, 'code' | 'args'> & Partial<IError>
) => string;

/** Make a second stage of a step's script, with its own name, paths and values. */
export async function duplicate(
  bench: IWorkbench,
  target: ITarget,
  text: IVariantText | null = null
): Promise<void> {
  if (await isSynced(bench, target)) {
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
  const title = bench.trans.__('Edit variant %1', name);
  await ask(bench, target, title, name, ({ variants }) => {
    const found = variants.find(one => one.name === name);
    return found === undefined ? null : draftOf(found);
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
  tell(
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
  const answer = await changeVariants(bench.server, {
    path: target.localPath,
    ...request
  });
  bench.watch.acted();
  const path = dvcYaml(bench, target);
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
export function tell(
  bench: IWorkbench,
  target: ITarget,
  sentence: string,
  { run, undo, again }: IOffer
): void {
  const { trans } = bench;
  const path = dvcYaml(bench, target);
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
        void start(bench, {
          path: target.localPath,
          what: 'step',
          variant: run
        })
    });
  }
  Notification.success(sentence, { autoClose: 10000, actions });
}

/** How errors are said where the sentences are needed at once. */
export async function sayer({ trans }: IWorkbench): Promise<Say> {
  const { MESSAGES } = await import('../_messages');
  return error => {
    const { code, args } = error;
    const known = Object.hasOwn(MESSAGES, code)
      ? MESSAGES[code]?.(trans, args)
      : undefined;
    const hint =
      code === 'stage-edited'
        ? trans.__('Change it in dvc.yaml.')
        : (known?.hint ?? error.hint ?? '');
    return `${known?.text ?? error.message ?? code} ${hint}`.trim();
  };
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
    if (again === null || !isKnown) {
      await report(bench, trans.__('Undo'), reason);
      return;
    }
    const say = await sayer(bench);
    Notification.error(trans.__('Undo: %1', say(reason.problem)), {
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
async function isSynced(bench: IWorkbench, target: ITarget): Promise<boolean> {
  const { trans } = bench;
  const state = bench.steps.get(target.localPath)?.state?.step?.state;
  if (state !== 'not-synced') {
    return true;
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
  try {
    info = await changeable(server, localPath);
  } catch (reason) {
    await report(bench, title, reason);
    return;
  }
  const taken = takenNames(bench.steps.get(localPath)?.state?.stages ?? []);
  const draft = draftFrom(info, taken);
  if (draft === null) {
    // Somebody removed it; the list will show that.
    bench.watch.acted();
    return;
  }
  const say = await sayer(bench);
  const options = (kind: 'in' | 'out', typed: string): Promise<IOption[]> =>
    proposals(bench, localPath, kind, typed);
  const form = new VariantForm(
    info,
    draft,
    taken,
    old,
    { say, options },
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
      tell(
        bench,
        target,
        old === null
          ? trans.__('The stage %1 is in dvc.yaml.', variant.name)
          : trans.__('The stage %1 is changed.', variant.name),
        { run: variant.name, undo: [answer], again: null }
      );
      return true;
    } catch (reason) {
      await refuse(bench, target, form, say, reason);
      return false;
    }
  };
  const dialog = new FormDialog<unknown>(
    {
      title,
      body: form,
      focusNodeSelector: 'input',
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
  say: Say,
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
  form.refuse(problem, say(problem), reason.lost ?? '');
}

async function proposals(
  bench: IWorkbench,
  path: string,
  kind: 'in' | 'out',
  typed: string
): Promise<IOption[]> {
  try {
    const { items } = await complete(bench.server, path, kind, typed);
    return items.map(({ text, maker }) => ({
      text,
      note: maker === null ? '' : bench.trans.__('made by %1', maker)
    }));
  } catch {
    // Proposals are a convenience; any path may be typed.
    return [];
  }
}

/** Where the project's dvc.yaml is; null where the project isn't known. */
function dvcYaml(bench: IWorkbench, target: ITarget): string | null {
  const project = bench.steps.get(target.localPath)?.state?.project ?? null;
  return project === null
    ? null
    : besides(bench, target, PathExt.join(project, 'dvc.yaml'));
}
