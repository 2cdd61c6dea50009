import type { IPreview } from '../_api';

/** A stretch of the script that one cell made, or the frame around the cells (null), or prose between. */
export interface IBlock {
  readonly kind: 'code' | 'prose';
  /** Null for what no cell made. */
  readonly cell: number | null;
  readonly text: string;
}

/** What no cell made is a mark of the next cell where it is shorter than this. */
const MARK = 4;

/** The script in the order of the notebook, its prose where it stands there. */
export function blocksOf(
  preview: Pick<IPreview, 'script' | 'lines' | 'prose'>
): IBlock[] {
  const cellAt = (line: number): number | null =>
    preview.lines[line]?.[0] ?? null;
  const lines = preview.script.replace(/\n$/, '').split('\n');
  const prose = [...preview.prose].sort((a, b) => a.cell - b.cell);
  const blocks: IBlock[] = [];
  let at = 0;
  let next = 0;
  while (at < lines.length) {
    let cell = cellAt(at);
    let end = at + 1;
    while (end < lines.length && cellAt(end) === cell) {
      end += 1;
    }
    // A mark between two cells belongs to the one behind it.
    if (cell === null && at > 0 && end < lines.length && end - at < MARK) {
      cell = cellAt(end);
      while (end < lines.length && cellAt(end) === cell) {
        end += 1;
      }
    }
    for (
      let text = prose[next];
      cell !== null && text !== undefined && text.cell < cell;
      text = prose[next]
    ) {
      blocks.push({ kind: 'prose', cell: text.cell, text: text.text });
      next += 1;
    }
    blocks.push({ kind: 'code', cell, text: lines.slice(at, end).join('\n') });
    at = end;
  }
  // What stands behind the last cell goes before the frame's end, as in the notebook.
  const rest = prose
    .slice(next)
    .map(({ cell, text }) => ({ kind: 'prose' as const, cell, text }));
  const last = blocks
    .map(({ kind, cell }) => kind === 'code' && cell !== null)
    .lastIndexOf(true);
  blocks.splice(last < 0 ? blocks.length : last + 1, 0, ...rest);
  return blocks;
}
