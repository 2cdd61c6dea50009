import type { IFieldChange } from '../_api';
import { adding } from './fields';
import { newField } from './fieldText';
import { plainValue } from './plainValue';
import { isOptional } from './values';

/** A parameter of a step that is being made. */
export interface INewParam {
  readonly name: string;
  readonly type: string;
  /** Its value in the notebook, as Python source. */
  readonly value: string;
}

/** What a new step is asked for. */
export interface INewStep {
  /** Of the notebook, without `.ipynb`. */
  readonly name: string;
  /** As seen from the project's folder. */
  readonly inputs: ReadonlyArray<string>;
  readonly outputs: ReadonlyArray<string>;
  /** Paths that stand in the form without having been added: they are meant, too. */
  readonly typed: { readonly input: string; readonly output: string };
  readonly params: ReadonlyArray<INewParam>;
}

/** A path, and the parameter that holds it. */
interface IPathParam {
  readonly kind: 'in' | 'out';
  readonly path: string;
  readonly name: string;
}

/** Words of Python that can't be a name. */
const KEYWORDS = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for ' +
    'from global if import in is lambda nonlocal not or pass raise return try while with yield help'
  ).split(' ')
);

/** The fields of the docstring of a new step. */
export function fieldsOfNew(step: INewStep): IFieldChange[] {
  const paths = pathParams(step);
  return [
    ...paths.map(({ name }) =>
      adding(newField('param', { name, type: 'Path' }))
    ),
    ...step.params.map(({ name, type }) =>
      adding(newField('param', { name, type: type === '' ? null : type }))
    ),
    ...paths.map(({ kind, path, name }) =>
      adding(newField(kind, { path, param: name }))
    ),
    ...step.params.map(({ name }) =>
      adding(newField('hyperparameter', { key: name, param: name }))
    )
  ];
}

/**
 * What stands below the docstring in the first cell: the values for the notebook.
 *
 * @param up - From the notebook's folder to the project's, such as `../`.
 */
export function assignmentsOfNew(step: INewStep, up: string): string {
  const paths = pathParams(step);
  return [
    ...(paths.length > 0 ? ['from pathlib import Path', ''] : []),
    ...paths.map(({ name, path }) => `${name} = Path(${literal(up + path)})`),
    ...step.params.map(({ name, value }) => `${name} = ${value.trim()}`)
  ].join('\n');
}

/** What the params file begins with: the values that the notebook has. */
export function valuesOfNew(step: INewStep): ReadonlyArray<[string, string]> {
  return step.params.flatMap(param => {
    const value = valueOf(param);
    return value === null
      ? []
      : [[param.name, value] satisfies [string, string]];
  });
}

/** A parameter's value as the params file's; null where that can have none such. */
function valueOf({ type, value }: INewParam): string | null {
  return value.trim() === 'None' && (type.trim() === '' || isOptional(type))
    ? 'null'
    : plainValue(value);
}

/** Why a step can't be made yet; null where it can. */
export type Complaint =
  | 'name-missing'
  | 'name-slash'
  | 'param-name'
  | 'param-twice'
  | 'param-value'
  | 'param-literal';

export function complaintOf(step: INewStep): Complaint | null {
  const name = step.name.trim();
  if (name === '' || /^\.+$/.test(name)) {
    return 'name-missing';
  }
  if (/[/\\\n]/.test(name) || name.startsWith('.')) {
    return 'name-slash';
  }
  const names = step.params.map(param => param.name);
  if (names.some(one => !isIdentifier(one))) {
    return 'param-name';
  }
  if (new Set(names).size < names.length) {
    return 'param-twice';
  }
  if (step.params.some(({ value }) => value.trim() === '')) {
    return 'param-value';
  }
  return step.params.some(param => valueOf(param) === null)
    ? 'param-literal'
    : null;
}

/** The parameter's field that a complaint is about; null where it is about none. */
export function complainedOf(
  step: INewStep,
  complaint: Complaint | null
): { readonly param: number; readonly key: 'name' | 'value' } | null {
  const names = step.params.map(({ name }) => name);
  const of = (
    key: 'name' | 'value',
    isWrong: (param: INewParam, index: number) => boolean
  ): { readonly param: number; readonly key: 'name' | 'value' } => ({
    param: step.params.findIndex(isWrong),
    key
  });
  switch (complaint) {
    case 'param-name':
      return of('name', ({ name }) => !isIdentifier(name));
    case 'param-twice':
      return of('name', ({ name }, index) => names.indexOf(name) < index);
    case 'param-value':
      return of('value', ({ value }) => value.trim() === '');
    case 'param-literal':
      return of('value', param => valueOf(param) === null);
    default:
      return null;
  }
}

export function isIdentifier(name: string): boolean {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) && !KEYWORDS.has(name);
}

function pathParams(step: INewStep): IPathParam[] {
  const taken = new Set(step.params.map(({ name }) => name));
  const of = (kind: 'in' | 'out', path: string): IPathParam => {
    const name = free(`path_to_${stemOf(path)}`, taken);
    taken.add(name);
    return { kind, path, name };
  };
  return [
    ...withTyped(step.inputs, step.typed.input).map(path => of('in', path)),
    ...withTyped(step.outputs, step.typed.output).map(path => of('out', path))
  ];
}

/** Paths with the one that is typed, unless it is there already. */
export function withTyped(
  paths: ReadonlyArray<string>,
  typed: string
): ReadonlyArray<string> {
  const path = typed.trim();
  return path === '' || paths.includes(path) ? paths : [...paths, path];
}

function stemOf(path: string): string {
  const last = path.split('/').filter(Boolean).pop() ?? '';
  const stem = last.replace(/(?<=.)\.[^.]*$/, '');
  return stem.toLowerCase().replace(/[^\p{L}\p{N}_]+/gu, '_');
}

function free(name: string, taken: ReadonlySet<string>): string {
  let found = name;
  for (let number = 2; taken.has(found); number += 1) {
    found = `${name}_${number}`;
  }
  return found;
}

/** A Python string literal: JSON's escapes are Python's, too. */
function literal(text: string): string {
  return JSON.stringify(text);
}
