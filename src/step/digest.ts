import type { Contents } from '@jupyterlab/services';

import { sha256 } from './sha256';

/** The source of each cell of a notebook file; it may stand there whole or line by line. */
export function sourcesIn(file: Contents.IModel): string[] {
  const content: unknown = file.content;
  const cells =
    isRecord(content) && Array.isArray(content['cells'])
      ? (content['cells'] as unknown[])
      : [];
  return cells.map(cell => {
    const source = isRecord(cell) ? cell['source'] : '';
    return Array.isArray(source)
      ? source.join('')
      : typeof source === 'string'
        ? source
        : '';
  });
}

/** Tells whether a file holds the sources that the page has: both sides hash the same JSON. */
export function sourcesSha256(sources: ReadonlyArray<string>): string {
  return sha256(new TextEncoder().encode(JSON.stringify(sources)));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
