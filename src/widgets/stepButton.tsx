import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { MenuSvg, ReactWidget } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { Message } from '@lumino/messaging';

import { COMMANDS, TOOLBAR_MENU } from '../commands/ids';
import { StepButton as Component } from '../components/stepButton';
import { describeReasons } from '../problem';
import { draftOf } from '../step/draft';
import type { Draft } from '../step/draft';
import { stepLabel } from '../step/label';
import type { StepModel } from '../step/model';
import type { Steps } from '../step/steps';

/** The toolbar button of one notebook; it looks at the step while it can be seen. */
export class StepButton extends ReactWidget {
  constructor(
    panel: NotebookPanel,
    steps: Steps,
    commands: CommandRegistry,
    trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-DVCStepButton-host');
    this.trans = trans;
    this._panel = panel;
    this._steps = steps;
    this._menu = new MenuSvg({ commands });
    this._menu.addClass('jp-DVCStepMenu');
    this._menu.aboutToClose.connect(this._onMenuClosed, this);
    this._step = this._acquire();
    panel.context.pathChanged.connect(this._onPathChanged, this);
    panel.context.fileChanged.connect(this._onFileChanged, this);
    this._draft = draftOf(panel);
    this._draft.changed.connect(this.update, this);
  }

  protected readonly trans: TranslationBundle;

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._release();
    this._panel.context.pathChanged.disconnect(this._onPathChanged, this);
    this._panel.context.fileChanged.disconnect(this._onFileChanged, this);
    this._draft.changed.disconnect(this.update, this);
    this._menu.dispose();
    super.dispose();
  }

  protected render(): JSX.Element {
    return (
      <Component
        label={stepLabel(this._step, this._draft.isUnsaved, this.trans)}
        isOpen={this._menu.isAttached}
        trans={this.trans}
        describe={reasons => describeReasons(reasons, this.trans)}
        onOpen={button => {
          this._open(button);
        }}
      />
    );
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this._setLooking(this.isVisible);
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._setLooking(true);
  }

  protected override onBeforeHide(message: Message): void {
    super.onBeforeHide(message);
    this._setLooking(false);
  }

  protected override onBeforeDetach(message: Message): void {
    this._setLooking(false);
    super.onBeforeDetach(message);
  }

  private _open(button: HTMLElement): void {
    if (this._menu.isAttached) {
      this._menu.close();
      return;
    }
    const { path } = this._panel.context;
    this._menu.clearItems();
    for (const command of TOOLBAR_MENU) {
      if (command === COMMANDS.check || command === COMMANDS.runStep) {
        this._menu.addItem({ type: 'separator' });
      }
      this._menu.addItem({ command, args: { path } });
    }
    const { left, bottom } = button.getBoundingClientRect();
    const before = document.activeElement;
    this._opener =
      before instanceof HTMLElement && this._panel.node.contains(before)
        ? before
        : button;
    this._menu.open(left, bottom, { forceX: false, forceY: false });
    this._menu.activeIndex = 0;
    // At once: else the toolbar, after a click of the mouse, gives the focus back to the notebook.
    this._menu.node.focus();
    this.update();
  }

  private _onMenuClosed(): void {
    // The menu is still attached while it tells; the focus goes back to where the keyboard came from.
    requestAnimationFrame(() => {
      if (this.isDisposed) {
        return;
      }
      this.update();
      if (document.activeElement === document.body) {
        this._opener?.focus();
      }
    });
  }

  private _setLooking(isLooking: boolean): void {
    if (isLooking === this._isLooking) {
      return;
    }
    this._isLooking = isLooking;
    if (isLooking) {
      this._step.look();
    } else {
      this._step.lookAway();
    }
  }

  private _acquire(): StepModel {
    const step = this._steps.acquire(this._panel.context.localPath);
    step.stateChanged.connect(this._onStateChanged, this);
    return step;
  }

  private _release(): void {
    this._setLooking(false);
    this._step.stateChanged.disconnect(this._onStateChanged, this);
    this._steps.release(this._step);
  }

  private _onPathChanged(): void {
    this._release();
    this._step = this._acquire();
    this._setLooking(this.isVisible);
    this.update();
  }

  /** Saved, by this page or, where a notebook is edited together, by the server. */
  private _onFileChanged(): void {
    // The server watches the notebooks of stages only, and may have read a file half written.
    this._step.hint();
  }

  private _onStateChanged(): void {
    this.update();
  }

  private readonly _panel: NotebookPanel;
  private readonly _steps: Steps;
  private readonly _menu: MenuSvg;
  private readonly _draft: Draft;
  private _step: StepModel;
  private _opener: HTMLElement | null = null;
  private _isLooking = false;
}
