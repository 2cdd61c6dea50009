import type { IFieldChange, IMark } from '../_api';
import { edit, parse } from '../api';
import { Overtaken } from './docstring';
import type { DocstringModel } from './docstring';
import { rebased } from './rebase';
import { splice, spliced } from './splice';
import { wrongAfter } from './wrongAfter';

/** How often an edit is worked out again because somebody typed meanwhile. */
const ATTEMPTS = 3;

/**
 * Change fields of a docstring; a cell without docstring gets one.
 *
 * Only the lines of the fields are touched, as one step to undo.
 *
 * @throws RequestError - The server refuses a field; its sentence says why.
 * @throws Overtaken - Somebody typed in the cell all the while, or changed what the change is about.
 */
export async function applyChanges(
  docstring: DocstringModel,
  changes: ReadonlyArray<IFieldChange>
): Promise<void> {
  // Lines of fields are those of the answer that is shown.
  const made = docstring.parsed;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (!docstring.isRead()) {
      await docstring.refresh();
    }
    const cell = docstring.target();
    const now = rebased(changes, made, docstring.parsed);
    if (now === null) {
      throw new Overtaken();
    }
    if (now.length === 0) {
      return;
    }
    const answer = await edit(docstring.server, {
      path: docstring.path,
      cell,
      changes: now
    });
    const shared = docstring.shared(cell.number);
    if (shared?.getSource() === cell.source) {
      splice(shared, answer);
      await docstring.refresh();
      return;
    }
  }
  throw new Overtaken();
}

/**
 * What would be wrong once changes are made, null where nothing would: for what is being typed, nothing is changed.
 *
 * @throws RequestError - The server refuses a field; its sentence says why.
 * @throws Overtaken - Somebody changed what the change is about.
 */
export async function wrongWith(
  docstring: DocstringModel,
  changes: ReadonlyArray<IFieldChange>
): Promise<IMark | null> {
  const made = docstring.parsed;
  if (!docstring.isRead()) {
    await docstring.refresh();
  }
  const before = docstring.parsed;
  const now = rebased(changes, made, before);
  if (now === null) {
    throw new Overtaken();
  }
  const cell = docstring.target();
  const cells = docstring.telling();
  const answer = await edit(docstring.server, {
    path: docstring.path,
    cell,
    changes: now
  });
  const source = spliced(cell.source, answer);
  // A refused field is the server's first answer; what it is beside the others, and in the project, its second.
  const after = await parse(docstring.server, {
    path: docstring.path,
    cells: cells.map(one =>
      one.number === cell.number ? { ...one, source } : one
    )
  });
  return wrongAfter(before, after, now);
}
