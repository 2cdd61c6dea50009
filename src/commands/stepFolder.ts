import { PathExt } from '@jupyterlab/coreutils';
import type { Contents } from '@jupyterlab/services';

import { parse } from '../api';
import { filesIn } from './makeNotebook';
import { besides } from './workbench';
import type { IWorkbench } from './workbench';

/** The folder for a new step's notebook: the one of the settings, in the project that `folder` is in. */
export async function stepFolder(
  bench: IWorkbench,
  folder: string
): Promise<string> {
  const { app, server, settings } = bench;
  await settings.ready;
  const wanted = settings.get('stepFolder');
  if (wanted === '') {
    return folder;
  }
  const { contents } = app.serviceManager;
  const path = contents.localPath(PathExt.join(folder, 'new.ipynb'));
  const { project } = await parse(server, { path, cells: [] });
  if (project === null) {
    return folder;
  }
  return besides(bench, { path: folder }, PathExt.join(project, wanted));
}

/** Make a folder, and those above it, where there is none. */
export async function makeFolder(
  contents: Contents.IManager,
  folder: string
): Promise<void> {
  if (contents.localPath(folder) === '') {
    return;
  }
  const above = PathExt.dirname(folder);
  await makeFolder(contents, above);
  const files = await filesIn(contents, above);
  if (!files.includes(PathExt.basename(folder))) {
    await contents.save(folder, { type: 'directory' });
  }
}
