import type { IFieldChange, IFieldText, IFieldView, IParsed } from '../_api';
import { saysTheSame } from './fieldText';
import { keyOf as keyInFile } from './values';

/** What a field is. */
export type FieldKind = IFieldText['kind'];
/** What a row is: one that wasn't understood is of no kind. */
export type RowKind = IFieldView['kind'];

/** The parts of a step that a person adds to, removes from and reorders. */
export type GroupName =
  'params' | 'inputs' | 'outputs' | 'hyperparameters' | 'extras';

const GROUPS: Readonly<Record<GroupName, ReadonlyArray<FieldKind>>> = {
  params: ['param'],
  inputs: ['in'],
  outputs: ['out', 'out-persist', 'metric', 'plot'],
  hyperparameters: ['hyperparameter'],
  extras: ['extra']
};

/** The kind that a new row of a group begins with. */
export const FIRST_KIND: Readonly<Record<GroupName, FieldKind>> = {
  params: 'param',
  inputs: 'in',
  outputs: 'out',
  hyperparameters: 'hyperparameter',
  extras: 'extra'
};

/** Kinds that the rows of a group may have. */
export function kindsOf(group: GroupName): ReadonlyArray<FieldKind> {
  return GROUPS[group];
}

/** The fields of a group, in the docstring's order. */
export function fieldsOf(parsed: IParsed, group: GroupName): IFieldView[] {
  return parsed.fields.filter(
    ({ kind }) => kind !== 'unknown' && GROUPS[group].includes(kind)
  );
}

/** The one field of a kind that may be there once; of several the first. */
export function only(parsed: IParsed, kind: FieldKind): IFieldView | null {
  return parsed.fields.find(field => field.kind === kind) ?? null;
}

/** The hyperparameter that feeds a parameter. */
export function feeding(parsed: IParsed, name: string): IFieldView | null {
  return (
    parsed.fields.find(
      ({ kind, param }) => kind === 'hyperparameter' && param === name
    ) ?? null
  );
}

/** Whether the cell begins with a string that can't be read, such as one whose quotes aren't closed. */
export function isUnreadable({ start, locked }: IParsed): boolean {
  return start === null && locked?.code === 'edit-broken';
}

/** Whether a hyperparameter feeds a parameter that is there; else it makes stale, and sets nothing. */
export function isRelated(parsed: IParsed, { param }: IFieldView): boolean {
  return (
    param !== null &&
    parsed.fields.some(({ kind, name }) => kind === 'param' && name === param)
  );
}

/** Fields with something wrong that have no place of their own: not understood, or there twice. */
export function leftOver(parsed: IParsed): IFieldView[] {
  return parsed.fields.filter(field => {
    const { kind, problems } = field;
    return (
      problems.length > 0 &&
      (kind === 'unknown' ||
        (!Object.values(GROUPS).some(kinds => kinds.includes(kind)) &&
          only(parsed, kind) !== field))
    );
  });
}

export function adding(field: IFieldText): IFieldChange {
  return { op: 'add', line: null, before: null, field };
}

export function replacing(old: IFieldView, field: IFieldText): IFieldChange {
  return { op: 'replace', line: old.line, before: null, field };
}

export function removing(old: IFieldView): IFieldChange {
  return { op: 'remove', line: old.line, before: null, field: null };
}

/** A field one place up (-1) or down (1) among those given; null where it stands there already. */
export function moving(
  fields: ReadonlyArray<IFieldView>,
  index: number,
  by: -1 | 1
): IFieldChange | null {
  const field = fields[index];
  const neighbour = fields[index + by];
  if (field === undefined || neighbour === undefined) {
    return null;
  }
  // Down is up for the neighbour: it goes before the field, wherever the next group begins.
  const [moved, before] = by < 0 ? [field, neighbour] : [neighbour, field];
  return { op: 'move', line: moved.line, before: before.line, field: null };
}

/** Where a value of a params file stands, as the server names it. */
export function keyOf({ key_path: key, file }: IFieldView): string {
  return keyInFile({ key, file }) ?? '';
}

/** A row as it is told apart from others while fields come, go and change. */
export interface IKeyed {
  readonly key: number;
  readonly field: IFieldView;
}

/**
 * Keys for the rows of fields, so that each keeps its own, and with it its form and the focus.
 *
 * What says what a row said before is that row. Of 500 rows one has changed, mostly: those before and after
 * it are found without comparing each with each.
 */
export function keyed(
  before: ReadonlyArray<IKeyed>,
  fields: ReadonlyArray<IFieldView>
): IKeyed[] {
  const left = new Map(before.map(row => [row.key, row]));
  const keys = new Map<IFieldView, number>();
  const shift = fields.length - before.length;
  fields.forEach((field, index) => {
    for (const row of [before[index], before[index - shift]]) {
      if (
        row !== undefined &&
        left.has(row.key) &&
        saysTheSame(row.field, field)
      ) {
        keys.set(field, row.key);
        left.delete(row.key);
        return;
      }
    }
  });
  for (const field of fields.filter(one => !keys.has(one))) {
    for (const row of left.values()) {
      if (saysTheSame(row.field, field)) {
        keys.set(field, row.key);
        left.delete(row.key);
        break;
      }
    }
  }
  // A row that somebody edits keeps at least its name, or its path.
  for (const field of fields.filter(one => !keys.has(one))) {
    for (const row of left.values()) {
      if (isOfOneName(row.field, field)) {
        keys.set(field, row.key);
        left.delete(row.key);
        break;
      }
    }
  }
  // Where as many are new as are gone, they are the same rows.
  const fresh = fields.filter(field => !keys.has(field));
  if (fresh.length === left.size) {
    const gone = [...left.keys()];
    fresh.forEach((field, index) => {
      keys.set(field, gone[index] ?? 0);
    });
  }
  let next = Math.max(-1, ...before.map(({ key }) => key)) + 1;
  return fields.map(field => ({ key: keys.get(field) ?? next++, field }));
}

function isOfOneName(one: IFieldView, other: IFieldView): boolean {
  const nameOf = ({ name, path, key_path: key, text }: IFieldView): string =>
    name ?? path ?? key ?? text ?? '';
  return one.kind === other.kind && nameOf(one) === nameOf(other);
}
