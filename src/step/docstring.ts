import type { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';
import type { ServerConnection } from '@jupyterlab/services';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { ICellSource, IFieldChange, IMark, IParsed, IUse } from '../_api';
import { edit, parse } from '../api';
import { codeCells, tellingCells } from './cells';
import { rebased } from './rebase';
import { splice, spliced } from './splice';
import type { ISharedSource } from './splice';
import { wrongAfter } from './wrongAfter';

/** How long typing has to pause before the docstring is read again, in ms. */
const PAUSE = 120;
/** The same before all cells are read, which is more work and less urgent. */
const WHOLE_PAUSE = 1500;
/** How often an edit is worked out again because somebody typed meanwhile. */
const ATTEMPTS = 3;
/** Until the server has said which keys the project has. */
const IGNORE_KEYS = ['# No effect'];

/** The cell changed each time an edit of it was worked out, or is gone. */
export class Overtaken extends Error {}

/**
 * The docstring of an open notebook, as the server reads what the page has.
 *
 * It asks only while somebody looks. An edit touches the lines of its field
 * alone, and is one step to undo.
 */
export class DocstringModel {
  constructor(panel: NotebookPanel, server: ServerConnection.ISettings) {
    this._panel = panel;
    this._server = server;
    void panel.context.ready.then(() => {
      if (!panel.isDisposed && !this._isDisposed) {
        panel.context.model.contentChanged.connect(this._onContent, this);
        panel.disposed.connect(this.dispose, this);
        this._plan();
      }
    });
  }

  /** What was read last; null until the first answer. */
  get parsed(): IParsed | null {
    return this._parsed;
  }

  /** The source of the docstring's cell that {@link parsed} is about. */
  get source(): string | null {
    return this._source;
  }

  /** What the step's cells read, write and import; null until it was asked for. */
  get uses(): ReadonlyArray<IUse> | null {
    return this._uses;
  }

  /** Why the docstring couldn't be read; null where it could. */
  get failure(): unknown {
    return this._failure;
  }

  /** Emitted when there is another answer. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /**
   * Somebody can see it from now on; what was missed meanwhile is asked for.
   *
   * @param whole - Whether what all cells read and write is seen, too.
   */
  look(whole: boolean): void {
    this._looking += 1;
    this._isOutdated ||= this._isMissed;
    this._lookingAtWhole += whole ? 1 : 0;
    this._plan();
  }

  lookAway(whole: boolean): void {
    this._looking = Math.max(this._looking - 1, 0);
    this._lookingAtWhole = Math.max(this._lookingAtWhole - (whole ? 1 : 0), 0);
  }

  /** Something besides the cells may have changed: read it again soon, or when somebody looks. */
  hint(): void {
    this._asked = null;
    this._isOutdated = true;
    this._isWholeOutdated = true;
    this._plan();
  }

  /** Read it now; calls at the same time share a request. Never rejects. */
  async refresh(): Promise<void> {
    window.clearTimeout(this._timer);
    this._isOutdated = true;
    this._refreshing ??= this._refreshAll().finally(() => {
      this._refreshing = null;
    });
    return this._refreshing;
  }

  /**
   * Change fields of the docstring; a cell without docstring gets one.
   *
   * @throws RequestError - The server refuses a field; its sentence says why.
   * @throws Overtaken - Somebody typed in the cell all the while, or changed what the change is about.
   */
  async apply(changes: ReadonlyArray<IFieldChange>): Promise<void> {
    // Lines of fields are those of the answer that is shown.
    const made = this._parsed;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (!this._isRead()) {
        await this.refresh();
      }
      const cell = this._target();
      const now = rebased(changes, made, this._parsed);
      if (now === null) {
        throw new Overtaken();
      }
      if (now.length === 0) {
        return;
      }
      const answer = await edit(this._server, {
        path: this.path,
        cell,
        changes: now
      });
      const shared = this._shared(cell.number);
      if (shared?.getSource() === cell.source) {
        splice(shared, answer);
        await this.refresh();
        return;
      }
    }
    throw new Overtaken();
  }

  /**
   * What would be wrong once changes are made, null where nothing would: for what is being typed, nothing is changed.
   *
   * @throws RequestError - The server refuses a field; its sentence says why.
   * @throws Overtaken - Somebody changed what the change is about.
   */
  async check(changes: ReadonlyArray<IFieldChange>): Promise<IMark | null> {
    const made = this._parsed;
    if (!this._isRead()) {
      await this.refresh();
    }
    const before = this._parsed;
    const now = rebased(changes, made, before);
    if (now === null) {
      throw new Overtaken();
    }
    const cell = this._target();
    const cells = this._telling();
    const answer = await edit(this._server, {
      path: this.path,
      cell,
      changes: now
    });
    const source = spliced(cell.source, answer);
    // A refused field is the server's first answer; what it is beside the others, and in the project, its second.
    const after = await parse(this._server, {
      path: this.path,
      cells: cells.map(one =>
        one.number === cell.number ? { ...one, source } : one
      )
    });
    return wrongAfter(before, after, now);
  }

  /** For the server half, which knows no drives. */
  get path(): string {
    return this._panel.context.localPath;
  }

  /** The cell of the docstring as the page has it, saved or not; null where there is none. */
  get cell(): ICellSource | null {
    return (this._parsed?.start ?? null) === null ? null : this._target();
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._clearTimers();
    this._model?.contentChanged.disconnect(this._onContent, this);
    Signal.clearData(this);
  }

  private get _model(): INotebookModel | null {
    return this._panel.content.model;
  }

  /** Whether the docstring's cell stands where it was read, and as it was. */
  private _isRead(): boolean {
    const number = this._parsed?.cell ?? null;
    return (
      number !== null && this._shared(number)?.getSource() === this._source
    );
  }

  /** The code cell that has the docstring, or that would get one. */
  private _target(): ICellSource {
    const model = this._model;
    const cells = model === null ? [] : tellingCells(model, []);
    // The first that holds code is the last of them; where none does, the first will do.
    const found =
      cells.find(({ number }) => number === this._parsed?.cell) ?? cells[0];
    if (found === undefined) {
      throw new Overtaken();
    }
    return found;
  }

  private _telling(): ICellSource[] {
    const keys = this._parsed?.ignore_keys ?? IGNORE_KEYS;
    return this._model === null ? [] : tellingCells(this._model, keys);
  }

  private _shared(number: number): ISharedSource | null {
    const cells = this._model?.cells;
    return cells !== undefined && number <= cells.length
      ? cells.get(number - 1).sharedModel
      : null;
  }

  private async _refreshAll(): Promise<void> {
    while (this._isOutdated && !this._isDisposed) {
      this._isOutdated = false;
      await this._refresh(false);
    }
  }

  private async _refresh(whole: boolean): Promise<void> {
    const model = this._model;
    if (model === null || this._isDisposed) {
      return;
    }
    const cells = whole ? codeCells(model) : this._telling();
    if (whole) {
      this._isWholeOutdated = false;
    } else {
      // Most of what is typed stands in cells that say nothing of the step.
      const asked = JSON.stringify([this.path, cells]);
      if (asked === this._asked) {
        return;
      }
      this._asked = asked;
    }
    const before = this._shown();
    try {
      const parsed = await parse(this._server, {
        path: this.path,
        cells,
        whole
      });
      if (whole) {
        // What was typed meanwhile is asked for by its own timer.
        this._uses = this._isWholeOutdated ? this._uses : parsed.uses;
      } else {
        this._parsed = parsed;
        this._source =
          cells.find(({ number }) => number === parsed.cell)?.source ?? null;
      }
      this._failure = null;
      this._isMissed = whole && this._isMissed;
    } catch (reason) {
      // What the cells read and write is an extra: a notebook may be too large to send.
      if (!whole) {
        this._failure = reason;
        this._asked = null;
        this._isMissed = true;
      }
    }
    const after = this._shown();
    if (!this._isDisposed && (before !== after || this._failure !== null)) {
      this._changed.emit();
    }
  }

  /** What there is to show, to tell whether an answer is another one. */
  private _shown(): string {
    return JSON.stringify([this._parsed, this._source, this._uses]);
  }

  private _onContent(): void {
    this._isOutdated = true;
    this._isWholeOutdated = true;
    this._plan();
  }

  /** Ask when typing pauses, for what somebody looks at. */
  private _plan(): void {
    this._clearTimers();
    if (this._isDisposed) {
      return;
    }
    if (this._looking > 0 && this._isOutdated) {
      this._timer = window.setTimeout(() => void this.refresh(), PAUSE);
    }
    if (this._lookingAtWhole > 0 && this._isWholeOutdated) {
      this._wholeTimer = window.setTimeout(
        () => void this._refresh(true),
        WHOLE_PAUSE
      );
    }
  }

  private _clearTimers(): void {
    window.clearTimeout(this._timer);
    window.clearTimeout(this._wholeTimer);
  }

  private readonly _panel: NotebookPanel;
  private readonly _server: ServerConnection.ISettings;
  private readonly _changed = new Signal<this, void>(this);
  private _parsed: IParsed | null = null;
  private _source: string | null = null;
  private _uses: ReadonlyArray<IUse> | null = null;
  private _failure: unknown = null;
  private _asked: string | null = null;
  private _looking = 0;
  private _lookingAtWhole = 0;
  private _isOutdated = true;
  private _isWholeOutdated = true;
  /** The last time the docstring couldn't be read: it is tried again when somebody looks. */
  private _isMissed = false;
  private _isDisposed = false;
  private _timer = 0;
  private _wholeTimer = 0;
  private _refreshing: Promise<void> | null = null;
}

const models = new WeakMap<NotebookPanel, DocstringModel>();

/** The docstring of an open notebook, one model for all its views. */
export function docstringOf(
  panel: NotebookPanel,
  server: ServerConnection.ISettings
): DocstringModel {
  let model = models.get(panel);
  if (model === undefined) {
    model = new DocstringModel(panel, server);
    models.set(panel, model);
  }
  return model;
}
