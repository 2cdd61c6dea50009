import type { IFieldChange, IFieldText, IFieldView, IParsed } from '../_api';

/** What a field is. */
export type FieldKind = IFieldText['kind'];
/** What a row is: one that wasn't understood is of no kind. */
export type RowKind = IFieldView['kind'];

/** The parts of a step that a person adds to, removes from and reorders. */
export type GroupName = 'params' | 'inputs' | 'outputs' | 'extras';

const GROUPS: Readonly<Record<GroupName, ReadonlyArray<FieldKind>>> = {
  params: ['param'],
  inputs: ['in'],
  outputs: ['out', 'out-persist', 'metric', 'plot'],
  extras: ['extra']
};

/** The kind that a new row of a group begins with. */
export const FIRST_KIND: Readonly<Record<GroupName, FieldKind>> = {
  params: 'param',
  inputs: 'in',
  outputs: 'out',
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

/** Hyperparameters that feed no parameter that is there: they make stale, and set nothing. */
export function unrelated(parsed: IParsed): IFieldView[] {
  const names = new Set(parsed.fields.map(({ name }) => name));
  return parsed.fields.filter(
    ({ kind, param }) =>
      kind === 'hyperparameter' && (param === null || !names.has(param))
  );
}

const NOTHING: IFieldText = {
  kind: 'param',
  name: null,
  type: null,
  text: null,
  path: null,
  param: null,
  key: null,
  file: null
};

/** A field of a kind that says nothing yet. */
export function newField(
  kind: FieldKind,
  values: Partial<IFieldText> = {}
): IFieldText {
  return { ...NOTHING, ...values, kind };
}

/** What a field says, as an edit takes it; null for one that wasn't understood. */
export function textOf(field: IFieldView): IFieldText | null {
  const { kind, name, type, text, path, param, key_path: key, file } = field;
  return kind === 'unknown'
    ? null
    : { kind, name, type, text, path, param, key, file };
}

export function isSame(one: IFieldText, other: IFieldText): boolean {
  return (Object.keys(NOTHING) as Array<keyof IFieldText>).every(
    key => (one[key] ?? '') === (other[key] ?? '')
  );
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
export function keyOf(field: IFieldView): string {
  const key = field.key_path ?? '';
  return field.file === null ? key : `${field.file}:${key}`;
}
