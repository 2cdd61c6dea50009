/** Lines from the first to the last, both from 1 and included. */
export interface IStretch {
  readonly first: number;
  readonly last: number;
}

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/**
 * A text as it was before a change.
 *
 * @param text - As it is after the change.
 * @param diff - The change, as a unified diff; empty where there is none.
 * @returns Null where the diff isn't one of this text.
 */
export function textBefore(text: string, diff: string): string | null {
  const after = linesOf(text);
  const before: string[] = [];
  const rows = diff.split('\n');
  let at = 0;
  let row = rows.findIndex(line => HUNK.test(line));
  while (row >= 0 && row < rows.length) {
    const hunk = HUNK.exec(rows[row] ?? '');
    row += 1;
    if (hunk === null) {
      // Behind the last line of a hunk stands the next one, or nothing.
      if (rows[row - 1] === '') {
        continue;
      }
      return null;
    }
    const count = Number(hunk[4] ?? 1);
    // Of an empty stretch, the line before it is named.
    const start = Number(hunk[3]) - (count > 0 ? 1 : 0);
    if (start < at || start > after.length) {
      return null;
    }
    before.push(...after.slice(at, start));
    at = start;
    let old = Number(hunk[2] ?? 1);
    let left = count;
    while (old > 0 || left > 0) {
      const line = rows[row];
      const sign = line?.[0];
      const isUnended = rows[row + 1]?.startsWith('\\') === true;
      const content = `${line?.slice(1) ?? ''}${isUnended ? '' : '\n'}`;
      row += isUnended ? 2 : 1;
      if (sign !== '+' && sign !== '-' && sign !== ' ') {
        return null;
      }
      if (sign !== '-') {
        if (after[at] !== content) {
          return null;
        }
        at += 1;
        left -= 1;
      }
      if (sign !== '+') {
        before.push(content);
        old -= 1;
      }
    }
  }
  before.push(...after.slice(at));
  return before.join('');
}

/** Each line with what ends it: git knows no other end than this one. */
function linesOf(text: string): string[] {
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  return [...lines.map(line => `${line}\n`), ...(last === '' ? [] : [last])];
}

/**
 * The lines far from every change, which may be folded.
 *
 * @param lines - How many lines there are.
 * @param changed - What changed, from the top.
 * @param margin - How many lines beside a change stay.
 * @param least - Fewer lines than this aren't worth a fold.
 */
export function unchangedStretches(
  lines: number,
  changed: ReadonlyArray<IStretch>,
  margin: number,
  least: number
): IStretch[] {
  const found: IStretch[] = [];
  let first = 1;
  for (const change of [...changed, { first: Infinity, last: Infinity }]) {
    const last = Math.min(change.first - margin - 1, lines);
    if (last - first + 1 >= least) {
      found.push({ first, last });
    }
    first = Math.max(first, change.last + margin + 1);
  }
  return found;
}
