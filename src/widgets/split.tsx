import { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { ISplit } from '../_api';
import type { IShownProblem } from '../components/problems';
import { Split as Component } from '../components/split';
import { FIRST_FIELD, FormBody } from './formBody';

/** How long typing pauses before the server half is asked, in ms. */
const PAUSE = 250;

/** What is known of a cut under a name. */
export interface ICut {
  /** Of which notebook: its cells. */
  readonly state: string;
  /** The numbers of the first and the last cell that would leave it. */
  readonly range: readonly [number, number];
  readonly answer: ISplit | null;
  readonly isNameRefused: boolean;
  readonly problems: ReadonlyArray<IShownProblem>;
}

/** The form of a cut, as the body of a dialog; its value is null until the cut can be made. */
export class Split extends FormBody {
  /**
   * @param name - What is proposed for the new notebook.
   * @param range - The numbers of the first and the last cell that move, as long as nobody else moves them.
   * @param ask - What a cut under a name would do.
   * @param showCell - The cell of a problem is to be shown.
   */
  constructor(
    name: string,
    range: readonly [number, number],
    ask: (name: string) => Promise<ICut>,
    showCell: (problem: IShownProblem) => void,
    trans: TranslationBundle
  ) {
    super();
    this._name = name;
    this._range = range;
    this._ask = ask;
    this._showCell = showCell;
    this.trans = trans;
    void this._look();
  }

  protected readonly trans: TranslationBundle;

  /** Emitted when it is known whether the cut can be made, and when that isn't known any more. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Whether the answer to what was typed is still to come. */
  get isWaiting(): boolean {
    return this._cut === null;
  }

  override dispose(): void {
    window.clearTimeout(this._timer);
    super.dispose();
  }

  getValue(): ICut | null {
    const answer = this._cut?.answer ?? null;
    return answer === null ? null : this._cut;
  }

  protected render(): JSX.Element {
    const problems = this._cut?.problems ?? [];
    return (
      <Component
        name={this._name}
        range={this._range}
        isWaiting={this._cut === null}
        isNameRefused={this._cut?.isNameRefused ?? false}
        answer={this._cut?.answer ?? null}
        problems={problems}
        trans={this.trans}
        onShow={index => {
          const problem = problems[index];
          if (problem !== undefined) {
            this._showCell(problem);
          }
        }}
        onName={name => {
          this._name = name;
          this._show(null);
          window.clearTimeout(this._timer);
          this._timer = window.setTimeout(() => void this._look(), PAUSE);
        }}
      />
    );
  }

  private async _look(): Promise<void> {
    const name = this._name;
    const cut = await this._ask(name);
    if (name === this._name && !this.isDisposed) {
      this._show(cut);
    }
  }

  private _show(cut: ICut | null): void {
    this._cut = cut;
    this._range = cut?.range ?? this._range;
    this.draw();
    this._changed.emit();
  }

  private _range: readonly [number, number];
  private readonly _ask: (name: string) => Promise<ICut>;
  private readonly _showCell: (problem: IShownProblem) => void;
  private readonly _changed = new Signal<this, void>(this);
  private _name: string;
  private _cut: ICut | null = null;
  private _timer = 0;
}

/** The dialog around the form; it says yes to nothing that can't be done. */
export class SplitDialog extends Dialog<ICut | null> {
  constructor(form: Split, title: string, trans: TranslationBundle) {
    super({
      title,
      body: form,
      focusNodeSelector: FIRST_FIELD,
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.okButton({ label: trans.__('Split') })
      ]
    });
    this._form = form;
    this._enable();
    form.changed.connect(this._enable, this);
  }

  override handleEvent(event: Event): void {
    const isYes =
      event instanceof KeyboardEvent &&
      event.type === 'keydown' &&
      event.key === 'Enter' &&
      event.target instanceof HTMLInputElement;
    if (isYes && this._form.getValue() === null) {
      event.preventDefault();
      event.stopPropagation();
      this._isAccepted = this._form.isWaiting;
    } else {
      super.handleEvent(event);
    }
  }

  private _enable(): void {
    const accept = this.node.querySelector<HTMLButtonElement>(
      'button.jp-mod-accept'
    );
    const isPossible = this._form.getValue() !== null;
    if (accept !== null) {
      accept.disabled = !isPossible;
    }
    if (this._isAccepted && !this._form.isWaiting) {
      this._isAccepted = false;
      if (isPossible) {
        this.resolve();
      }
    }
  }

  private readonly _form: Split;
  /** Enter was pressed before the answer came. */
  private _isAccepted = false;
}
