import type { TranslationBundle } from '@jupyterlab/translation';

import type { IError, IParamRow } from '../_api';

/** What is wrong with a value as typed: a code of the server half's refusals, and what it says it with. */
export interface IComplaint {
  readonly code: 'run-value' | 'run-value-type';
  readonly args: IError['args'];
}

interface IKind {
  readonly base: string;
  readonly isOptional: boolean;
}

/** A parameter's type without what makes it optional. */
function kindOf(type: string): IKind {
  const source = type.trim();
  const base = (
    /^(?:typing\.)?Optional\s*\[([^]*)\]$/.exec(source)?.[1] ?? source
  )
    .replace(/\s*\|\s*None$/, '')
    .replace(/^None\s*\|\s*/, '')
    .replace(/\?$/, '')
    .trim();
  return { base, isOptional: base !== source };
}

/** Whether a parameter of the type may have no value. */
export function isOptional(type: string): boolean {
  return kindOf(type).isOptional;
}

/** What a person may choose from, as text; null where that is typed. */
export function choicesOf(type: string): string[] | null {
  const { base, isOptional } = kindOf(type);
  const choices = base === 'bool' ? ['true', 'false'] : literalsOf(base);
  // An escape would have to be read as Python does: typed by hand, then.
  if (choices === null || choices.some(choice => choice.includes('\\'))) {
    return null;
  }
  return isOptional ? [...choices, 'null'] : choices;
}

function literalsOf(base: string): string[] | null {
  const inner = /^(?:typing\.)?Literal\s*\[([^]*)\]$/.exec(base)?.[1];
  return inner === undefined
    ? null
    : [
        ...inner.matchAll(
          /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^\s,][^,]*)/g
        )
      ].map(([, one, other, bare]) => one ?? other ?? bare?.trim() ?? '');
}

const LIST = /^(?:typing\.)?(?:List|list)\b/;
const DIGITS = '\\d+(?:_\\d+)*';
const INT = new RegExp(`^[ \\t]*[+-]?${DIGITS}[ \\t]*$`);
const FLOAT = new RegExp(
  `^[ \\t]*[+-]?(?:(?:${DIGITS}\\.?(?:${DIGITS})?|\\.${DIGITS})(?:e[+-]?${DIGITS})?|inf(?:inity)?|nan)[ \\t]*$`,
  'i'
);

/** Why no command can carry a value, in the words of the server half; null where one can. */
function unfit(text: string, trans: TranslationBundle): string | null {
  if (text.includes("'")) {
    return trans.__("it holds a quote (')");
  }
  // eslint-disable-next-line no-control-regex -- what Python's splitlines() ends a line at
  if (/[\n\r\v\f\u001c-\u001e\u0085\u2028\u2029]/.test(text)) {
    return trans.__('it holds a line break');
  }
  if (text.includes('\0') || /\p{Surrogate}/u.test(text)) {
    return trans.__('it holds a character that no argument can have');
  }
  return text.includes('\\${')
    ? trans.__("it holds '\\${', which DVC would change")
    : null;
}

function isOf(text: string, { base, isOptional }: IKind): boolean {
  if (isOptional && ['null', 'None', ''].includes(text)) {
    return true;
  }
  if (LIST.test(base)) {
    return text.startsWith('[') && text.endsWith(']');
  }
  const literals = literalsOf(base);
  if (literals !== null) {
    // With an escape among them only Python knows which text is meant.
    return literals.includes(text) || literals.some(one => one.includes('\\'));
  }
  switch (base) {
    case 'bool':
      return text === 'true' || text === 'false';
    case 'int':
      return INT.test(text);
    case 'float':
      return FLOAT.test(text);
    default:
      return true;
  }
}

/** What the server half would refuse a value for; null where it may be tried. */
export function complaint(
  row: Pick<IParamRow, 'name' | 'type'> &
    Partial<Pick<IParamRow, 'key' | 'file'>>,
  text: string,
  trans: TranslationBundle
): IComplaint | null {
  const { key: own = null, file = null } = row;
  const key = keyOf({ key: own, file }) ?? row.name;
  const reason = unfit(text, trans);
  if (reason !== null) {
    return { code: 'run-value', args: { key, reason } };
  }
  if (isOf(text, kindOf(row.type))) {
    return null;
  }
  const value = text.length > 100 ? `${text.slice(0, 100)}…` : text;
  return { code: 'run-value-type', args: { key, value, type: row.type } };
}

/** The same of a value for its params file, where lists are YAML's and truth values may be Python's. */
export function fileComplaint(
  row: Parameters<typeof complaint>[0],
  text: string,
  trans: TranslationBundle
): IComplaint | null {
  const { base } = kindOf(row.type);
  const found = complaint(
    row,
    base === 'bool' ? text.toLowerCase() : text,
    trans
  );
  // The quotes are those of the texts in the list.
  return found?.code === 'run-value' && LIST.test(base) ? null : found;
}

/** The name of a value for the server: its key, with the file where it isn't params.yaml. */
export function keyOf(row: Pick<IParamRow, 'key' | 'file'>): string | null {
  if (row.key === null) {
    return null;
  }
  return row.file === null || row.file === 'params.yaml'
    ? row.key
    : `${row.file}:${row.key}`;
}

/** The values that differ from those of the files, by key. */
export function changedValues(
  rows: ReadonlyArray<IParamRow>,
  typed: Readonly<Record<string, string>>
): Record<string, string> {
  const changed: Record<string, string> = {};
  for (const row of rows) {
    const key = keyOf(row);
    const text = typed[row.name];
    if (
      row.hyperparameter &&
      key !== null &&
      text !== undefined &&
      text !== (row.value ?? '')
    ) {
      changed[key] = text;
    }
  }
  return changed;
}
