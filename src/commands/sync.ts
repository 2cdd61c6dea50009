import { Notification } from '@jupyterlab/apputils';

import type { IError, ISynced } from '../_api';
import { sync as post } from '../api';
import { RequestError } from '../request';
import { COMMANDS, VARIANT_COMMANDS } from './ids';
import { openPreview } from './preview';
import { refreshViews } from './refreshViews';
import { report, showProblems } from './report';
import { digestOf, saved } from './save';
import { tellWaiting } from './waiting';
import { besides } from './workbench';
import type { ITarget, IWorkbench } from './workbench';

/**
 * Sync as the settings say: at once, or after a look at the preview.
 *
 * @param next - Done once it is synced, at whatever time that is.
 */
export async function sync(
  bench: IWorkbench,
  target: ITarget,
  next: () => Promise<void> = () => Promise.resolve()
): Promise<void> {
  await bench.settings.ready;
  if (bench.settings.get('confirmSync') === 'always') {
    // The click is the consent to save; what is shown is then what would be written.
    if (await saved(target)) {
      await openPreview(bench, target, next);
    }
  } else if ((await syncNow(bench, target)) !== null) {
    await next();
  }
}

/** How a sync is meant. */
export interface ISyncOptions {
  /** Overwrite what was edited by hand; without it the preview opens there. */
  readonly isForced?: boolean;
  /** The `rev` of the preview that was looked at: nothing else is to be written. */
  readonly seen?: string | null;
}

/**
 * Save the notebook and write its script and stage.
 *
 * @returns What was written; null where nothing was.
 */
export async function syncNow(
  bench: IWorkbench,
  target: ITarget,
  { isForced = false, seen = null }: ISyncOptions = {}
): Promise<ISynced | null> {
  const { trans } = bench;
  if (!(await saved(target))) {
    return null;
  }
  let synced: ISynced;
  const waiting = tellWaiting(bench, target, trans.__('Sync'));
  try {
    synced = await post(bench.server, {
      path: target.localPath,
      sources_sha256: await digestOf(bench, target),
      force: isForced,
      preview: seen
    });
  } catch (reason) {
    if (reason instanceof RequestError && reason.lost !== null) {
      // What was seen is outdated: the new preview is what there is to say yes to.
      if (isForced || seen !== null) {
        await report(bench, trans.__('Sync'), reason);
      }
      await openPreview(bench, target);
    } else {
      await report(bench, trans.__('Sync'), reason);
    }
    return null;
  } finally {
    waiting();
  }
  bench.watch.acted();
  await refreshViews(
    bench,
    synced.written.map(path => besides(bench, target, path))
  );
  tell(bench, target, synced);
  return synced;
}

function tell(bench: IWorkbench, target: ITarget, synced: ISynced): void {
  const { trans } = bench;
  const actions: Notification.IAction[] = [
    {
      label: trans.__('Open script'),
      callback: () => {
        bench.documents.openOrReveal(besides(bench, target, synced.script));
      }
    },
    {
      label: trans.__('Run'),
      displayType: 'accent',
      callback: () =>
        void bench.app.commands.execute(COMMANDS.runStep, {
          path: target.path
        })
    }
  ];
  const { warnings } = synced;
  const unfit = unfitVariants(warnings);
  if (unfit.length > 0) {
    actions.unshift({
      label: trans.__('Mend…'),
      callback: () =>
        void bench.app.commands.execute(VARIANT_COMMANDS.mend, {
          path: target.path
        })
    });
  }
  if (warnings.length > 0) {
    actions.unshift({
      label: trans._n('%1 note', '%1 notes', warnings.length),
      callback: () => void showProblems(bench, trans.__('Sync'), warnings)
    });
  }
  const sentence =
    synced.written.length === 0
      ? trans.__('%1 was in step already.', synced.stage)
      : synced.recommitted.length > 0
        ? trans.__(
            '%1 is synced; its results are still those of this code.',
            synced.stage
          )
        : trans.__('%1 is synced.', synced.stage);
  const news =
    unfit.length === 0
      ? sentence
      : `${trans._n(
          'The variant %2 no longer fits.',
          '%1 variants no longer fit: %2.',
          unfit.length,
          unfit.join(', ')
        )} ${sentence}`;
  Notification.emit(news, warnings.length > 0 ? 'warning' : 'success', {
    autoClose: 8000,
    actions
  });
}

/** The variants that the sync made no longer fit, each once. */
function unfitVariants(warnings: ReadonlyArray<IError>): string[] {
  const found = warnings
    .filter(({ code }) =>
      ['variant-unknown', 'variant-missing', 'variant-outdated'].includes(code)
    )
    .map(({ args }) => String(args['stage']));
  return [...new Set(found)];
}
