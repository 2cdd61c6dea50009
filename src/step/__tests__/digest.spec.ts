import { createHash } from 'crypto';

import type { Contents } from '@jupyterlab/services';

import { sha256 } from '../sha256';
import { sourcesIn, sourcesSha256 } from '../digest';

describe('sha256', () => {
  // Around the lengths where a block is full, and beyond several blocks.
  it.each([0, 1, 3, 54, 55, 56, 57, 63, 64, 65, 119, 120, 1000, 100_003])(
    'agrees with the reference for %d bytes',
    length => {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 31 + 7) & 255);
      expect(sha256(bytes)).toBe(
        createHash('sha256').update(bytes).digest('hex')
      );
    }
  );
});

describe('sourcesSha256', () => {
  // What Python makes of json.dumps(sources, separators=(',', ':'), ensure_ascii=False).
  it.each([
    [[], '[]'],
    [['a = 1', ''], '["a = 1",""]'],
    [['é 😀  '], '["é 😀  "]'],
    [
      ['"q" \\ /\t\n\r\b\f\u0001\u007f'],
      '["\\"q\\" \\\\ /\\t\\n\\r\\b\\f\\u0001\u007f"]'
    ]
  ])('hashes %j as JSON', (sources, json) => {
    expect(sourcesSha256(sources)).toBe(
      createHash('sha256').update(json, 'utf-8').digest('hex')
    );
  });
});

describe('sourcesIn', () => {
  it.each([
    [{ cells: [{ source: 'a' }, { source: ['b\n', 'c'] }] }, ['a', 'b\nc']],
    [{ cells: [{}] }, ['']],
    [{}, []],
    [null, []]
  ])('reads %j', (content, sources) => {
    expect(sourcesIn({ content } as Contents.IModel)).toEqual(sources);
  });
});
