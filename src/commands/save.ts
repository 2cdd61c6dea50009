import type { IWorkbench, ITarget } from './workbench';
import { sourcesIn, sourcesSha256 } from '../step/digest';
import { sourcesOf } from '../step/sources';

/**
 * Save what an open notebook has unsaved.
 *
 * @returns Whether that went well; where it didn't, JupyterLab has asked or said why.
 */
export async function saved({ panel }: ITarget): Promise<boolean> {
  if (panel === null) {
    return true;
  }
  await panel.context.ready;
  try {
    if (panel.context.model.dirty) {
      await panel.context.save();
    }
  } catch {
    return false;
  }
  // The kernel may have made it dirty again by now; the server looks at the sources alone.
  return true;
}

/** What tells the server which sources it has to find: the page's, or the file's where it isn't open. */
export async function digestOf(
  bench: IWorkbench,
  { panel, path }: ITarget
): Promise<string> {
  return sourcesSha256(
    panel === null
      ? sourcesIn(
          await bench.app.serviceManager.contents.get(path, {
            type: 'notebook',
            content: true
          })
        )
      : sourcesOf(panel)
  );
}
