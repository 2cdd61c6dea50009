import type { TranslationBundle } from '@jupyterlab/translation';

import type {
  IStageState,
  IVariant,
  IVariantParam,
  IVariantPath,
  IVariants,
  IVariantText
} from '../_api';

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

/** Who has a stage's name already. */
export interface ITakenName {
  readonly name: string;
  readonly owner: string;
}

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
  const { stage } = info;
  const { name } = draft;
  const taken = takenPaths(info, name);
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

const taken = new WeakMap<IVariants, Map<string, ReadonlySet<string>>>();

/** What no variant of a name may write: worked out once for each list, as every path of a form asks for it. */
function takenPaths(info: IVariants, name: string): ReadonlySet<string> {
  const known = taken.get(info) ?? new Map<string, ReadonlySet<string>>();
  taken.set(info, known);
  const found =
    known.get(name) ??
    new Set([
      ...info.paths.map(({ path }) => normal(path)),
      ...info.variants
        .filter(one => one.name !== name)
        .flatMap(variant => outputsOf(variant, info))
    ]);
  known.set(name, found);
  return found;
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

/** What the stages of a variant write. */
export function outputsOf(
  { paths, matrix }: Pick<IVariant, 'paths' | 'matrix'>,
  info: IVariants
): string[] {
  const outputs = info.paths
    .filter(({ kind }) => kind !== 'in')
    .map(({ path }) =>
      Object.hasOwn(paths, path) ? (paths[path] ?? path) : path
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
export function everyPath(path: string, draft: IVariantDraft): string[] {
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

/** A path as the server half compares it. */
export function normal(path: string): string {
  return path
    .split('/')
    .filter((part, at) => part !== '.' && (part !== '' || at === 0))
    .join('/');
}
