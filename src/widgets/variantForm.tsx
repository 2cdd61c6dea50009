import type { TranslationBundle } from '@jupyterlab/translation';

import type { IError, IVariants } from '../_api';
import type { IOption } from '../components/panel/combobox';
import { VariantForm as Component } from '../components/variantForm';
import type { IVariantRefusal } from '../components/variantForm';
import { complaintsOf, fieldOf } from '../step/variantProblems';
import type { ITakenName, IVariantDraft } from '../step/variants';
import { FormBody } from './formBody';

/** What the form asks of who opened it. */
export interface IVariantActions {
  /** The sentence of an error, with what to do about it. */
  readonly say: (error: Pick<IError, 'code' | 'args'>) => string;
  readonly options: (
    kind: 'in' | 'out',
    typed: string
  ) => Promise<ReadonlyArray<IOption>>;
}

/** The form of a variant, as the body of a dialog. */
export class VariantForm extends FormBody {
  /**
   * @param old - The name that the variant has in the file; null for a new one.
   */
  constructor(
    info: IVariants,
    draft: IVariantDraft,
    taken: ReadonlyArray<ITakenName>,
    old: string | null,
    actions: IVariantActions,
    trans: TranslationBundle
  ) {
    super();
    this._info = info;
    this._draft = draft;
    this._taken = taken;
    this._old = old;
    this._actions = actions;
    this.trans = trans;
  }

  protected readonly trans: TranslationBundle;

  get draft(): IVariantDraft {
    return this._draft;
  }

  get info(): IVariants {
    return this._info;
  }

  /** The file changed: what is typed stays, and is held against what is there now. */
  set info(info: IVariants) {
    this._info = info;
    this.draw();
  }

  /** Whether the page sees nothing wrong; where it does, the focus goes there. */
  judge(): boolean {
    this._attempts += 1;
    this.draw();
    return this._complaints().length === 0;
  }

  /** Say why the server refuses it, until something else is typed. */
  refuse(
    error: Pick<IError, 'code' | 'args'> | null,
    text: string,
    diff = ''
  ): void {
    this._refusal = {
      field: error === null ? null : fieldOf(error, this._draft, this._info),
      text,
      diff
    };
    this._attempts += 1;
    this.draw();
  }

  protected render(): JSX.Element {
    const { say, options } = this._actions;
    return (
      <Component
        info={this._info}
        draft={this._draft}
        refusals={[
          ...this._complaints(),
          ...(this._refusal === null ? [] : [this._refusal])
        ]}
        attempts={this._attempts}
        fixed={path => say({ code: 'variant-fixed-path', args: { path } })}
        trans={this.trans}
        options={options}
        onChange={draft => {
          this._draft = draft;
          this._refusal = null;
          this.draw();
        }}
      />
    );
  }

  private _complaints(): IVariantRefusal[] {
    const found = complaintsOf(
      this._draft,
      this._info,
      this._taken,
      this._old,
      this.trans
    );
    return found
      .filter(
        // What nobody has come to yet isn't wrong.
        ({ field }) =>
          field.of !== 'items' || this._draft.items !== '' || this._attempts > 0
      )
      .map(({ field, error }) => ({
        field,
        text: this._actions.say(error),
        diff: ''
      }));
  }

  private _info: IVariants;
  private _draft: IVariantDraft;
  private readonly _taken: ReadonlyArray<ITakenName>;
  private readonly _old: string | null;
  private readonly _actions: IVariantActions;
  private _refusal: IVariantRefusal | null = null;
  private _attempts = 0;
}
