import type { TranslationBundle } from '@jupyterlab/translation';

import type { IParamRow } from '../_api';

/** The values of a Literal type, as text; null where the type is another one. */
export function choicesOf(type: string): string[] | null {
  const inner = /^(?:typing\.)?Literal\s*\[([^]*)\]$/.exec(type.trim())?.[1];
  if (inner === undefined) {
    return /^bool$/.test(type.trim()) ? ['true', 'false'] : null;
  }
  const choices = [
    ...inner.matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^\s,][^,]*)/g)
  ].map(([, single, double, bare]) => single ?? double ?? bare?.trim() ?? '');
  // An escape would have to be read as Python does: typed by hand, then.
  return choices.some(choice => choice.includes('\\')) ? null : choices;
}

/** What is wrong with a value as typed; null where it may be tried. */
export function complaint(
  row: Pick<IParamRow, 'type'>,
  text: string,
  trans: TranslationBundle
): string | null {
  if (/['\r\n]/.test(text)) {
    return trans.__("A value can’t hold a quote (') or a line break.");
  }
  const type = row.type.trim();
  const optional = /^(?:typing\.)?Optional\[(.*)\]$/.exec(type)?.[1];
  const inner = (optional ?? type.replace(/\s*\|\s*None$/, ''))
    .replace(/^None\s*\|\s*/, '')
    .replace(/\?$/, '')
    .trim();
  if (inner !== type && (text === 'None' || text === 'null')) {
    return null;
  }
  if (inner === 'int' && !/^\s*[+-]?\d+(?:_\d+)*\s*$/.test(text)) {
    return trans.__('A whole number is needed.');
  }
  if (
    inner === 'float' &&
    !/^\s*[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?|nan)\s*$/i.test(
      text
    )
  ) {
    return trans.__('A number is needed.');
  }
  const choices = choicesOf(inner);
  if (choices !== null && !choices.includes(text)) {
    return trans.__('One of these is needed: %1.', choices.join(', '));
  }
  return null;
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
