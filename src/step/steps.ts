import type { ServerConnection } from '@jupyterlab/services';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { StepModel } from './model';

/** The steps of the open notebooks: one model a path, however many views show it. */
export class Steps {
  constructor(serverSettings: ServerConnection.ISettings) {
    this._serverSettings = serverSettings;
  }

  /** Emitted when one of the models changed. */
  get changed(): ISignal<this, StepModel> {
    return this._changed;
  }

  get all(): ReadonlyArray<StepModel> {
    return [...this._held.values()].map(({ model }) => model);
  }

  get(path: string): StepModel | undefined {
    return this._held.get(path)?.model;
  }

  /** The model of a path, to be given back with {@link release}. */
  acquire(path: string): StepModel {
    let held = this._held.get(path);
    if (held === undefined) {
      const model = new StepModel(path, this._serverSettings);
      model.stateChanged.connect(this._onStateChanged, this);
      held = { model, holders: 0 };
      this._held.set(path, held);
    }
    held.holders += 1;
    return held.model;
  }

  release(model: StepModel): void {
    const held = this._held.get(model.path);
    if (held?.model !== model) {
      return;
    }
    held.holders -= 1;
    if (held.holders === 0) {
      this._held.delete(model.path);
      model.stateChanged.disconnect(this._onStateChanged, this);
      model.dispose();
    }
  }

  private _onStateChanged(model: StepModel): void {
    this._changed.emit(model);
  }

  private readonly _serverSettings: ServerConnection.ISettings;
  private readonly _changed = new Signal<this, StepModel>(this);
  private readonly _held = new Map<
    string,
    { readonly model: StepModel; holders: number }
  >();
}
