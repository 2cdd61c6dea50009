import { Notification } from '@jupyterlab/apputils';

import type { IParamRow } from '../_api';
import { setValues } from '../api';
import { docstringOf } from '../step/docstring';
import type { DocstringModel } from '../step/docstring';
import { sourcesOf } from '../step/sources';
import { COMMANDS } from './ids';
import { report } from './report';
import { openedNotebook, showCell } from './showCell';
import type { ITarget, IWorkbench } from './workbench';

/** Declare a parameter as a hyperparameter, in the docstring and in params.yaml, and show where. */
export async function makeHyperparameter(
  bench: IWorkbench,
  target: ITarget,
  row: IParamRow
): Promise<void> {
  const { trans } = bench;
  const { name } = row;
  const panel = await openedNotebook(bench, target.localPath);
  if (panel === null) {
    return;
  }
  await panel.context.ready;
  const docstring = docstringOf(panel, bench.server);
  let value: string | null;
  try {
    await docstring.apply([
      { op: 'add', field: { kind: 'hyperparameter', param: name, key: name } }
    ]);
    value = await given(bench, docstring, row);
  } catch (reason) {
    await report(bench, trans.__('Make %1 a hyperparameter', name), reason);
    return;
  }
  const place = declaration(
    sourcesOf(panel),
    Array.from(panel.content.model?.cells ?? [], ({ type }) => type),
    name
  );
  if (place !== null) {
    await showCell(bench, { path: target.localPath, ...place });
  }
  Notification.success(
    value === null
      ? trans.__(
          '%1 is a hyperparameter now. Give it a value in params.yaml, then sync.',
          name
        )
      : trans.__(
          '%1 is a hyperparameter now, in params.yaml: %2. Sync, and runs take it from there.',
          name,
          value
        ),
    {
      autoClose: false,
      actions: [
        {
          label: trans.__('Sync step'),
          displayType: 'accent',
          callback: () =>
            void bench.app.commands.execute(COMMANDS.sync, {
              path: target.path
            })
        }
      ]
    }
  );
}

/** The value that the key has in the params file, or now gets; null where none is known. */
async function given(
  bench: IWorkbench,
  docstring: DocstringModel,
  { name, default: preset }: IParamRow
): Promise<string | null> {
  const fields = docstring.parsed?.fields ?? [];
  const key = fields.find(
    ({ kind, param }) => kind === 'hyperparameter' && param === name
  );
  if (key === undefined || key.value !== null || key.key_path === null) {
    return key?.value ?? null;
  }
  const own = fields.find(
    field => field.kind === 'param' && field.name === name
  );
  const value = preset ?? plain(own?.notebook_value ?? null);
  if (value !== null) {
    await setValues(bench.server, {
      path: docstring.path,
      cell: docstring.cell,
      values: { [key.key_path]: value },
      expected: { [key.key_path]: null }
    });
    docstring.hint();
  }
  return value;
}

/** A literal of Python as a person types it; null where that takes more than to leave quotes out. */
export function plain(literal: string | null): string | null {
  const text = /^(['"])([^'"\\]*)\1$/.exec(literal ?? '');
  return text === null
    ? /^['"]/.test(literal ?? '')
      ? null
      : literal
    : (text[2] ?? null);
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
