import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { IParamsForm } from '../_api';
import { Values as Component } from '../components/values';
import type { IComplaint } from '../step/values';
import { changedValues, complaint } from '../step/values';
import { FormBody } from './formBody';

/** What the form asks of who opened it. */
export interface IValuesActions {
  /** The sentence of a complaint. */
  readonly say: (wrong: IComplaint) => string;
  /** A parameter is to become a hyperparameter. */
  readonly make: (name: string) => void;
}

/** The form of a step's hyperparameters, as the body of a dialog. */
export class Values extends FormBody {
  constructor(
    form: IParamsForm,
    actions: IValuesActions,
    trans: TranslationBundle
  ) {
    super();
    this.trans = trans;
    this._form = form;
    this._actions = actions;
  }

  protected readonly trans: TranslationBundle;

  /** Emitted when something was typed. */
  get typed(): ISignal<this, void> {
    return this._changed;
  }

  /** Whether something is another value, and nothing is wrong: else it is no experiment. */
  get isReady(): boolean {
    return (
      Object.keys(this.getValue()).length > 0 &&
      this._form.rows.every(row => {
        const text = this._typed[row.name];
        return (
          !row.hyperparameter ||
          text === undefined ||
          complaint(row, text, this.trans) === null
        );
      })
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
        say={this._actions.say}
        onMake={this._actions.make}
        onChange={(name, text) => {
          this._typed = { ...this._typed, [name]: text };
          this.draw();
          this._changed.emit();
        }}
      />
    );
  }

  private readonly _form: IParamsForm;
  private readonly _actions: IValuesActions;
  private readonly _changed = new Signal<this, void>(this);
  private _typed: Readonly<Record<string, string>> = {};
}
