import { blocksOf } from '../blocks';

/** A preview from (cell, line of the script) pairs and prose by cell. */
function blocks(
  lines: ReadonlyArray<readonly [number | null, string]>,
  prose: ReadonlyArray<readonly [number, string]>
): string[] {
  return blocksOf({
    script: lines.map(([, text]) => `${text}\n`).join(''),
    lines: lines.map(([cell]) => (cell === null ? null : [cell, 1])),
    prose: prose.map(([cell, text]) => ({ cell, text }))
  }).map(({ kind, cell, text }) => `${kind} ${cell ?? '-'}: ${text}`);
}

describe('blocksOf', () => {
  it('puts prose before the cell that it stands above', () => {
    expect(
      blocks(
        [
          [null, 'head'],
          [2, 'a'],
          [2, 'b'],
          [null, '# %%'],
          [5, 'c']
        ],
        [
          [4, 'four'],
          [1, 'one'],
          [3, 'three']
        ]
      )
    ).toEqual([
      'code -: head',
      'prose 1: one',
      'code 2: a\nb',
      'prose 3: three',
      'prose 4: four',
      'code 5: # %%\nc'
    ]);
  });

  it('puts prose behind the last cell, before the frame’s end', () => {
    expect(
      blocks(
        [
          [1, 'a'],
          [null, 'end']
        ],
        [[2, 'last words']]
      )
    ).toEqual(['code 1: a', 'prose 2: last words', 'code -: end']);
  });

  it('keeps every line of the script, in order', () => {
    const lines: [number | null, string][] = [
      [null, 'x'],
      [null, ''],
      [3, 'y'],
      [1, 'z'],
      [null, 'end']
    ];
    const text = blocksOf({
      script: lines.map(([, line]) => `${line}\n`).join(''),
      lines: lines.map(([cell]) => (cell === null ? null : [cell, 1])),
      prose: []
    })
      .map(block => block.text)
      .join('\n');
    expect(text).toBe('x\n\ny\nz\nend');
  });

  it('shows the prose of a script without cells', () => {
    expect(blocks([[null, 'frame']], [[1, 'only']])).toEqual([
      'code -: frame',
      'prose 1: only'
    ]);
  });
});
