import type { Extension } from '@codemirror/state';
import { RangeSetBuilder } from '@codemirror/state';
import type { DecorationSet, EditorView, ViewUpdate } from '@codemirror/view';
import { Decoration, hoverTooltip, ViewPlugin } from '@codemirror/view';
import type { TranslationBundle } from '@jupyterlab/translation';

import { docstringSpan } from './place';

const FIELD = /^([ \t]*)(:(param|dvc-[a-z-]+))((?:[ \t]+[^:\n]*)?)(:)/gm;
const keyMark = Decoration.mark({ class: 'jp-DVCDirective' });
const nameMark = Decoration.mark({ class: 'jp-DVCDirective-name' });

/** Tells what a directive of a docstring does where the mouse rests on it, and colours them. */
export function directiveHelp(
  trans: TranslationBundle,
  isColoured: boolean
): Extension {
  return isColoured ? [colours, hover(trans)] : hover(trans);
}

const colours = ViewPlugin.fromClass(
  class {
    constructor(view: EditorView) {
      this.decorations = decorate(view.state.doc.toString());
    }

    update(update: ViewUpdate): void {
      if (update.docChanged) {
        this.decorations = decorate(update.state.doc.toString());
      }
    }

    decorations: DecorationSet;
  },
  { decorations: plugin => plugin.decorations }
);

function decorate(source: string): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { start, name, stop } of fieldsIn(source)) {
    builder.add(start, name, keyMark);
    if (stop > name) {
      builder.add(name, stop, nameMark);
    }
  }
  return builder.finish();
}

/** Where the directives of a source stand: the colon, the end of the key, the closing colon. */
function* fieldsIn(source: string): Generator<{
  readonly key: string;
  readonly start: number;
  readonly name: number;
  readonly stop: number;
}> {
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

function hover(trans: TranslationBundle): Extension {
  return hoverTooltip(async (view, position) => {
    for (const field of fieldsIn(view.state.doc.toString())) {
      if (position >= field.start && position <= field.name) {
        const { hoverOf } = await import('./help');
        const create = hoverOf(field.key, trans);
        return create === null
          ? null
          : { pos: field.start, end: field.name, above: true, create };
      }
    }
    return null;
  });
}
