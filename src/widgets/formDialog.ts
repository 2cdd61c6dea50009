import { Dialog } from '@jupyterlab/apputils';

/** A dialog whose form is sent while it is open: it stays, with all that was typed, until that went well. */
export class FormDialog<T> extends Dialog<T> {
  /**
   * @param submit - Called for the button that accepts, the last one; resolves to whether all is done.
   */
  constructor(
    options: Partial<Dialog.IOptions<T>> & {
      readonly buttons: ReadonlyArray<Dialog.IButton>;
    },
    submit: () => Promise<boolean>
  ) {
    super(options);
    this._last = options.buttons.length - 1;
    this._submit = submit;
  }

  override resolve(index = this._last): void {
    if (index !== this._last) {
      super.resolve(index);
    } else if (!this._isAtWork) {
      this._setAtWork(true);
      void this._submit()
        .then(isDone => {
          if (isDone && !this.isDisposed) {
            super.resolve(index);
          }
        })
        .finally(() => {
          this._setAtWork(false);
        });
    }
  }

  override handleEvent(event: Event): void {
    if (!(event instanceof KeyboardEvent) || !isOfField(event)) {
      super.handleEvent(event);
    }
  }

  /** The button keeps the focus: disabled it would lose it, and Escape would lead nowhere. */
  private _setAtWork(isAtWork: boolean): void {
    this._isAtWork = isAtWork;
    this.node
      .querySelector('.jp-Dialog-footer .jp-mod-accept')
      ?.setAttribute('aria-disabled', String(isAtWork));
  }

  private readonly _last: number;
  private readonly _submit: () => Promise<boolean>;
  private _isAtWork = false;
}

/** Whether Enter takes a proposal or what is typed, or Escape closes the proposals. */
function isOfField({ target, key, type }: KeyboardEvent): boolean {
  if (type !== 'keydown' || !(target instanceof HTMLInputElement)) {
    return false;
  }
  const isOpen = target.getAttribute('aria-expanded') === 'true';
  return key === 'Enter'
    ? (isOpen && target.hasAttribute('aria-activedescendant')) ||
        target.closest('[data-takes-enter="true"]') !== null
    : key === 'Escape' && isOpen;
}
