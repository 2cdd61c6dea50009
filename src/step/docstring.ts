import type { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';
import type { ServerConnection } from '@jupyterlab/services';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { ICellSource, IParsed, IUse } from '../_api';
import { parse } from '../api';
import { codeCells, tellingCells } from './cells';
import type { ISharedSource } from './splice';

/** How long typing has to pause before the docstring is read again, in ms. */
const PAUSE = 120;
/** The same before all cells are read, which is more work and less urgent. */
const WHOLE_PAUSE = 1500;
/** Until the server has said which keys the project has. */
const IGNORE_KEYS = ['# No effect'];

/** The cell changed each time an edit of it was worked out, or is gone. */
export class Overtaken extends Error {}

/**
 * The docstring of an open notebook, as the server reads what the page has.
 *
 * It asks only while somebody looks. What changes it is in `editing.ts`, which
 * loads later.
 */
export class DocstringModel {
  constructor(
    panel: NotebookPanel,
    readonly server: ServerConnection.ISettings
  ) {
    this._panel = panel;
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

  /** For the server half, which knows no drives. */
  get path(): string {
    return this._panel.context.localPath;
  }

  /** The cell of the docstring as the page has it, saved or not; null where there is none. */
  get cell(): ICellSource | null {
    return (this._parsed?.start ?? null) === null ? null : this.target();
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
  isRead(): boolean {
    const number = this._parsed?.cell ?? null;
    return number !== null && this.shared(number)?.getSource() === this._source;
  }

  /** The code cell that has the docstring, or that would get one. */
  target(): ICellSource {
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

  telling(): ICellSource[] {
    const keys = this._parsed?.ignore_keys ?? IGNORE_KEYS;
    return this._model === null ? [] : tellingCells(this._model, keys);
  }

  shared(number: number): ISharedSource | null {
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
    const cells = whole ? codeCells(model) : this.telling();
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
      const parsed = await parse(this.server, {
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
