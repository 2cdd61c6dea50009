import type { TranslationBundle } from '@jupyterlab/translation';

import type {
  IError,
  IStageState,
  IVariant,
  IVariantParam,
  IVariantPath,
  IVariants,
  IVariantText
} from '../_api';
import { fits } from './values';

/** A variant as it stands in the form; a value or path that isn't typed is as proposed. */
export interface IVariantDraft {
  readonly name: string;
  /** By param: a name such as `constructor` is none of JavaScript's. */
  readonly values: ReadonlyMap<string, string>;
  /** By the path that the notebook's own stage has. */
  readonly paths: ReadonlyMap<string, string>;
  /** The param whose values are listed; null where the variant is one stage. */
  readonly axis: string | null;
  /** The values of a matrix, as typed. */
  readonly items: string;
}

/** The fields of the form. */
export type VariantField =
  | { readonly of: 'name' | 'items' }
  | { readonly of: 'value' | 'path'; readonly key: string };

/** What is wrong in a field: a code of the server half's refusals, and what it says it with. */
export interface IVariantComplaint {
  readonly field: VariantField;
  readonly error: Pick<IError, 'code' | 'args'>;
}

/** Who has a stage's name already. */
export interface ITakenName {
  readonly name: string;
  readonly owner: string;
}

const LONGEST = 100;
/** What DVC, or the server half for it, doesn't take in a stage's name. */
const NOT_IN_A_NAME = /[!-,./:-@[-^`{-~\s\p{C}\p{Z}]/u;
const NOT_IN_A_PATH = /[^\w.+-]/;

/** The names of a project's stages, each with the file that it is of. */
export function takenNames(
  stages: ReadonlyArray<Pick<IStageState, 'name' | 'notebook'>>
): ITakenName[] {
  return stages.map(({ name, notebook }) => ({
    // One of a group has the group's name before the sign.
    name: name.split('@')[0] ?? name,
    owner: notebook ?? 'dvc.yaml'
  }));
}

/** A new variant, under the first free name. */
export function newDraft(
  { stage, variants }: IVariants,
  taken: ReadonlyArray<ITakenName>
): IVariantDraft {
  const names = new Set([...taken, ...variants].map(({ name }) => name));
  return {
    name: free(number => `${stage}_${number}`, names),
    values: new Map(),
    paths: new Map(),
    axis: null,
    items: ''
  };
}

/** A variant that is or was there, to be edited. */
export function draftOf(
  variant: Pick<IVariant, 'name' | 'values' | 'paths' | 'matrix'>
): IVariantDraft {
  const [axis, items] = Object.entries(variant.matrix)[0] ?? [null, []];
  return {
    name: variant.name,
    values: new Map(Object.entries(variant.values)),
    paths: new Map(Object.entries(variant.paths)),
    axis,
    items: items.join(', ')
  };
}

/** Whether the form can say all of a variant. */
export function isEditable({ matrix }: Pick<IVariant, 'matrix'>): boolean {
  return Object.keys(matrix).length < 2;
}

/** The draft with one stage, or one for each value of a param; proposals of the other kind go. */
export function withAxis(
  draft: IVariantDraft,
  axis: string | null
): IVariantDraft {
  const old = draft.axis;
  const paths =
    old === null
      ? draft.paths
      : new Map(
          [...draft.paths].filter(
            ([own, path]) => path !== marked(own, `{${old}}`)
          )
        );
  return { ...draft, axis, paths };
}

/** What stands in a param's field. */
export function valueOf(draft: IVariantDraft, param: IVariantParam): string {
  return draft.values.get(param.name) ?? param.value ?? '';
}

/** What stands for a path: typed, else the step's own, for an output one that is free. */
export function pathOf(
  draft: IVariantDraft,
  info: IVariants,
  one: IVariantPath
): string {
  const typed = draft.paths.get(one.path)?.trim() ?? '';
  return typed === '' ? proposedPath(draft, info, one) : typed;
}

/** The path of a variant that nobody typed. */
export function proposedPath(
  draft: IVariantDraft,
  info: IVariants,
  one: IVariantPath
): string {
  if (one.fixed || one.kind === 'in') {
    return one.path;
  }
  if (draft.axis !== null) {
    return marked(one.path, `{${draft.axis}}`);
  }
  const { stage, paths, variants } = info;
  const taken = new Set([
    ...paths.map(({ path }) => normal(path)),
    ...variants
      .filter(({ name }) => name !== draft.name)
      .flatMap(variant => outputsOf(variant, info))
  ]);
  const { name } = draft;
  const mark =
    (name.startsWith(stage) ? name.slice(stage.length) : name).replace(
      /^[_-]+|[/\s]+/g,
      ''
    ) || 'variant';
  return free(
    number => marked(one.path, number === 1 ? mark : `${mark}-${number}`),
    taken,
    1
  );
}

/** The path with a mark before its suffix. */
export function marked(path: string, mark: string): string {
  const plain = path.replace(/\/+$/, '');
  const slash = plain.lastIndexOf('/');
  const dot = plain.lastIndexOf('.');
  const hasSuffix = dot > slash && /[^.]/.test(plain.slice(slash + 1, dot));
  const end = hasSuffix ? dot : plain.length;
  return `${plain.slice(0, end)}-${mark}${plain.slice(end)}`;
}

/** The values of a matrix, one after the other. */
export function itemsOf({ items }: IVariantDraft): string[] {
  return items.split(/[\s,;]+/).filter(item => item !== '');
}

/** What the server half makes a stage of: only what differs from the step's own. */
export function textOf(draft: IVariantDraft, info: IVariants): IVariantText {
  const { axis } = draft;
  return {
    name: draft.name.trim(),
    values: Object.fromEntries(
      info.params
        .filter(({ name }) => name !== axis)
        .map(param => [param, valueOf(draft, param)] as const)
        .filter(([param, value]) => value !== (param.value ?? ''))
        .map(([{ name }, value]) => [name, value])
    ),
    paths: Object.fromEntries(
      info.paths
        .map(one => [one.path, pathOf(draft, info, one)] as const)
        .filter(([own, path]) => path !== own)
    ),
    matrix: axis === null ? {} : Object.fromEntries([[axis, itemsOf(draft)]])
  };
}

/**
 * What is wrong as far as the page can tell.
 *
 * @param old - The name that the variant has in the file; null for a new one.
 */
export function complaintsOf(
  draft: IVariantDraft,
  info: IVariants,
  taken: ReadonlyArray<ITakenName>,
  old: string | null
): IVariantComplaint[] {
  return [
    ...ofName(draft, taken, old),
    ...ofValues(draft, info),
    ...ofItems(draft, info),
    ...ofPaths(draft, info, old)
  ];
}

function ofName(
  draft: IVariantDraft,
  taken: ReadonlyArray<ITakenName>,
  old: string | null
): IVariantComplaint[] {
  const field: VariantField = { of: 'name' };
  const name = draft.name.trim();
  const isName =
    name !== '' &&
    name.length <= LONGEST &&
    !name.startsWith('-') &&
    !NOT_IN_A_NAME.test(name);
  if (!isName) {
    const error = { code: 'variant-name', args: { name: cut(name) } };
    return [{ field, error }];
  }
  const owner = taken.find(one => one.name === name && name !== old)?.owner;
  return owner === undefined
    ? []
    : [{ field, error: { code: 'variant-name-taken', args: { name, owner } } }];
}

function ofValues(draft: IVariantDraft, info: IVariants): IVariantComplaint[] {
  return info.params
    .filter(({ name }) => name !== draft.axis)
    .map(param => [param, valueOf(draft, param)] as const)
    .filter(
      ([{ value, type }, text]) => text !== (value ?? '') && !fits(text, type)
    )
    .map(([{ name, type }, text]) => ({
      field: { of: 'value', key: name },
      error: {
        code: 'run-value-type',
        args: { key: name, value: cut(text), type }
      }
    }));
}

function ofItems(draft: IVariantDraft, info: IVariants): IVariantComplaint[] {
  const { axis } = draft;
  if (axis === null) {
    return [];
  }
  const field: VariantField = { of: 'items' };
  const items = itemsOf(draft);
  const type = info.params.find(({ name }) => name === axis)?.type ?? 'str';
  if (items.length === 0) {
    const args = { name: axis };
    return [{ field, error: { code: 'variant-matrix-values', args } }];
  }
  const wrong = items.find(item => NOT_IN_A_PATH.test(item));
  const unfit = items.find(item => !fits(item, type));
  const twice = items.find((item, at) => items.indexOf(item) !== at);
  const said = (
    value: string | undefined,
    code: string,
    args: IError['args']
  ): IVariantComplaint[] =>
    value === undefined
      ? []
      : [{ field, error: { code, args: { ...args, value: cut(value) } } }];
  return [
    ...said(wrong, 'variant-matrix-value', { name: axis }),
    ...said(unfit, 'run-value-type', { key: axis, type }),
    ...said(twice, 'variant-matrix-twice', { name: axis })
  ].slice(0, 1);
}

function ofPaths(
  draft: IVariantDraft,
  info: IVariants,
  old: string | null
): IVariantComplaint[] {
  const owners = new Map<string, string>();
  for (const variant of info.variants) {
    for (const path of variant.name === old ? [] : outputsOf(variant, info)) {
      owners.set(path, variant.name);
    }
  }
  for (const { path, kind } of info.paths) {
    if (kind !== 'in') {
      owners.set(normal(path), info.stage);
    }
  }
  const name = draft.name.trim();
  const mark = draft.axis === null ? null : `{${draft.axis}}`;
  const found: IVariantComplaint[] = [];
  for (const one of info.paths) {
    if (one.fixed || one.kind === 'in') {
      continue;
    }
    const field: VariantField = { of: 'path', key: one.path };
    const path = pathOf(draft, info, one);
    const each = everyPath(path, draft).map(normal);
    const taken = each.find(one => owners.has(one));
    if (mark !== null && !path.includes(mark)) {
      const args = { path, mark };
      found.push({ field, error: { code: 'variant-matrix-path', args } });
    } else if (taken !== undefined) {
      const other = owners.get(taken) ?? name;
      const args = { path: taken, stage: name, other };
      found.push({ field, error: { code: 'graph-output-twice', args } });
    }
    each.forEach(one => owners.set(one, name));
  }
  return found;
}

/** What the stages of a variant write. */
function outputsOf(
  { paths, matrix }: Pick<IVariant, 'paths' | 'matrix'>,
  info: IVariants
): string[] {
  const outputs = info.paths
    .filter(({ kind }) => kind !== 'in')
    .map(
      ({ path }) =>
        Object.entries(paths).find(([own]) => own === path)?.[1] ?? path
    );
  return Object.entries(matrix)
    .reduce<string[]>(
      (found, [axis, items]) =>
        found.flatMap(path => expanded(path, axis, items)),
      outputs
    )
    .map(normal);
}

/** The paths that a path in the form stands for. */
function everyPath(path: string, draft: IVariantDraft): string[] {
  return draft.axis === null
    ? [path]
    : expanded(path, draft.axis, [...new Set(itemsOf(draft))]);
}

/** A path for each value of a matrix. */
function expanded(
  path: string,
  axis: string,
  items: ReadonlyArray<string>
): string[] {
  return items.map(item => path.split(`{${axis}}`).join(item));
}

/** The field that a refusal of the server half is about; null where it is about none, or several. */
export function fieldOf(
  { code, args }: Pick<IError, 'code' | 'args'>,
  draft: IVariantDraft,
  info: IVariants
): VariantField | null {
  if (code === 'variant-name' || code === 'variant-name-taken') {
    return { of: 'name' };
  }
  const path = args['path'];
  if (typeof path === 'string') {
    const own = info.paths.find(one => {
      const shown = pathOf(draft, info, one);
      return [shown, ...everyPath(shown, draft)].some(
        each => normal(each) === normal(path)
      );
    });
    return own === undefined ? null : { of: 'path', key: own.path };
  }
  const key = args['key'];
  if (code.startsWith('variant-matrix-') || key === draft.axis) {
    return { of: 'items' };
  }
  return typeof key === 'string' && info.params.some(({ name }) => name === key)
    ? { of: 'value', key }
    : null;
}

/** In what a variant differs from the step, on one line. */
export function summaryOf(
  { values, paths, matrix }: Pick<IVariant, 'values' | 'paths' | 'matrix'>,
  info: Pick<IVariants, 'paths'>,
  trans: TranslationBundle
): string {
  const inputs = new Set(
    info.paths.filter(({ kind }) => kind === 'in').map(({ path }) => path)
  );
  return [
    ...Object.entries(matrix).map(([name, items]) =>
      trans.__('%1: each of %2', name, items.join(', '))
    ),
    ...Object.entries(values).map(([name, value]) => `${name} = ${value}`),
    ...Object.entries(paths).map(([own, path]) =>
      inputs.has(own) ? trans.__('reads %1', path) : trans.__('writes %1', path)
    )
  ].join(' · ');
}

/** Of several stages of a group, the state that has to be known first. */
export function stateOfVariant(
  name: string,
  stages: ReadonlyArray<Pick<IStageState, 'name' | 'state'>>
): IStageState['state'] | null {
  const order: ReadonlyArray<IStageState['state']> = [
    'running',
    'queued',
    'failed',
    'stale',
    'unknown',
    'up-to-date'
  ];
  const found = stages
    .filter(stage => stage.name.split('@')[0] === name)
    .map(({ state }) => state);
  return order.find(one => found.includes(one)) ?? found[0] ?? null;
}

export function isSameField(one: VariantField, other: VariantField): boolean {
  return (
    one.of === other.of &&
    ('key' in one ? one.key : '') === ('key' in other ? other.key : '')
  );
}

function free(
  make: (number: number) => string,
  taken: ReadonlySet<string>,
  first = 2
): string {
  let number = first;
  while (taken.has(normal(make(number)))) {
    number += 1;
  }
  return make(number);
}

function normal(path: string): string {
  return path
    .split('/')
    .filter((part, at) => part !== '.' && (part !== '' || at === 0))
    .join('/');
}

function cut(text: string): string {
  return text.slice(0, LONGEST);
}
