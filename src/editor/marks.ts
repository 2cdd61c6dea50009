import type { Diagnostic } from '@codemirror/lint';
import { setDiagnostics } from '@codemirror/lint';
import type { Extension } from '@codemirror/state';
import { RangeSetBuilder } from '@codemirror/state';
import type { DecorationSet, ViewUpdate } from '@codemirror/view';
import {
  Decoration,
  EditorView,
  hoverTooltip,
  ViewPlugin
} from '@codemirror/view';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IFieldChange, IMark, IParsed } from '../_api';
import { directives } from './directives';
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
  const known = new Map(directives(trans).map(one => [one.key, one]));
  return hoverTooltip((view, position) => {
    for (const field of fieldsIn(view.state.doc.toString())) {
      const directive = known.get(field.key);
      if (
        directive !== undefined &&
        position >= field.start &&
        position <= field.name
      ) {
        return {
          pos: field.start,
          end: field.name,
          above: true,
          create: () => {
            const dom = document.createElement('div');
            dom.className = 'jp-DVCHover';
            const form = document.createElement('code');
            form.textContent = directive.form;
            const text = document.createElement('p');
            text.textContent = directive.text;
            dom.append(form, text);
            return { dom };
          }
        };
      }
    }
    return null;
  });
}

/** Underlines what is wrong in the docstring, or nothing; the answer must be of what the editor has. */
export function showMarks(
  view: EditorView,
  parsed: IParsed | null,
  describe: (mark: IMark) => string,
  fixLabel: (mark: IMark) => string,
  fix: (changes: ReadonlyArray<IFieldChange>) => void
): void {
  const { length } = view.state.doc;
  const marks = [
    ...(parsed?.problems ?? []),
    ...(parsed?.fields ?? []).flatMap(({ problems }) => problems)
  ];
  const diagnostics = marks.map((mark): Diagnostic => {
    const changes = mark.fix?.changes ?? [];
    return {
      from: Math.min(mark.start, length),
      to: Math.min(mark.stop, length),
      severity: mark.severity,
      source: 'DVC',
      message: describe(mark),
      actions:
        changes.length === 0
          ? []
          : [
              {
                name: fixLabel(mark),
                apply: () => {
                  fix(changes);
                }
              }
            ]
    };
  });
  view.dispatch(setDiagnostics(view.state, diagnostics));
}
