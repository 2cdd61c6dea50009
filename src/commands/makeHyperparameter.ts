import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IParsed } from '../_api';
import { failureSentence } from '../sentence';
import { docstringOf } from '../step/docstring';
import type { DocstringModel } from '../step/docstring';
import { whyDocstringLocked } from '../step/docstringLock';
import { applyChanges } from '../step/editing';
import { adding, feeding, keyOf, removing } from '../step/fields';
import { newField } from '../step/fieldText';
import { plainValue } from '../step/plainValue';
import { sourcesOf } from '../step/sources';
import { COMMANDS } from './ids';
import { ParamValues, undone } from './paramValues';
import type { IValueSet } from './paramValues';
import { openedNotebook, showCell } from './showCell';
import type { ITarget, IWorkbench } from './workbench';

/**
 * Declare a parameter as a hyperparameter, in the docstring and in params.yaml.
 *
 * @param isShown - Whether the cursor goes to where it is declared.
 */
export async function makeHyperparameter(
  bench: IWorkbench,
  target: ITarget,
  name: string,
  isShown: boolean
): Promise<void> {
  const { trans } = bench;
  const title = trans.__('Make %1 a hyperparameter', name);
  const panel = await openedNotebook(bench, target.localPath);
  if (panel === null) {
    return;
  }
  await panel.context.ready;
  const docstring = docstringOf(panel, bench.server);
  await docstring.refresh();
  const locked = whyDocstringLocked(panel, docstring.parsed, trans);
  if (locked !== null) {
    Notification.error(`${title}: ${locked}`, { autoClose: false });
    return;
  }
  // Once it is declared, its default feeds it no more.
  const preset = defaultOf(docstring.parsed, name);
  try {
    await applyChanges(docstring, [
      adding(newField('hyperparameter', { key: name, param: name }))
    ]);
  } catch (reason) {
    Notification.error(`${title}: ${failureSentence(reason, trans)}`, {
      autoClose: false
    });
    return;
  }
  const place = declaration(
    sourcesOf(panel),
    Array.from(panel.content.model?.cells ?? [], ({ type }) => type),
    name
  );
  if (place !== null && isShown) {
    await showCell(bench, { path: target.localPath, ...place });
  }
  let value: string | null;
  let set: IValueSet | null = null;
  const undo = async (): Promise<void> => {
    await set?.undo();
    await withdrawn(docstring, name);
  };
  try {
    [value, set] = await given(bench, docstring, name, preset);
  } catch (reason) {
    Notification.error(
      trans.__(
        '%1 is a hyperparameter in the docstring, but has no value: %2',
        name,
        failureSentence(reason, trans)
      ),
      { autoClose: false, actions: [undoing(undo, trans)] }
    );
    return;
  }
  Notification.success(
    value === null
      ? trans.__(
          '%1 is a hyperparameter now. Give it a value in params.yaml, then sync.',
          name
        )
      : trans.__(
          '%1 is a hyperparameter now, in params.yaml: %2. Once synced, runs take it from there.',
          name,
          value
        ),
    {
      autoClose: false,
      actions: [
        undoing(undo, trans),
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

function undoing(
  undo: () => Promise<void>,
  trans: TranslationBundle
): Notification.IAction {
  return {
    label: trans.__('Undo'),
    callback: () => void undone(undo, trans)
  };
}

/** The value that the key has in the params file, or now gets; null where none is known. */
async function given(
  bench: IWorkbench,
  docstring: DocstringModel,
  name: string,
  preset: string | null
): Promise<[string | null, IValueSet | null]> {
  const { parsed } = docstring;
  const hyper = parsed === null ? null : feeding(parsed, name);
  const key = hyper === null ? '' : keyOf(hyper);
  if (parsed === null || key === '' || (hyper?.value ?? null) !== null) {
    return [hyper?.value ?? null, null];
  }
  const own = parsed.fields.find(
    field => field.kind === 'param' && field.name === name
  );
  const value =
    plainValue(preset ?? '') ?? plainValue(own?.notebook_value ?? '');
  if (value === null) {
    return [null, null];
  }
  const values = new ParamValues(docstring, bench, () => {
    docstring.hint();
  });
  const set = await values.set(key, value, null);
  return [set.value, set];
}

/** A parameter's default as Python's source; null where it has none. */
function defaultOf(parsed: IParsed | null, name: string): string | null {
  const own = parsed?.fields.find(
    field => field.kind === 'param' && field.name === name
  );
  return own?.origin?.kind === 'default' ? own.origin.text : null;
}

/** Take the declaration out again, wherever it stands by now. */
async function withdrawn(
  docstring: DocstringModel,
  name: string
): Promise<void> {
  await docstring.refresh();
  const { parsed } = docstring;
  const hyper = parsed === null ? null : feeding(parsed, name);
  if (hyper !== null) {
    await applyChanges(docstring, [removing(hyper)]);
  }
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
