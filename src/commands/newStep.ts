import { Dialog, Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { Contents } from '@jupyterlab/services';
import { UUID } from '@lumino/coreutils';

import { edit, getState, parse, setValues } from '../api';
import type { IOption } from '../components/panel/combobox';
import { assignmentsOfNew, fieldsOfNew, valuesOfNew } from '../step/newStep';
import type { INewStep } from '../step/newStep';
import { proposals } from '../step/proposals';
import { RequestError } from '../request';
import { FIRST_FIELD } from '../widgets/formBody';
import { FormDialog } from '../widgets/formDialog';
import { NewStep } from '../widgets/newStep';
import { COMMANDS } from './ids';
import { makeNotebook } from './makeNotebook';
import { projectAction, report, shownReason } from './report';
import { makeFolder, stepFolder } from './stepFolder';
import type { IWorkbench } from './workbench';

/** Ask what a new step reads and writes, make its notebook in a folder, open it, offer to sync. */
export async function newStep(
  bench: IWorkbench,
  shown: string
): Promise<Contents.IModel | null> {
  const { trans, settings } = bench;
  const title = trans.__('New pipeline step');
  let folder: string;
  try {
    folder = await stepFolder(bench, shown);
  } catch (reason) {
    await report(bench, title, reason);
    return null;
  }
  // The folder may not be there yet; the paths of the project are the same anywhere in it.
  const path = localIn(bench, shown, 'new.ipynb');
  const options =
    (kind: 'in' | 'out') =>
    (typed: string): Promise<ReadonlyArray<IOption>> =>
      proposals(bench.server, path, kind, typed, trans);
  const body = new NewStep(
    settings.get('stepName'),
    options('in'),
    options('out'),
    trans
  );
  const create = async (): Promise<Contents.IModel | null> => {
    if (!body.isValid) {
      return null;
    }
    try {
      return await make(bench, folder, body.step);
    } catch (reason) {
      if (body.isDisposed) {
        await report(bench, title, reason);
      } else {
        const { text, hint } = await shownReason(bench, reason);
        body.refusal = `${text} ${hint}`.trim();
      }
      return null;
    }
  };
  let making: Promise<Contents.IModel | null> = Promise.resolve(null);
  const submit = async (): Promise<boolean> => {
    making = create();
    return (await making) !== null;
  };
  const dialog = new FormDialog<unknown>(
    {
      title,
      body,
      focusNodeSelector: FIRST_FIELD,
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.okButton({ label: trans.__('Create') })
      ]
    },
    submit
  );
  dialog.addClass('jp-DVCNewStep-dialog');
  const accept = dialog.node.querySelector<HTMLButtonElement>(
    'button.jp-mod-accept'
  );
  const enable = (): void => {
    if (accept !== null) {
      accept.disabled = !body.isValid;
    }
  };
  enable();
  body.typed.connect(enable);
  await dialog.launch();
  // What was begun when somebody gave up is made all the same, and shown.
  const made = await making;
  // The dialog gives the focus back to where it was; then the notebook gets it.
  return made === null ? null : opened(bench, made, body.step);
}

function opened(
  bench: IWorkbench,
  made: Contents.IModel,
  step: INewStep
): Contents.IModel {
  bench.documents.openOrReveal(made.path);
  const localPath = bench.app.serviceManager.contents.localPath(made.path);
  void offer(bench, made.path, localPath, step);
  return made;
}

async function make(
  bench: IWorkbench,
  folder: string,
  step: INewStep
): Promise<Contents.IModel> {
  const { contents, kernelspecs } = bench.app.serviceManager;
  const name = `${step.name.trim().replace(/\.ipynb$/, '')}.ipynb`;
  const localPath = localIn(bench, folder, name);
  // First: the server half reads what stands around the notebook.
  await makeFolder(contents, folder);
  const changes = fieldsOfNew(step);
  let source = '';
  if (changes.length > 0) {
    const cell = { number: 1, source: '', tags: [] };
    const edited = await edit(bench.server, { path: localPath, cell, changes });
    source = edited.text;
  } else {
    source = `"""\n${step.name.trim()}\n"""\n`;
  }
  const up = await upwards(bench, folder);
  source = `${source.replace(/\n+$/, '')}\n${assignmentsOfNew(step, up)}`;
  await kernelspecs.ready;
  const kernel = pythonOf(bench);
  return makeNotebook(bench, folder, name, {
    cells: [source.trimEnd(), ''].map(text => ({
      cell_type: 'code',
      execution_count: null,
      id: UUID.uuid4(),
      metadata: {},
      outputs: [],
      source: text
    })),
    metadata: kernel === null ? {} : { kernelspec: kernel },
    nbformat: 4,
    nbformat_minor: 5
  });
}

