import type { TranslationBundle } from '@jupyterlab/translation';

import type { IError, IVariants } from '../_api';
import { complaint } from './values';
import {
  everyPath,
  itemsOf,
  normal,
  outputsOf,
  pathOf,
  valueOf
} from './variants';
import type { ITakenName, IVariantDraft } from './variants';

/** The fields of the form. */
export type VariantField =
  | { readonly of: 'name' | 'items' }
  | { readonly of: 'value' | 'path'; readonly key: string };

/** What is wrong in a field: a code of the server half's refusals, and what it says it with. */
export interface IVariantComplaint {
  readonly field: VariantField;
  readonly error: Pick<IError, 'code' | 'args'>;
}

const LONGEST = 100;
/** What DVC, or the server half for it, doesn't take in a stage's name. */
const NOT_IN_A_NAME = /[!-,./:-@[-^`{-~\s\p{C}\p{Z}]/u;
const NOT_IN_A_PATH = /[^\w.+-]/;

/**
 * What is wrong as far as the page can tell.
 *
 * @param old - The name that the variant has in the file; null for a new one.
 */
export function complaintsOf(
  draft: IVariantDraft,
  info: IVariants,
  taken: ReadonlyArray<ITakenName>,
  old: string | null,
  trans: TranslationBundle
): IVariantComplaint[] {
  return [
    ...ofName(draft, taken, old),
    ...ofValues(draft, info, trans),
    ...ofItems(draft, info, trans),
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

function ofValues(
  draft: IVariantDraft,
  info: IVariants,
  trans: TranslationBundle
): IVariantComplaint[] {
  return info.params
    .filter(({ name }) => name !== draft.axis)
    .flatMap(param => {
      const text = valueOf(draft, param);
      const error =
        text === (param.value ?? '') ? null : complaint(param, text, trans);
      return error === null
        ? []
        : [{ field: { of: 'value' as const, key: param.name }, error }];
    });
}

function ofItems(
  draft: IVariantDraft,
  info: IVariants,
  trans: TranslationBundle
): IVariantComplaint[] {
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
  const unfit = items
    .map(item => complaint({ name: axis, type }, item, trans))
    .find(error => error !== null);
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
    ...(unfit === undefined ? [] : [{ field, error: unfit }]),
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

export function isSameField(one: VariantField, other: VariantField): boolean {
  return (
    one.of === other.of &&
    ('key' in one ? one.key : '') === ('key' in other ? other.key : '')
  );
}

function cut(text: string): string {
  return text.slice(0, LONGEST);
}
