import { RangeSetBuilder } from '@codemirror/state';
import type { DecorationSet, EditorView, ViewUpdate } from '@codemirror/view';
import { Decoration, ViewPlugin } from '@codemirror/view';

import { fieldsIn } from './fields';

const keyMark = Decoration.mark({ class: 'jp-DVCDirective' });
const nameMark = Decoration.mark({ class: 'jp-DVCDirective-name' });

/** Colours the directives of a docstring. */
export const colours = ViewPlugin.fromClass(
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
