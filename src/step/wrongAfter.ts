import type { IFieldChange, IMark, IParsed } from '../_api';
import { isSame, textOf } from './fieldText';

/**
 * The first error that changes would make in a docstring; null where none.
 *
 * What was wrong elsewhere before isn't the changes' doing; what is wrong with the rows that they are about is said.
 */
export function wrongAfter(
  before: IParsed | null,
  after: IParsed,
  changes: ReadonlyArray<IFieldChange>
): IMark | null {
  const own = after.fields.filter(field => {
    const text = textOf(field);
    return (
      text !== null &&
      changes.some(change => change.field && isSame(change.field, text))
    );
  });
  const known = new Set((before === null ? [] : errorsOf(before)).map(saidBy));
  return (
    own.flatMap(({ problems }) => problems).find(isError) ??
    errorsOf(after).find(mark => !known.has(saidBy(mark))) ??
    null
  );
}

function errorsOf({ fields, problems }: IParsed): IMark[] {
  return [...fields.flatMap(field => field.problems), ...problems].filter(
    isError
  );
}

function isError({ severity }: IMark): boolean {
  return severity === 'error';
}

/** What a problem says, wherever it stands. */
function saidBy({ code, args }: IMark): string {
  return JSON.stringify([code, args]);
}
