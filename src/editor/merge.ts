import { Chunk, unifiedMergeView } from '@codemirror/merge';
import type { Extension, Range } from '@codemirror/state';
import { EditorState, StateEffect, StateField, Text } from '@codemirror/state';
import type { DecorationSet } from '@codemirror/view';
import { Decoration, EditorView, WidgetType } from '@codemirror/view';
import { jupyterTheme } from '@jupyterlab/codemirror';

import type { IStretch } from '../step/difference';

/** Something that stands above a line, which isn't part of the text. */
export interface IAbove {
  /** From 1; behind the last line where there is none of this number. */
  readonly line: number;
  readonly make: () => HTMLElement;
}

/** How a text is shown against the one before it. */
export interface IMergeOptions {
  readonly before: string;
  readonly after: string;
  readonly label: string;
  /** Colours the language, where the page has one for it. */
  readonly language: Extension;
  readonly above: ReadonlyArray<IAbove>;
  /** The lines to fold, of a text and of what changed in it. */
  readonly folds: (
    lines: number,
    changed: ReadonlyArray<IStretch>
  ) => ReadonlyArray<IStretch>;
  readonly foldLabel: (lines: number) => string;
}

const SIGN = '--jp-dvc-sign';

/** The merge view's own colours are fixed ones, for a light page and a dark one. */
const theme = EditorView.theme({
  '&': { background: 'var(--jp-layout-color0)' },
  '.cm-scroller': {
    fontFamily: 'var(--jp-code-font-family)',
    fontSize: 'var(--jp-code-font-size)',
    lineHeight: 'var(--jp-code-line-height)'
  },
  '.cm-gutters': { border: 'none', background: 'transparent' },
  '.cm-content:focus-visible': {
    outline: '1px solid var(--jp-brand-color1)',
    outlineOffset: '-1px'
  },
  '.cm-line, .cm-deletedLine': {
    position: 'relative',
    padding: '0 8px 0 14px'
  },
  '.cm-deletedChunk': { paddingLeft: '0' },
  '&.cm-merge-b .cm-changedLine': {
    [SIGN]: 'var(--jp-success-color1)',
    backgroundColor: `color-mix(in srgb, var(${SIGN}) 10%, transparent)`
  },
  '&.cm-merge-b .cm-deletedChunk': {
    [SIGN]: 'var(--jp-error-color1)',
    backgroundColor: `color-mix(in srgb, var(${SIGN}) 10%, transparent)`
  },
  '&.cm-merge-b .cm-changedText, &.cm-merge-b .cm-deletedChunk .cm-deletedText':
    {
      borderRadius: '2px',
      background: `color-mix(in srgb, var(${SIGN}) 10%, transparent)`
    },
  '.cm-deletedLine, .cm-deletedLine del': { textDecoration: 'none' },
  // Colour alone says nothing to some: what comes has a plus, what goes a minus.
  '.cm-changedLine::before, .cm-deletedLine::before': {
    content: '"+"',
    position: 'absolute',
    left: '2px',
    color: 'var(--jp-ui-font-color2)'
  },
  '.cm-deletedLine::before': { content: '"−"' },
  '&.cm-merge-b .cm-changedLineGutter': {
    background: 'var(--jp-success-color1)'
  },
  '&.cm-merge-b .cm-deletedLineGutter': {
    background: 'var(--jp-error-color1)'
  }
});

/** A text that can only be read, its changed lines marked; a new one has none. */
export function mergeView(
  parent: HTMLElement,
  options: IMergeOptions
): EditorView {
  const { before, after, label, language } = options;
  const original = textOf(before);
  const doc = textOf(after);
  const isCompared = before !== '';
  const chunks = isCompared ? Chunk.build(original, doc) : [];
  const changed = chunks.map(({ fromB, endB }) => ({
    first: doc.lineAt(Math.min(fromB, doc.length)).number,
    last: doc.lineAt(Math.min(endB, doc.length)).number
  }));
  // What a line feed at the end begins is no line.
  const lines = after.endsWith('\n') ? doc.lines - 1 : doc.lines;
  return new EditorView({
    parent,
    state: EditorState.create({
      doc,
      extensions: [
        EditorState.readOnly.of(true),
        EditorView.editable.of(false),
        // The keyboard scrolls what has the focus.
        EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
        jupyterTheme,
        theme,
        language,
        isCompared ? unifiedMergeView({ original, mergeControls: false }) : [],
        above(doc, options.above),
        folded(doc, options.folds(lines, changed), options.foldLabel)
      ]
    })
  });
}

function textOf(text: string): Text {
  return Text.of(text.split(/\r\n?|\n/));
}

class AboveWidget extends WidgetType {
  constructor(private readonly _make: () => HTMLElement) {
    super();
  }

  override toDOM(): HTMLElement {
    return this._make();
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

function above(doc: Text, all: ReadonlyArray<IAbove>): Extension {
  const widgets = all.map(({ line, make }, order): Range<Decoration> => {
    const isBehind = line > doc.lines;
    return Decoration.widget({
      widget: new AboveWidget(make),
      block: true,
      // Of several at a line, each after the one before it, and all above what was deleted there.
      side: isBehind ? 1 + order : -1000 - all.length + order
    }).range(isBehind ? doc.length : doc.line(line).from);
  });
  const set = Decoration.set(widgets, true);
  return EditorView.decorations.of(set);
}

const unfold = StateEffect.define<number>();

class FoldWidget extends WidgetType {
  constructor(
    private readonly _from: number,
    private readonly _label: string
  ) {
    super();
  }

  override eq(other: FoldWidget): boolean {
    return other._from === this._from && other._label === this._label;
  }

  override toDOM(view: EditorView): HTMLElement {
    const host = document.createElement('div');
    host.className = 'jp-DVCMerge-fold';
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'jp-DVCLink';
    button.textContent = this._label;
    button.setAttribute('aria-expanded', 'false');
    button.addEventListener('click', () => {
      view.dispatch({ effects: unfold.of(this._from) });
      // The button is gone, and with it the focus.
      view.focus();
    });
    host.append(button);
    return host;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

function folded(
  doc: Text,
  stretches: ReadonlyArray<IStretch>,
  label: (lines: number) => string
): Extension {
  const ranges = stretches.map(({ first, last }) => {
    const { from } = doc.line(first);
    return Decoration.replace({
      widget: new FoldWidget(from, label(last - first + 1)),
      block: true
    }).range(from, doc.line(last).to);
  });
  return StateField.define<DecorationSet>({
    create: () => Decoration.set(ranges),
    update: (set, transaction) => {
      const opened = transaction.effects.flatMap(effect =>
        effect.is(unfold) ? [effect.value] : []
      );
      return opened.length === 0
        ? set
        : set.update({ filter: from => !opened.includes(from) });
    },
    provide: field => EditorView.decorations.from(field)
  });
}
