import { Compartment, StateEffect } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import { Notification } from '@jupyterlab/apputils';
import { CodeMirrorEditor } from '@jupyterlab/codemirror';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IFieldChange, IMark, IParsed } from '../_api';
import { colours } from '../editor/colours';
import { hover } from '../editor/hover';
import type { ISettings } from '../settings';
import { docstringOf } from '../step/docstring';
import type { DocstringModel } from '../step/docstring';
import { isEditable, isReadOnly } from '../step/lock';

/** The editor of the cell that has the docstring: colours, what is wrong, what a directive does. */
export class DocstringEditor {
  constructor(
    panel: NotebookPanel,
    server: ServerConnection.ISettings,
    settings: ISettings,
    trans: TranslationBundle
  ) {
    this._panel = panel;
    this._settings = settings;
    this._trans = trans;
    this._docstring = docstringOf(panel, server);
    this._docstring.changed.connect(this._show, this);
    settings.changed.connect(this._show, this);
    panel.disposed.connect(this.dispose, this);
    this._show();
  }

  dispose(): void {
    this._isDisposed = true;
    this._docstring.changed.disconnect(this._show, this);
    this._settings.changed.disconnect(this._show, this);
  }

  private _show(): void {
    void this._showIn(this._docstring.parsed?.cell ?? null);
  }

  private async _showIn(number: number | null): Promise<void> {
    const cell =
      number === null ? undefined : this._panel.content.widgets[number - 1];
    await cell?.ready;
    const { parsed, source } = this._docstring;
    if (this._isDisposed || (parsed?.cell ?? null) !== number) {
      return;
    }
    const editor = cell?.editor;
    const view = editor instanceof CodeMirrorEditor ? editor.editor : null;
    const before = this._marked;
    if (before !== null && before !== view) {
      // Another cell has the docstring now, or none.
      this._marked = null;
      const { showMarks } = await import('../editor/help');
      showMarks(before, [], this._trans, null);
    }
    if (cell === undefined || view === null) {
      return;
    }
    this._equip(view);
    const marks = marksOf(this._settings.get('problemMarks') ? parsed : null);
    if (marks.length === 0 && this._marked !== view) {
      return;
    }
    this._marked = view;
    const { showMarks } = await import('../editor/help');
    // What was typed meanwhile is asked for already.
    if (
      !this._isDisposed &&
      this._docstring.parsed === parsed &&
      view.state.doc.toString() === source
    ) {
      const isFree = !isReadOnly(this._panel) && isEditable(cell.model);
      showMarks(
        view,
        marks,
        this._trans,
        isFree
          ? changes => {
              void this._fix(changes);
            }
          : null
      );
    }
  }

  private async _fix(changes: ReadonlyArray<IFieldChange>): Promise<void> {
    const { applyChanges, failureSentence } = await import('../editor/help');
    try {
      await applyChanges(this._docstring, changes);
    } catch (reason) {
      Notification.error(failureSentence(reason, this._trans), {
        autoClose: false
      });
    }
  }

  private _equip(view: EditorView): void {
    const isColoured = this._settings.get('directiveColours');
    const there = this._equipped.get(view);
    if (there?.isColoured === isColoured) {
      return;
    }
    const told = hover(this._trans);
    const help = isColoured ? [colours, told] : told;
    const compartment = there?.compartment ?? new Compartment();
    this._equipped.set(view, { compartment, isColoured });
    view.dispatch({
      effects:
        there === undefined
          ? StateEffect.appendConfig.of(compartment.of(help))
          : compartment.reconfigure(help)
    });
  }

  private readonly _panel: NotebookPanel;
  private readonly _settings: ISettings;
  private readonly _trans: TranslationBundle;
  private readonly _docstring: DocstringModel;
  private readonly _equipped = new WeakMap<
    EditorView,
    { readonly compartment: Compartment; readonly isColoured: boolean }
  >();
  /** The one that was given marks, and may have them still. */
  private _marked: EditorView | null = null;
  private _isDisposed = false;
}

function marksOf(parsed: IParsed | null): IMark[] {
  return [
    ...(parsed?.problems ?? []),
    ...(parsed?.fields ?? []).flatMap(({ problems }) => problems)
  ];
}
