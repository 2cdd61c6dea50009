import { PathExt } from '@jupyterlab/coreutils';
import type { Contents } from '@jupyterlab/services';
import type { PartialJSONObject } from '@lumino/coreutils';

import type { IWorkbench } from './workbench';

/**
 * Make a notebook; nothing is overwritten, and where it fails none is left.
 *
 * @param folder - Where it goes, with the drive.
 * @param name - Its file's name.
 */
export async function makeNotebook(
  { app, trans }: IWorkbench,
  folder: string,
  name: string,
  content: PartialJSONObject
): Promise<Contents.IModel> {
  const { contents } = app.serviceManager;
  if ((await filesIn(contents, folder)).includes(name)) {
    throw new Error(
      [
        trans.__('There is a file of this name already.'),
        trans.__('Choose another name.')
      ].join(' ')
    );
  }
  // Made under a free name and then renamed: saving under a name would overwrite.
  let { path } = await contents.newUntitled({ path: folder, type: 'notebook' });
  try {
    await contents.save(path, { type: 'notebook', format: 'json', content });
    ({ path } = await contents.rename(path, inFolder(folder, name)));
    return await contents.get(path, { type: 'notebook', content: true });
  } catch (reason) {
    const why = reason instanceof Error ? reason.message : String(reason);
    try {
      await contents.delete(path);
    } catch {
      throw new Error(
        trans.__('%1 could not be made: %2 (%3 is left of it)', name, why, path)
      );
    }
    throw new Error(trans.__('%1 could not be made: %2', name, why));
  }
}

/** The names of what is in a folder, which may begin with a drive. */
export async function filesIn(
  contents: Contents.IManager,
  folder: string
): Promise<string[]> {
  // Listed, not asked for one by one: the browser's console tells of each answer that there is none.
  const listed = await contents.get(folder, {
    type: 'directory',
    content: true
  });
  const files = listed.content as ReadonlyArray<Contents.IModel>;
  return files.map(({ name }) => name);
}

/** A drive's own folder ends with a colon. */
function inFolder(folder: string, name: string): string {
  return folder.endsWith(':') ? `${folder}${name}` : PathExt.join(folder, name);
}
