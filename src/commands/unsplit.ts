import { Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import { NotebookPanel } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';

import { getState } from '../api';
import { movedBack, snapshotOf } from '../step/cut';
import { haveSameCells } from '../step/split';
import { report } from './report';
import { saved } from './save';
import { sync } from './sync';
import { targetAt } from './workbench';
import type { ITarget, IWorkbench } from './workbench';

/** A notebook that was split. */
export interface IDone {
  /** The notebook's cells before and after. */
  readonly before: string;
  readonly after: string;
  /** The new notebook as it was made. */
  readonly made: Contents.IModel;
  /** When the notebook had been saved before the cut. */
  readonly saved: string | null;
}

/** Say where the cells are, with the way back and the way on. */
export function offerUndo(
  bench: IWorkbench,
  target: ITarget,
  panel: NotebookPanel,
  done: IDone
): void {
  const { trans } = bench;
  Notification.success(
    trans.__('The cells are in %1 now.', PathExt.basename(done.made.path)),
    {
      autoClose: 15000,
      actions: [
        {
          label: trans.__('Undo'),
          callback: () => void undo(bench, panel, done)
        },
        {
          label: trans.__('Sync both'),
          displayType: 'accent',
          callback: () =>
            // In this order: an output that moved is the first one's until that was synced.
            void sync(
              bench,
              targetAt(
                bench,
                panel.isDisposed ? target.path : panel.context.path
              ),
              () => sync(bench, targetAt(bench, done.made.path))
            )
        }
      ]
    }
  );
}

/** Move the cells back; the new notebook goes where nobody has changed or synced it. */
async function undo(
  bench: IWorkbench,
  panel: NotebookPanel,
  done: IDone
): Promise<void> {
  const { trans } = bench;
  const { made } = done;
  const name = PathExt.basename(made.path);
  const title = trans.__('Undo');
  if (panel.isDisposed) {
    Notification.warning(
      trans.__(
        'The notebook that was split is closed: the cells stay in %1.',
        name
      ),
      { autoClose: false }
    );
    return;
  }
  // Somebody may have undone it in the notebook itself.
  if (snapshotOf(panel) !== done.before) {
    if (snapshotOf(panel) !== done.after || !movedBack(panel, done.before)) {
      Notification.warning(
        trans.__(
          'The notebook changed since it was split: the cells stay in %1. Copy them from there.',
          name
        ),
        { autoClose: false }
      );
      return;
    }
  }
  try {
    // Where the file holds the cut, the cells may be nowhere else on disk.
    const isCutSaved =
      panel.context.contentsModel?.last_modified !== done.saved;
    if (isCutSaved && !(await saved(targetAt(bench, panel.context.path)))) {
      Notification.warning(
        trans.__(
          'The cells are back. %1 stays: the notebook could not be saved.',
          name
        ),
        { autoClose: false }
      );
    } else if (!(await isUntouched(bench, made))) {
      Notification.warning(
        trans.__('The cells are back. %1 stays: it was changed.', name),
        { autoClose: false }
      );
    } else if (await isSynced(bench, made)) {
      Notification.warning(
        trans.__(
          'The cells are back. %1 stays: it has a stage in dvc.yaml by now.',
          name
        ),
        { autoClose: false }
      );
    } else if (await discarded(bench, made, title)) {
      Notification.info(
        trans.__('The cells are back, and %1 is deleted.', name),
        { autoClose: 5000 }
      );
    }
  } catch (reason) {
    await report(bench, title, reason);
  }
}

/** Whether the new notebook has the cells that it was made with, on disk and in this page. */
async function isUntouched(
  { app, documents }: IWorkbench,
  made: Contents.IModel
): Promise<boolean> {
  const { contents } = app.serviceManager;
  const file = await contents.get(made.path, {
    type: 'notebook',
    content: true
  });
  if (!haveSameCells(file.content, made.content)) {
    return false;
  }
  const open = documents.findWidget(made.path);
  const model = open instanceof NotebookPanel ? open.context.model : null;
  return (
    model === null ||
    (!model.dirty && model.collaborative !== true) ||
    haveSameCells(model.toJSON(), made.content)
  );
}

/** Whether the notebook's stage has been written. */
async function isSynced(
  { app, server }: IWorkbench,
  made: Contents.IModel
): Promise<boolean> {
  const path = app.serviceManager.contents.localPath(made.path);
  const state = (await getState(server, path, null))?.state;
  return state?.stages.some(({ notebook }) => notebook === path) ?? false;
}

/** Delete a notebook that this page made, with the kernel that it has; where that fails it is said. */
export async function discarded(
  bench: IWorkbench,
  { path }: Contents.IModel,
  title: string
): Promise<boolean> {
  try {
    const open = bench.documents.findWidget(path);
    if (open instanceof NotebookPanel) {
      await open.sessionContext.shutdown();
    }
    // Nothing of it is to be saved: it would only be asked for.
    open?.dispose();
    const { contents, sessions } = bench.app.serviceManager;
    // Notebook has it open in a page of its own.
    await sessions.stopIfNeeded(contents.localPath(path));
    await contents.delete(path);
    return true;
  } catch (reason) {
    await report(bench, title, reason);
    return false;
  }
}
