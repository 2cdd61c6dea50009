import { NotebookPanel } from '@jupyterlab/notebook';
import type { Widget } from '@lumino/widgets';

import type { IWorkbench } from './workbench';

/**
 * Show the files as they are now in the views that show them.
 *
 * A notebook is left alone, as is a view with something unsaved, and one that
 * is edited together: the server tells those.
 *
 * @param paths - Those that changed; null where that isn't known: then each is looked at.
 */
export async function refreshViews(
  bench: IWorkbench,
  paths: ReadonlyArray<string> | null
): Promise<void> {
  const { app, documents, browsers } = bench;
  const seen = new Set<string>();
  const refreshing: Promise<void>[] = [];
  for (const widget of opened(bench)) {
    const context = documents.contextForWidget(widget);
    if (
      context === undefined ||
      widget instanceof NotebookPanel ||
      seen.has(context.path) ||
      context.model.dirty ||
      context.model.collaborative === true ||
      (paths !== null && !paths.includes(context.path))
    ) {
      continue;
    }
    seen.add(context.path);
    refreshing.push(
      (async () => {
        const file = await app.serviceManager.contents.get(context.path, {
          content: false
        });
        // Typed meanwhile: it is the user's, and asked about when saved.
        if (
          !context.model.dirty &&
          file.last_modified !== context.contentsModel?.last_modified
        ) {
          await context.revert();
        }
      })()
    );
  }
  const browser = browsers?.tracker.currentWidget;
  if (browser) {
    refreshing.push(browser.model.refresh());
  }
  // A file that a run removed stays in its view as it was.
  await Promise.allSettled(refreshing);
}

function opened(bench: IWorkbench): Iterable<Widget> {
  return bench.labShell === null
    ? bench.app.shell.widgets('main')
    : bench.labShell.widgets('main');
}
