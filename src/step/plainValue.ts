const DIGITS = '\\d(?:_?\\d)*';
const FLOAT = `(?:${DIGITS}\\.(?:${DIGITS})?|\\.${DIGITS})(?:[eE][-+]?${DIGITS})?|${DIGITS}[eE][-+]?${DIGITS}`;
const INT =
  '0[xX](?:_?[\\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|[1-9](?:_?\\d)*|0(?:_?0)*';
const TEXT = '"(?:[^"\\\\\\r\\n]|\\\\.)*"|\'(?:[^\'\\\\\\r\\n]|\\\\.)*\'';
/** One value; what follows it must not belong to it. */
const SCALAR = new RegExp(
  `(?:(True|False)|([-+]?)(?:(${FLOAT})|(${INT}))|([rRuU]?)(${TEXT}))[ \\t]*(?=[,\\])]|$)`,
  'y'
);
/** The escapes of a Python text that leave it on one line. */
const ESCAPE =
  /\\(?:([\\'"])|(t)|x([\da-fA-F]{2})|u([\da-fA-F]{4})|(?<unknown>.|$))/g;
/** What Python's splitlines() ends a line at, NUL, and half of a character. */
const UNFIT =
  // eslint-disable-next-line no-control-regex -- it is control characters that are looked for
  /[\0\n\r\v\f\u001c-\u001e\u0085\u2028\u2029]|\p{Surrogate}/u;

interface IScalar {
  readonly kind: 'text' | 'other';
  /** As a person types it for the params file. */
  readonly value: string;
  /** Where the next thing begins in the source. */
  readonly stop: number;
}

/**
 * Python source as a params file's value: a number, a truth value, a text on one line, or a list or
 * a tuple of those; null for all else.
 */
export function plainValue(source: string): string | null {
  const text = source.trim();
  const alone = scalarAt(text, 0);
  if (alone !== null) {
    return alone.stop === text.length ? alone.value : null;
  }
  const items = itemsOf(text);
  return items === null
    ? null
    : `[${items
        .map(({ kind, value }) =>
          kind === 'text' ? JSON.stringify(value) : value
        )
        .join(', ')}]`;
}

function itemsOf(text: string): IScalar[] | null {
  const isTuple = text.startsWith('(') && text.endsWith(')');
  if (!isTuple && !(text.startsWith('[') && text.endsWith(']'))) {
    return null;
  }
  const items: IScalar[] = [];
  const end = text.length - 1;
  let at = afterSpace(text, 1);
  let commas = 0;
  while (at < end) {
    const item = scalarAt(text, at);
    if (item === null) {
      return null;
    }
    items.push(item);
    at = item.stop;
    if (at < end) {
      if (text.charAt(at) !== ',') {
        return null;
      }
      commas += 1;
      at = afterSpace(text, at + 1);
    }
  }
  // One value in parentheses is no tuple.
  return isTuple && items.length === 1 && commas === 0 ? null : items;
}

function afterSpace(text: string, from: number): number {
  let at = from;
  while (text.charAt(at) === ' ' || text.charAt(at) === '\t') {
    at += 1;
  }
  return at;
}

function scalarAt(source: string, at: number): IScalar | null {
  SCALAR.lastIndex = at;
  const found = SCALAR.exec(source);
  if (found === null) {
    return null;
  }
  const stop = SCALAR.lastIndex;
  const [, flag, sign, float, int, prefix, quoted] = found;
  if (quoted !== undefined) {
    const inner = quoted.slice(1, -1);
    const value = /^r$/i.test(prefix ?? '') ? inner : decoded(inner);
    return value === null ? null : { kind: 'text', value, stop };
  }
  if (flag !== undefined) {
    return { kind: 'other', value: flag.toLowerCase(), stop };
  }
  const digits =
    int === undefined
      ? (float ?? '').replace(/_/g, '')
      : BigInt(int.replace(/_/g, '').toLowerCase()).toString();
  return {
    kind: 'other',
    value: (sign === '-' ? '-' : '') + digits,
    stop
  };
}

/** What a text's source stands for; null where that has a line break, or what no file can hold. */
function decoded(inner: string): string | null {
  let isKnown = true;
  const text = inner.replace(
    ESCAPE,
    (
      _,
      itself?: string,
      tab?: string,
      byte?: string,
      unit?: string
    ): string => {
      const code = byte ?? unit;
      if (itself === undefined && tab === undefined && code === undefined) {
        isKnown = false;
      }
      return (
        itself ??
        (tab === undefined
          ? String.fromCharCode(parseInt(code ?? '0', 16))
          : '\t')
      );
    }
  );
  return isKnown && !UNFIT.test(text) ? text : null;
}
