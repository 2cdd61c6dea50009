import { docstringSpan } from './place';

const FIELD = /^([ \t]*)(:(param|dvc-[a-z-]+))((?:[ \t]+[^:\n]*)?)(:)/gm;

/** Where a directive stands in a source: its colon, the end of its key, behind the closing colon. */
export interface IFieldSpan {
  readonly key: string;
  readonly start: number;
  readonly name: number;
  readonly stop: number;
}

/** The directives of a source's docstring, without their bodies. */
export function* fieldsIn(source: string): Generator<IFieldSpan> {
  const span = docstringSpan(source);
  if (span === null) {
    return;
  }
  const text = source.slice(span.start, span.stop);
  for (const found of text.matchAll(FIELD)) {
    const [, indent = '', opening = '', key = '', rest = ''] = found;
    const start = span.start + found.index + indent.length;
    const name = start + opening.length;
    yield { key, start, name, stop: name + rest.length + 1 };
  }
}
