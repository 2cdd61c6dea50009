import { Notification } from '@jupyterlab/apputils';
import { NotebookPanel } from '@jupyterlab/notebook';

import type { IProposed } from '../_api';
import { propose } from '../api';
import { codeCells } from '../step/cells';
import { isEditable, isReadOnly } from '../step/lock';
import { stopCapturing } from '../step/splice';
import { COMMANDS } from './ids';
import { report, showProblems } from './report';
import type { ITarget, IWorkbench } from './workbench';

/**
 * Give a notebook the docstring that makes it a step, proposed from its code.
 *
 * It is one step to undo; nothing is saved.
 */
export async function makeStep(
  bench: IWorkbench,
  target: ITarget
): Promise<void> {
  const { trans } = bench;
  const panel = target.panel ?? (await opened(bench, target));
  if (panel === null) {
    return;
  }
  await panel.context.ready;
  const { model } = panel.context;
  if (isReadOnly(panel)) {
    Notification.error(trans.__('The notebook can only be read.'));
    return;
  }
  const cells = codeCells(model);
  let proposed: IProposed;
  try {
    proposed = await propose(bench.server, {
      path: target.localPath,
      cells,
      what: 'step'
    });
  } catch (reason) {
    await report(bench, trans.__('Make this notebook a step'), reason);
    return;
  }
  if (JSON.stringify(codeCells(model)) !== JSON.stringify(cells)) {
    Notification.error(trans.__('The notebook changed meanwhile. Try again.'), {
      autoClose: false
    });
    return;
  }
  const fixed = proposed.splices.find(
    ({ cell }) => !isEditable(model.cells.get(cell - 1))
  );
  if (fixed !== undefined) {
    Notification.error(
      trans.__(
        'Cell %1 is not editable, and a value in it would become a parameter. Make the cell editable first.',
        fixed.cell
      ),
      { autoClose: false }
    );
    return;
  }
  const shared = model.sharedModel;
  const first = (cells[0]?.number ?? shared.cells.length + 1) - 1;
  stopCapturing(shared);
  shared.transact(() => {
    // From the end, so that the places before stay where they were.
    const splices = [...proposed.splices].sort((a, b) => b.start - a.start);
    for (const { cell, start, stop, text } of splices) {
      shared.getCell(cell - 1).updateSource(start, stop, text);
    }
    shared.insertCell(first, {
      cell_type: 'code',
      source: proposed.first,
      metadata: { trusted: true }
    });
  });
  stopCapturing(shared);
  panel.content.activeCellIndex = first;
  panel.content.mode = 'command';
  tell(bench, target, panel, proposed);
}

function tell(
  bench: IWorkbench,
  target: ITarget,
  panel: NotebookPanel,
  { fields, notes }: IProposed
): void {
  const { trans } = bench;
  const count = (...kinds: string[]): number =>
    fields.filter(({ kind }) => kinds.includes(kind)).length;
  const params = count('param');
  const inputs = count('in');
  const outputs = count('out', 'out-persist', 'metric', 'plot');
  const found = [
    trans._n('%1 parameter', '%1 parameters', params),
    trans._n('%1 input', '%1 inputs', inputs),
    trans._n('%1 output', '%1 outputs', outputs)
  ].join(', ');
  const actions: Notification.IAction[] = [
    {
      label: trans.__('Undo'),
      callback: () => {
        if (!panel.isDisposed) {
          panel.context.model.sharedModel.undo();
        }
      }
    },
    {
      label: trans.__('Sync'),
      displayType: 'accent',
      callback: () =>
        void bench.app.commands.execute(COMMANDS.sync, { path: target.path })
    }
  ];
  if (notes.length > 0) {
    actions.unshift({
      label: trans._n('%1 note', '%1 notes', notes.length),
      callback: () =>
        void showProblems(bench, trans.__('Make this notebook a step'), notes)
    });
  }
  Notification.emit(
    trans.__('The notebook is a step now, with %1.', found),
    notes.length > 0 ? 'warning' : 'success',
    { autoClose: 8000, actions }
  );
}

async function opened(
  bench: IWorkbench,
  target: ITarget
): Promise<NotebookPanel | null> {
  const widget = bench.documents.openOrReveal(target.path);
  if (!(widget instanceof NotebookPanel)) {
    return null;
  }
  await widget.revealed;
  return widget;
}
