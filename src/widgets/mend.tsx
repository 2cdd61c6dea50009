import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';

import type { IError, IVariant } from '../_api';
import { Mend as Component } from '../components/mend';

/** What the list asks of who opened it. */
export interface IMendActions {
  readonly say: (error: IError) => string;
  readonly edit: (name: string) => void;
}

/** The variants that no longer fit their notebook, as the body of a dialog. */
export class Mend extends ReactWidget {
  constructor(
    variants: ReadonlyArray<IVariant>,
    actions: IMendActions,
    trans: TranslationBundle
  ) {
    super();
    this._variants = variants;
    this._actions = actions;
    this.trans = trans;
  }

  protected readonly trans: TranslationBundle;

  /** Show them as they are now, and why mending them failed. */
  refuse(variants: ReadonlyArray<IVariant>, refusal: string | null): void {
    this._variants = variants;
    this._refusal = refusal;
    this.update();
  }

  protected render(): JSX.Element {
    return (
      <Component
        variants={this._variants}
        refusal={this._refusal}
        say={this._actions.say}
        trans={this.trans}
        onEdit={this._actions.edit}
      />
    );
  }

  private _variants: ReadonlyArray<IVariant>;
  private readonly _actions: IMendActions;
  private _refusal: string | null = null;
}
