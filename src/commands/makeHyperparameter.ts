import { Clipboard, Notification } from '@jupyterlab/apputils';

import { sourcesOf } from '../step/sources';
import { openedNotebook, showCell } from './showCell';
import type { ITarget, IWorkbench } from './workbench';

/** Show where a parameter is declared, and say what makes it a hyperparameter. */
export async function makeHyperparameter(
  bench: IWorkbench,
  target: ITarget,
  name: string
): Promise<void> {
  const { trans } = bench;
  const line = `:dvc-param ${name}: ${name}`;
  const panel = await openedNotebook(bench, target.localPath);
  if (panel !== null) {
    await panel.context.ready;
    const place = declaration(
      sourcesOf(panel),
      Array.from(panel.content.model?.cells ?? [], ({ type }) => type),
      name
    );
    if (place !== null) {
      await showCell(bench, { path: target.localPath, ...place });
    }
  }
  Notification.info(
    trans.__(
      'Add the line “%1” to this docstring, and a value for %2 to params.yaml; then sync.',
      line,
      name
    ),
    {
      autoClose: false,
      actions: [
        {
          label: trans.__('Copy line'),
          callback: () => {
            Clipboard.copyToSystem(line);
          }
        }
      ]
    }
  );
}

/** The cell and line, from 1, where the first code cell declares a parameter; its first line where it doesn't. */
export function declaration(
  sources: ReadonlyArray<string>,
  types: ReadonlyArray<string>,
  name: string
): { readonly cell: number; readonly line: number } | null {
  const index = sources.findIndex(
    (source, at) => types[at] === 'code' && source.trim() !== ''
  );
  if (index < 0) {
    return null;
  }
  // A name is an identifier, which has nothing that a pattern reads otherwise.
  const declares = new RegExp(`^\\s*:param\\b[^\\n]*\\s${name}\\s*:`, 'u');
  const line = (sources[index] ?? '')
    .split('\n')
    .findIndex(text => declares.test(text));
  return { cell: index + 1, line: Math.max(line, 0) + 1 };
}
