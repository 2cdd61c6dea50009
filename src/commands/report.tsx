import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';

import type { IError } from '../_api';
import { Problems } from '../components/problems';
import type { IShownProblem } from '../components/problems';
import { describe } from '../problem';
import { RequestError } from '../request';
import { COMMANDS } from './ids';
import { showCell } from './showCell';
import type { IWorkbench } from './workbench';

/** Longer toasts are cut. */
const TOAST = 140;

/** Tell what went wrong: in a toast, with all of it on demand and a way to the cell. */
export async function report(
  bench: IWorkbench,
  title: string,
  reason: unknown
): Promise<void> {
  const { trans } = bench;
  const problem = reason instanceof RequestError ? reason.problem : null;
  if (problem === null) {
    Notification.error(
      `${title}: ${reason instanceof Error ? reason.message : String(reason)}`,
      { autoClose: false }
    );
    return;
  }
  const shown = await describedAll(bench, [problem]);
  const text = shown[0]?.text ?? problem.message;
  const whole = `${title}: ${text}`;
  const actions: Notification.IAction[] = [];
  if (problem.cell !== null && problem.path !== null) {
    actions.push({
      label: trans.__('Show cell'),
      callback: () => void showCell(bench, problem)
    });
  }
  actions.push(...repairAction(bench, problem));
  const { code, path } = problem;
  if (code === 'no-project' && path?.endsWith('.ipynb') === true) {
    actions.push(projectAction(bench, path));
  }
  actions.push({
    label: trans.__('Details'),
    callback: () => void showProblems(bench, title, [problem])
  });
  Notification.error(
    whole.length > TOAST ? `${whole.slice(0, TOAST - 1)}…` : whole,
    { autoClose: false, actions }
  );
}

/** The button of a notification about something that can be repaired; none about anything else. */
export function repairAction(
  { app, trans }: IWorkbench,
  { code, path }: IError
): Notification.IAction[] {
  if (code !== 'rwlock-broken' || path === null) {
    return [];
  }
  const rooted = `/${path}`;
  const folder = rooted.slice(1, Math.max(rooted.lastIndexOf('/.dvc/tmp/'), 1));
  return [
    {
      label: trans.__('Repair'),
      displayType: 'accent',
      callback: () => void app.commands.execute(COMMANDS.repair, { folder })
    }
  ];
}

/** The button that makes a project of a notebook's folder. */
export function projectAction(
  { app, trans }: IWorkbench,
  path: string
): Notification.IAction {
  const folder = PathExt.dirname(path);
  return {
    label: trans.__('Make a project here'),
    displayType: 'accent',
    callback: () => void app.commands.execute(COMMANDS.init, { folder })
  };
}

/** A list of problems in a dialog; each may lead to its cell. */
export async function showProblems(
  bench: IWorkbench,
  title: string,
  problems: ReadonlyArray<IError>
): Promise<void> {
  const shown = await describedAll(bench, problems);
  const dialog = new Dialog({
    title,
    body: (
      <Problems
        problems={shown}
        trans={bench.trans}
        onShow={index => {
          const problem = problems[index];
          if (problem !== undefined) {
            dialog.reject();
            void showCell(bench, problem);
          }
        }}
      />
    ),
    buttons: [Dialog.okButton({ label: bench.trans.__('Close') })]
  });
  await dialog.launch();
}

/** Why something failed, in the user's language; without a place where the server half said none. */
export async function shownReason(
  bench: IWorkbench,
  reason: unknown
): Promise<IShownProblem> {
  const problem = reason instanceof RequestError ? reason.problem : null;
  const [shown] = problem === null ? [] : await describedAll(bench, [problem]);
  return (
    shown ?? {
      text: reason instanceof Error ? reason.message : String(reason),
      hint: '',
      path: null,
      cell: null,
      line: null,
      severity: 'error'
    }
  );
}

/** Problems in the user's language. */
export function describedAll(
  bench: IWorkbench,
  problems: ReadonlyArray<IError>
): Promise<IShownProblem[]> {
  return Promise.all(
    problems.map(async problem => ({
      ...(await describe(problem, bench.trans)),
      path: problem.path,
      cell: problem.cell,
      line: problem.line,
      severity: severityOf(problem)
    }))
  );
}

function severityOf(problem: IError): 'error' | 'warning' {
  return 'severity' in problem && problem.severity === 'warning'
    ? 'warning'
    : 'error';
}

/** Ask something that has a yes. */
export async function confirmed(
  title: string,
  body: string,
  accept: Dialog.IButton,
  reject: Dialog.IButton
): Promise<boolean> {
  const { button } = await showDialog({
    title,
    body,
    buttons: [reject, accept]
  });
  return button.accept;
}
