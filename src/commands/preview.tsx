import { Dialog, MainAreaWidget } from '@jupyterlab/apputils';
import { JSONExt } from '@lumino/coreutils';
import type { ReadonlyPartialJSONValue } from '@lumino/coreutils';

import { preview as post } from '../api';
import { icon } from '../icon';
import { draftOf } from '../step/draft';
import type { IStepModel } from '../tokens';
import type { IPreviewContent } from '../widgets/preview';
import { describedAll, report, shownReason } from './report';
import { start } from './run';
import { showCell } from './showCell';
import { syncNow } from './sync';
import type { ITarget, IWorkbench } from './workbench';

/** What is to be done once what a preview shows was written. */
type Next = () => Promise<void>;

const nexts = new WeakMap<object, Next>();

/**
 * Show what a sync would write: in a tab, or in a dialog where there is one widget only.
 *
 * @param next - Done once that was written; nothing where it never is.
 */
export async function openPreview(
  bench: IWorkbench,
  target: ITarget,
  next: Next = () => Promise.resolve()
): Promise<void> {
  const { trans, labShell } = bench;
  let content: IPreviewContent;
  try {
    content = await asked(bench, target);
  } catch (reason) {
    await report(bench, trans.__('Preview'), reason);
    return;
  }
  const { Preview } = await import('../widgets/preview');
  const id = `jp-DVCPreview-${target.localPath}`;
  const open = find(bench, id);
  if (open?.content instanceof Preview) {
    open.content.content = content;
    nexts.set(open.content, next);
    labShell?.activateById(id);
    return;
  }
  let close = (): void => undefined;
  const write = async (isForced: boolean, isRun = false): Promise<void> => {
    if (body.isAtWork) {
      return;
    }
    body.isAtWork = true;
    try {
      await apply(isForced, isRun);
    } finally {
      body.isAtWork = false;
    }
  };
  const apply = async (isForced: boolean, isRun: boolean): Promise<void> => {
    const { isUnsaved, preview } = body.content;
    // What is unsaved is no part of what was seen, and is said to be none.
    const seen = isUnsaved ? null : preview.rev;
    if ((await syncNow(bench, target, { isForced, seen })) !== null) {
      close();
      if (isRun) {
        await start(bench, {
          path: target.localPath,
          what: 'step',
          force: false
        });
      }
      await nexts.get(body)?.();
    }
  };
  const { languages } = bench;
  const body = new Preview(
    content,
    async name => (await languages?.getLanguage(name))?.support ?? [],
    {
      showCell: (cell, line) => {
        if (labShell === null) {
          close();
        }
        void showCell(bench, { path: target.localPath, cell, line });
      },
      apply: () => void write(false),
      applyAndRun: () => void write(false, true),
      overwrite: () => void write(true)
    },
    trans
  );
  nexts.set(body, next);
  if (labShell === null) {
    const dialog = new Dialog({
      title: trans.__('Preview of %1', target.localPath),
      body,
      buttons: [Dialog.cancelButton({ label: trans.__('Close') })]
    });
    dialog.addClass('jp-DVCPreview-dialog');
    close = () => {
      dialog.reject();
    };
    await dialog.launch();
    return;
  }
  const widget = new MainAreaWidget({ content: body });
  widget.id = id;
  widget.toolbar.hide();
  widget.title.label = trans.__(
    'Preview: %1',
    target.localPath.slice(target.localPath.lastIndexOf('/') + 1)
  );
  widget.title.caption = target.localPath;
  widget.title.icon = icon;
  widget.title.closable = true;
  close = () => {
    widget.dispose();
    // Else nothing has the focus, and the keyboard leads nowhere.
    if (target.panel !== null && !target.panel.isDisposed) {
      labShell.activateById(target.panel.id);
    }
  };
  follow(bench, target, body, widget);
  labShell.add(
    widget,
    'main',
    target.panel === null ? {} : { ref: target.panel.id, mode: 'tab-after' }
  );
  labShell.activateById(id);
}

/** Keep an open preview in step with the notebook's file. */
function follow(
  bench: IWorkbench,
  target: ITarget,
  body: { content: IPreviewContent },
  widget: MainAreaWidget
): void {
  const { panel } = target;
  if (panel === null) {
    return;
  }
  const { context } = panel;
  const refresh = async (): Promise<void> => {
    let content: IPreviewContent;
    try {
      content = await asked(bench, target);
    } catch (reason) {
      // Each save would bring a notification more: it is said where one looks.
      const failure = await shownReason(bench, reason);
      content = { ...body.content, failure };
    }
    if (!widget.isDisposed) {
      const { preview } = body.content;
      // What is the same stays: it may be unfolded, and have the focus.
      body.content = JSONExt.deepEqual(
        preview as unknown as ReadonlyPartialJSONValue,
        content.preview as unknown as ReadonlyPartialJSONValue
      )
        ? { ...content, preview }
        : content;
    }
  };
  const onSaved = (
    _: unknown,
    state: 'started' | 'failed' | 'completed' | 'completed manually'
  ): void => {
    if (state === 'completed' && !widget.isDisposed) {
      void refresh();
    }
  };
  const draft = draftOf(panel);
  const onDraft = (): void => {
    body.content = { ...body.content, isUnsaved: draft.isUnsaved };
  };
  // Script and dvc.yaml change without the notebook, too.
  let known = standing(bench, target);
  const onStep = (_: unknown, { path }: IStepModel): void => {
    const now = standing(bench, target);
    if (path === target.localPath && now !== known) {
      known = now;
      void refresh();
    }
  };
  context.saveState.connect(onSaved);
  draft.changed.connect(onDraft);
  bench.steps.changed.connect(onStep);
  widget.disposed.connect(() => {
    bench.steps.changed.disconnect(onStep);
    context.saveState.disconnect(onSaved);
    draft.changed.disconnect(onDraft);
  });
}

/** Of a step's state, what tells that its preview may be another one. */
function standing(bench: IWorkbench, target: ITarget): string {
  const step = bench.steps.get(target.localPath)?.state?.step;
  return step?.state === 'not-synced'
    ? step.why.map(({ message }) => message).join('\n')
    : '';
}

/** Rejects with what the server half said. */
async function asked(
  bench: IWorkbench,
  target: ITarget
): Promise<IPreviewContent> {
  const preview = await post(bench.server, target.localPath);
  return {
    preview,
    clashes: await describedAll(
      bench,
      preview.clashes.map(({ error }) => error)
    ),
    warnings: (await describedAll(bench, preview.warnings)).map(warning => ({
      ...warning,
      severity: 'warning'
    })),
    failure: null,
    isUnsaved: target.panel === null ? false : draftOf(target.panel).isUnsaved
  };
}

function find(bench: IWorkbench, id: string): MainAreaWidget | null {
  for (const widget of bench.labShell?.widgets('main') ?? []) {
    if (widget.id === id && widget instanceof MainAreaWidget) {
      return widget;
    }
  }
  return null;
}
