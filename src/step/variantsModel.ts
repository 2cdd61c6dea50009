import type { ServerConnection } from '@jupyterlab/services';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { IVariants } from '../_api';
import { getVariants } from '../api';

/** The variants of a notebook's step, as the server last listed them. */
export class VariantsModel {
  constructor(
    readonly path: string,
    server: ServerConnection.ISettings
  ) {
    this._server = server;
  }

  /** Null until the server answered. */
  get listed(): IVariants | null {
    return this._listed;
  }

  /** Why they aren't known, or not as they are now; null where they are. */
  get failure(): unknown {
    return this._failure;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Ask the server; what changed while it was asked is asked for after it. Never rejects. */
  async refresh(): Promise<void> {
    this._isOutdated = true;
    this._asking ??= this._ask().finally(() => {
      this._asking = null;
    });
    return this._asking;
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private async _ask(): Promise<void> {
    while (this._isOutdated && !this._isDisposed) {
      this._isOutdated = false;
      try {
        this._listed = await getVariants(this._server, this.path);
        this._failure = null;
      } catch (reason) {
        this._failure = reason;
      }
      if (!this._isDisposed) {
        this._changed.emit();
      }
    }
  }

  private readonly _server: ServerConnection.ISettings;
  private readonly _changed = new Signal<this, void>(this);
  private _listed: IVariants | null = null;
  private _failure: unknown = null;
  private _isOutdated = false;
  private _isDisposed = false;
  private _asking: Promise<void> | null = null;
}
