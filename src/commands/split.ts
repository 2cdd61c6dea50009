import { Notification } from '@jupyterlab/apputils';
import type { ICellModel } from '@jupyterlab/cells';
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
import type { ICellTarget, ITarget, IWorkbench } from './workbench';

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
  const first = panel.content.widgets[cell.index]?.model;
  if (first === undefined) {
    return;
  }
  const asked = await ask(bench, { panel, target, first }, title);
  if (asked === null || asked.answer === null) {
    return;
  }
  const { answer, state } = asked;
  const [at] = asked.range;
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

/** Where a notebook is to be cut: before a cell, wherever it is moved meanwhile. */
interface IPlaceOfCut {
  readonly panel: NotebookPanel;
  readonly target: ITarget;
  readonly first: ICellModel;
}

/** The numbers of the first and the last cell that would leave; the first is 0 where it is gone. */
function rangeOf({ panel, first }: IPlaceOfCut): readonly [number, number] {
  const cells = Array.from(panel.content.model?.cells ?? []);
  return [cells.indexOf(first) + 1, cells.length];
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
  place: IPlaceOfCut,
  title: string
): Promise<ICut | null> {
  const { trans } = bench;
  const { target } = place;
  const body = new Split(
    nameAfter(
      PathExt.basename(target.path, '.ipynb'),
      await siblings(bench, place)
    ),
    rangeOf(place),
    name => cutAs(bench, place, name),
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
  { target }: IPlaceOfCut
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
  place: IPlaceOfCut,
  name: string
): Promise<ICut> {
  const { panel, target } = place;
  const state = snapshotOf(panel);
  const range = rangeOf(place);
  const placed = (problem: IShownProblem): IShownProblem => ({
    ...problem,
    path: problem.path ?? (problem.cell === null ? null : target.localPath)
  });
  if (range[0] === 0) {
    const gone = new Error(bench.trans.__('The cell is gone. Start again.'));
    const problems = [await shownReason(bench, gone)];
    return { state, range, answer: null, isNameRefused: false, problems };
  }
  let answer: ISplit;
  try {
    answer = await post(bench.server, {
      path: target.localPath,
      cells: codeCells(panel.context.model),
      at: range[0],
      name
    });
  } catch (reason) {
    const code = reason instanceof RequestError ? reason.problem?.code : null;
    return {
      state,
      range,
      answer: null,
      isNameRefused: NAMES.has(code ?? ''),
      problems: [placed(await shownReason(bench, reason))]
    };
  }
  const notes = await describedAll(bench, answer.notes);
  return {
    state,
    range,
    answer,
    isNameRefused: false,
    problems: notes.map(placed)
  };
}
