import type { ServerConnection } from '@jupyterlab/services';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { IState } from '../_api';
import { getState } from '../api';
import type { IStepModel } from '../tokens';

/** Of hints that come so fast, in ms, the first is followed at once, the others together. */
const PAUSE = 250;

/** A notebook as a step: asks the server when told to, and only while somebody looks. */
export class StepModel implements IStepModel {
  constructor(
    readonly path: string,
    serverSettings: ServerConnection.ISettings
  ) {
    this._serverSettings = serverSettings;
  }

  get state(): IState | null {
    return this._state;
  }

  get failure(): string | null {
    return this._failure;
  }

  get stateChanged(): ISignal<this, void> {
    return this._stateChanged;
  }

  /** Whether a run of the project goes on or waits. */
  get isBusy(): boolean {
    return this._state?.run !== null && this._state?.run !== undefined;
  }

  /** Somebody can see this step from now on; what was missed meanwhile is asked for. */
  look(): void {
    this._looking += 1;
    if (this._isOutdated || this._isHinted) {
      void this.refresh();
    }
  }

  lookAway(): void {
    this._looking = Math.max(this._looking - 1, 0);
  }

  /** Something may have changed: ask now, soon after the last time, or when somebody looks. */
  hint(): void {
    this._isHinted = true;
    if (this._timer === 0) {
      const wait = Math.max(this._asked + PAUSE - performance.now(), 0);
      if (wait === 0) {
        this._follow();
      } else {
        this._timer = window.setTimeout(() => {
          this._timer = 0;
          this._follow();
        }, wait);
      }
    }
  }

  /** A change that came while the request was under way is asked for after it. */
  async refresh(): Promise<void> {
    this._isOutdated = true;
    this._refreshing ??= this._refresh().finally(() => {
      this._refreshing = null;
    });
    return this._refreshing;
  }

  dispose(): void {
    this._isDisposed = true;
    clearTimeout(this._timer);
    Signal.clearData(this);
  }

  private _follow(): void {
    if (this._isHinted && this._looking > 0 && !document.hidden) {
      void this.refresh();
    }
  }

  private async _refresh(): Promise<void> {
    while (this._isOutdated && !this._isDisposed) {
      this._isOutdated = this._isHinted = false;
      this._asked = performance.now();
      try {
        const answer = await getState(
          this._serverSettings,
          this.path,
          this._etag
        );
        if (answer !== null) {
          this._etag = answer.etag;
          this._set(answer.state, null);
        } else if (this._failure !== null) {
          this._set(this._state, null);
        }
      } catch (reason) {
        this._set(
          this._state,
          reason instanceof Error ? reason.message : String(reason)
        );
      }
    }
  }

  private _set(state: IState | null, failure: string | null): void {
    const same =
      this._failure === failure &&
      this._state?.rev === state?.rev &&
      JSON.stringify(this._state) === JSON.stringify(state);
    this._state = state;
    this._failure = failure;
    if (!same && !this._isDisposed) {
      this._stateChanged.emit();
    }
  }

  private readonly _serverSettings: ServerConnection.ISettings;
  private readonly _stateChanged = new Signal<this, void>(this);
  private _state: IState | null = null;
  private _failure: string | null = null;
  private _etag: string | null = null;
  private _looking = 0;
  private _isOutdated = true;
  private _isHinted = false;
  private _asked = -PAUSE;
  private _timer = 0;
  private _isDisposed = false;
  private _refreshing: Promise<void> | null = null;
}
