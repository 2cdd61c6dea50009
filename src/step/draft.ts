import type { NotebookPanel } from '@jupyterlab/notebook';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { sourcesOf } from './sources';

const PAUSE = 300;

/**
 * Whether an open notebook has sources that its file doesn't.
 *
 * JupyterLab's own mark also tells of outputs and of what a kernel writes into
 * the metadata, which no step depends on.
 */
export class Draft {
  constructor(panel: NotebookPanel) {
    this._panel = panel;
    const { context } = panel;
    void context.ready.then(() => {
      if (context.isDisposed) {
        return;
      }
      // Opened with changes of another session: what the file holds isn't known.
      this._saved = context.model.dirty ? null : this._sources();
      context.saveState.connect(this._onSaveState, this);
      context.fileChanged.connect(this._onSaved, this);
      context.model.contentChanged.connect(this._onContentChanged, this);
      context.model.stateChanged.connect(this._onContentChanged, this);
      context.disposed.connect(this._onDisposed, this);
      this._look();
    });
  }

  get isUnsaved(): boolean {
    return this._isUnsaved;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  private _sources(): string {
    return JSON.stringify(sourcesOf(this._panel));
  }

  private _onSaveState(_: unknown, state: string): void {
    if (state === 'started') {
      // What is typed while it is being saved isn't in the file.
      this._saving = this._sources();
    } else if (state === 'completed') {
      this._saved = this._saving;
      this._look();
    }
  }

  private _onSaved(): void {
    if (!this._panel.context.model.dirty) {
      this._saved = this._sources();
      this._look();
    }
  }

  private _onContentChanged(): void {
    clearTimeout(this._timer);
    this._timer = window.setTimeout(() => {
      this._look();
    }, PAUSE);
  }

  private _onDisposed(): void {
    clearTimeout(this._timer);
    Signal.clearData(this);
  }

  private _look(): void {
    const { context } = this._panel;
    if (context.isDisposed) {
      return;
    }
    const isUnsaved = context.model.dirty && this._sources() !== this._saved;
    if (isUnsaved !== this._isUnsaved) {
      this._isUnsaved = isUnsaved;
      this._changed.emit();
    }
  }

  private readonly _panel: NotebookPanel;
  private readonly _changed = new Signal<this, void>(this);
  private _saved: string | null = null;
  private _saving: string | null = null;
  private _isUnsaved = false;
  private _timer = 0;
}

const drafts = new WeakMap<NotebookPanel['context'], Draft>();

/** The draft of an open notebook, one for all its views. */
export function draftOf(panel: NotebookPanel): Draft {
  const known = drafts.get(panel.context);
  if (known !== undefined) {
    return known;
  }
  const draft = new Draft(panel);
  drafts.set(panel.context, draft);
  return draft;
}
