/** What is being typed in a docstring: where it begins in the line, and what may stand there. */
export interface IPlace {
  readonly what: 'key' | 'type' | 'param' | 'path' | 'params-key';
  /** The directive's key, for a name or a path behind it. */
  readonly key: string;
  readonly typed: string;
}

const PATHS = 'dvc-in|dvc-out|dvc-out-persist|dvc-metric|dvc-plot';
const PATTERNS: ReadonlyArray<readonly [IPlace['what'], RegExp]> = [
  ['key', /^\s*:(?<typed>[\w-]*)$/],
  ['type', /^\s*:(?<key>param)\s+(?<typed>[\w[\], |'"]*)$/],
  [
    'param',
    new RegExp(String.raw`^\s*:(?<key>${PATHS}|dvc-param)\s+(?<typed>\w*)$`)
  ],
  [
    'path',
    new RegExp(String.raw`^\s*:(?<key>${PATHS})(?:\s+\w+)?\s*:\s*(?<typed>.*)$`)
  ],
  ['params-key', /^\s*:(?<key>dvc-param)(?:\s+\w+)?\s*:\s*(?<typed>.*)$/]
];

/** What the text of a line up to the cursor asks for; null where nothing can be proposed. */
export function placeIn(line: string): IPlace | null {
  for (const [what, pattern] of PATTERNS) {
    const found = pattern.exec(line)?.groups;
    if (found !== undefined) {
      return { what, key: found['key'] ?? '', typed: found['typed'] ?? '' };
    }
  }
  return null;
}

/** The span of the text between the quotes of the docstring that a source begins with, in UTF-16 units. */
export function docstringSpan(
  source: string
): { readonly start: number; readonly stop: number } | null {
  const head = /^(?:\s|#[^\n]*(?:\n|$))*[rRuU]?("""|'''|"|')/.exec(source);
  const quote = head?.[1];
  if (head === null || quote === undefined) {
    return null;
  }
  const start = head[0].length;
  for (let at = start; at < source.length; at += 1) {
    if (source[at] === '\\') {
      at += 1;
    } else if (source.startsWith(quote, at)) {
      return { start, stop: at };
    } else if (quote.length === 1 && source[at] === '\n') {
      return { start, stop: at };
    }
  }
  // Not closed yet: it is being typed.
  return { start, stop: source.length };
}
