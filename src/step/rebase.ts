import type { IFieldChange, IParsed } from '../_api';
import { isSame, saysTheSame, textOf } from './fieldText';

/**
 * The same changes, of fields as they stand now, after somebody typed meanwhile.
 *
 * A field is found again by what it says; of several that say the same, the one nearest to where it stood is meant.
 * Null where one of them is gone or says something else: a change of it would be another one. What was to be added
 * and is there by now, as after a second click, is not added again.
 */
export function rebased(
  changes: ReadonlyArray<IFieldChange>,
  made: IParsed | null,
  now: IParsed | null
): IFieldChange[] | null {
  const result: IFieldChange[] = [];
  for (const change of changes) {
    if (isThereByNow(change, made, now)) {
      continue;
    }
    const line = lineNow(change.line ?? null, made, now);
    const before = lineNow(change.before ?? null, made, now);
    if (line === undefined || before === undefined) {
      return null;
    }
    result.push({ ...change, line, before });
  }
  return result;
}

function isThereByNow(
  { op, field }: IFieldChange,
  made: IParsed | null,
  now: IParsed | null
): boolean {
  if (op !== 'add' || field === null || field === undefined || made === now) {
    return false;
  }
  const count = (parsed: IParsed | null): number =>
    (parsed?.fields ?? []).filter(one => {
      const text = textOf(one);
      return text !== null && isSame(text, field);
    }).length;
  return count(now) > count(made);
}

/** Undefined where the field that stood there is gone. */
function lineNow(
  line: number | null,
  made: IParsed | null,
  now: IParsed | null
): number | null | undefined {
  if (line === null || made === now) {
    return line;
  }
  const meant = made?.fields.find(field => field.line === line);
  return meant === undefined
    ? undefined
    : (now?.fields ?? [])
        .filter(field => saysTheSame(field, meant))
        .sort((a, b) => Math.abs(a.line - line) - Math.abs(b.line - line))[0]
        ?.line;
}
