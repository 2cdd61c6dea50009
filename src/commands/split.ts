import { Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';

import type { ISplit } from '../_api';
import { split as post } from '../api';
import type { IShownProblem } from '../components/problems';
import { RequestError } from '../request';
import { codeCells } from '../step/cells';
import { cut, movedBack, snapshotOf } from '../step/cut';
import { whyNoCut } from '../step/cuttable';
import { nameAfter, otherNotebook } from '../step/split';
import { Split, SplitDialog } from '../widgets/split';
import type { ICut } from '../widgets/split';
import { filesIn, makeNotebook } from './makeNotebook';
import { describedAll, report, shownReason } from './report';
import { showCell } from './showCell';
import { discarded, offerUndo } from './unsplit';
import { besides } from './workbench';
import type { ICellTarget, IWorkbench } from './workbench';

/** Refusals of the new notebook's name. */
const NAMES: ReadonlySet<string> = new Set([
  'notebook-name',
  'notebook-exists',
  'name-taken',
  'stage-taken'
]);

/** Make a notebook of a cell and all below it, after a look at what crosses. */
export async function split(
  bench: IWorkbench,
  cell: ICellTarget
): Promise<void> {
  const { trans } = bench;
  const { panel, target } = cell;
  const title = trans.__('Split here into a new step');
  const at = cell.index + 1;
  const asked = await ask(bench, cell, title);
  if (asked === null || asked.answer === null) {
    return;
  }
  const { answer, state } = asked;
  if (isOvertaken(bench, panel, at, state, title)) {
    return;
  }
  const whole = panel.context.model.sharedModel.toJSON();
  const saved = panel.context.contentsModel?.last_modified ?? null;
  let made: Contents.IModel;
  try {
    made = await makeNotebook(
      bench,
      besides(bench, target, PathExt.dirname(answer.path)),
      PathExt.basename(answer.path),
      otherNotebook(whole, at, answer)
    );
  } catch (reason) {
    await report(bench, title, reason);
    return;
  }
  if (isOvertaken(bench, panel, at, state, title)) {
    await discarded(bench, made, title);
    return;
  }
  try {
    cut(panel.context.model.sharedModel, at, answer);
  } catch (reason) {
    // What was done of it is undone, and the cells are here as before.
    if (snapshotOf(panel) === state || movedBack(panel, state)) {
      await discarded(bench, made, title);
    }
    await report(bench, title, reason);
    return;
  }
  panel.content.activeCellIndex = panel.content.widgets.length - 1;
  const after = snapshotOf(panel);
  bench.documents.openOrReveal(made.path);
  offerUndo(bench, target, panel, { before: state, after, made, saved });
}

/** Whether the notebook isn't what was looked at any more, or can't be cut now; then that is said. */
function isOvertaken(
  { trans }: IWorkbench,
  panel: NotebookPanel,
  at: number,
  state: string,
  title: string
): boolean {
  const why =
    panel.isDisposed || snapshotOf(panel) !== state
      ? trans.__('The notebook changed meanwhile. Try again.')
      : whyNoCut(panel, at, trans);
  if (why !== null) {
    Notification.error(`${title}: ${why}`, { autoClose: false });
  }
  return why !== null;
}

/** What a cut does, once somebody has said yes to it; null where nobody did. */
async function ask(
  bench: IWorkbench,
  cell: ICellTarget,
  title: string
): Promise<ICut | null> {
  const { trans } = bench;
  const { panel, target } = cell;
  const body = new Split(
    nameAfter(
      PathExt.basename(target.path, '.ipynb'),
      await siblings(bench, cell)
    ),
    [cell.index + 1, panel.content.widgets.length],
    name => cutAs(bench, cell, name),
    ({ path, cell: number, line }) => {
      dialog.reject();
      void showCell(bench, { path, cell: number, line });
    },
    trans
  );
  const dialog = new SplitDialog(body, title, trans);
  const { button, value } = await dialog.launch();
  return button.accept ? value : null;
}

/** The names in the notebook's folder; none where it can't be listed: the server half knows, too. */
async function siblings(
  bench: IWorkbench,
  { target }: ICellTarget
): Promise<string[]> {
  const folder = besides(bench, target, PathExt.dirname(target.localPath));
  try {
    return await filesIn(bench.app.serviceManager.contents, folder);
  } catch {
    return [];
  }
}

/** What the cut would do under a name. */
async function cutAs(
  bench: IWorkbench,
  { panel, target, index }: ICellTarget,
  name: string
): Promise<ICut> {
  const state = snapshotOf(panel);
  const placed = (problem: IShownProblem): IShownProblem => ({
    ...problem,
    path: problem.path ?? (problem.cell === null ? null : target.localPath)
  });
  let answer: ISplit;
  try {
    answer = await post(bench.server, {
      path: target.localPath,
      cells: codeCells(panel.context.model),
      at: index + 1,
      name
    });
  } catch (reason) {
    const code = reason instanceof RequestError ? reason.problem?.code : null;
    return {
      state,
      answer: null,
      isNameRefused: NAMES.has(code ?? ''),
      problems: [placed(await shownReason(bench, reason))]
    };
  }
  const notes = await describedAll(bench, answer.notes);
  return { state, answer, isNameRefused: false, problems: notes.map(placed) };
}