/** Say what comes next: a sync, or first a project. */
async function offer(
  bench: IWorkbench,
  path: string,
  localPath: string,
  step: INewStep
): Promise<void> {
  const { state } = (await getState(bench.server, localPath, null)) ?? {};
  if (state?.project === null) {
    offerProject(bench, path, localPath, step);
  } else {
    await offerSync(bench, path, localPath, step);
  }
}

async function offerSync(
  bench: IWorkbench,
  path: string,
  localPath: string,
  step: INewStep
): Promise<void> {
  const { app, trans } = bench;
  await setParams(bench, localPath, step);
  Notification.success(trans.__('%1 is there.', PathExt.basename(path)), {
    autoClose: 10000,
    actions: [
      {
        label: trans.__('Sync'),
        displayType: 'accent',
        callback: () => void app.commands.execute(COMMANDS.sync, { path })
      }
    ]
  });
}

/** Without a project nothing goes on: the offer stays until it is one, whoever makes it. */
function offerProject(
  bench: IWorkbench,
  path: string,
  localPath: string,
  step: INewStep
): void {
  const { steps, trans } = bench;
  const { manager } = Notification;
  const id = Notification.success(
    trans.__('%1 is there, in no DVC project yet.', PathExt.basename(path)),
    { autoClose: false, actions: [projectAction(bench, path)] }
  );
  const look = (): void => {
    const isProject = (steps.get(localPath)?.state?.project ?? null) !== null;
    if (isProject || !manager.has(id)) {
      steps.changed.disconnect(look);
    }
    if (isProject && manager.has(id)) {
      manager.dismiss(id);
      void offerSync(bench, path, localPath, step);
    }
  };
  steps.changed.connect(look);
}

/** Give the params file the keys of a new step; one that is there keeps its value. */
async function setParams(
  bench: IWorkbench,
  path: string,
  step: INewStep
): Promise<void> {
  const { trans } = bench;
  for (const [key, value] of valuesOfNew(step)) {
    try {
      await setValues(bench.server, {
        path,
        values: { [key]: value },
        expected: { [key]: null }
      });
    } catch (reason) {
      // One that is there already is kept.
      if (!(reason instanceof RequestError) || reason.status !== 409) {
        await report(bench, trans.__('Value of %1', key), reason);
        return;
      }
    }
  }
}

/** From a folder to the project's, such as `../`; nothing where there is no project. */
async function upwards(bench: IWorkbench, folder: string): Promise<string> {
  const path = localIn(bench, folder, 'new.ipynb');
  const { project } = await parse(bench.server, { path, cells: [] });
  if (project === null) {
    return '';
  }
  const depth = (of: string): number => of.split('/').filter(Boolean).length;
  return '../'.repeat(depth(PathExt.dirname(path)) - depth(project));
}

function localIn(bench: IWorkbench, folder: string, name: string): string {
  return bench.app.serviceManager.contents.localPath(
    PathExt.join(folder, name)
  );
}

function pythonOf(
  bench: IWorkbench
): { name: string; display_name: string; language: string } | null {
  const { specs } = bench.app.serviceManager.kernelspecs;
  const all = Object.values(specs?.kernelspecs ?? {});
  const found =
    all.find(
      spec => spec?.name === specs?.default && spec?.language === 'python'
    ) ?? all.find(spec => spec?.language === 'python');
  return found === undefined
    ? null
    : {
        name: found.name,
        display_name: found.display_name,
        language: found.language
      };
}
