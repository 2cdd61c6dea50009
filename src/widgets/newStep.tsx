import { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { NewStep as Component } from '../components/newStep';
import type { IOption } from '../components/panel/combobox';
import { complaintOf } from '../step/newStep';
import type { INewStep } from '../step/newStep';

type Options = (typed: string) => Promise<ReadonlyArray<IOption>>;

/** The form of a new step, as the body of a dialog. */
export class NewStep extends ReactWidget {
  constructor(
    step: INewStep,
    inputs: Options,
    outputs: Options,
    trans: TranslationBundle
  ) {
    super();
    this._step = step;
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
    this.update();
  }

  getValue(): INewStep {
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
          this.update();
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

/** The dialog around the form; what a field does with a key isn't the dialog's. */
export class NewStepDialog extends Dialog<INewStep> {
  override handleEvent(event: Event): void {
    if (!(event instanceof KeyboardEvent) || !isOfField(event)) {
      super.handleEvent(event);
    }
  }
}

/** Whether Enter takes what is typed, or Escape closes the proposals. */
function isOfField(event: KeyboardEvent): boolean {
  const { target, key, type } = event;
  return (
    type === 'keydown' &&
    target instanceof HTMLInputElement &&
    target.getAttribute('role') === 'combobox' &&
    ((key === 'Enter' && target.value.trim() !== '') ||
      (key === 'Escape' && target.getAttribute('aria-expanded') === 'true'))
  );
}
