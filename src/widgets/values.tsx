import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { IParamsForm } from '../_api';
import { Values as Component } from '../components/values';
import { changedValues, complaint } from '../step/values';

/** The form of a step's hyperparameters, as the body of a dialog. */
export class Values extends ReactWidget {
  constructor(form: IParamsForm, trans: TranslationBundle) {
    super();
    this.trans = trans;
    this._form = form;
  }

  protected readonly trans: TranslationBundle;

  /** Emitted when something was typed. */
  get typed(): ISignal<this, void> {
    return this._changed;
  }

  /** Whether a run could be started with what is typed. */
  get isValid(): boolean {
    return this._form.rows.every(
      row =>
        !row.hyperparameter ||
        complaint(
          row,
          this._typed[row.name] ?? row.value ?? row.default ?? '',
          this.trans
        ) === null
    );
  }

  /** The values that differ from the files', by key; a dialog asks for them. */
  getValue(): Record<string, string> {
    return changedValues(this._form.rows, this._typed);
  }

  protected render(): JSX.Element {
    return (
      <Component
        form={this._form}
        typed={this._typed}
        trans={this.trans}
        onChange={(name, text) => {
          this._typed = { ...this._typed, [name]: text };
          this.update();
          this._changed.emit();
        }}
      />
    );
  }

  private readonly _form: IParamsForm;
  private readonly _changed = new Signal<this, void>(this);
  private _typed: Readonly<Record<string, string>> = {};
}
