import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { NewStep as Component } from '../components/newStep';
import type { IOption } from '../components/panel/combobox';
import { complaintOf } from '../step/newStep';
import type { INewStep } from '../step/newStep';
import { FormBody } from './formBody';

type Options = (typed: string) => Promise<ReadonlyArray<IOption>>;

/** The form of a new step, as the body of a dialog. */
export class NewStep extends FormBody {
  /**
   * @param name - What is proposed for the notebook.
   * @param inputs - What may be read, for what is typed so far.
   */
  constructor(
    name: string,
    inputs: Options,
    outputs: Options,
    trans: TranslationBundle
  ) {
    super();
    this._step = {
      name,
      inputs: [],
      outputs: [],
      typed: { input: '', output: '' },
      params: []
    };
    this._inputs = inputs;
    this._outputs = outputs;
    this.trans = trans;
  }

  protected readonly trans: TranslationBundle;

  /** Emitted when something was typed. */
  get typed(): ISignal<this, void> {
    return this._typed;
  }

  get isValid(): boolean {
    return complaintOf(this._step) === null;
  }

  /** Why what was typed was refused, until something else is. */
  set refusal(sentence: string | null) {
    this._refusal = sentence;
    this.draw();
  }

  get step(): INewStep {
    return this._step;
  }

  protected render(): JSX.Element {
    const complaint = complaintOf(this._step);
    return (
      <Component
        step={this._step}
        complaint={complaint}
        refusal={this._refusal}
        trans={this.trans}
        inputs={this._inputs}
        outputs={this._outputs}
        onChange={step => {
          this._step = step;
          this._refusal = null;
          this.draw();
          this._typed.emit();
        }}
      />
    );
  }

  private readonly _inputs: Options;
  private readonly _outputs: Options;
  private readonly _typed = new Signal<this, void>(this);
  private _step: INewStep;
  private _refusal: string | null = null;
}
