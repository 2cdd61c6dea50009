import type { NotebookPanel } from '@jupyterlab/notebook';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { COMMANDS, VARIANT_COMMANDS } from '../commands/ids';
import type {
  IVariantsActions,
  IVariantsProps
} from '../components/panel/variants';
import { failureSentence, sentence } from '../sentence';
import type { StepModel } from '../step/model';
import { VariantsModel } from '../step/variantsModel';
import type { IPanelContext } from './panel';

/** The panel's list of variants: asked for when the step may have changed. */
export class PanelVariants {
  constructor(notebook: NotebookPanel, context: IPanelContext) {
    this._notebook = notebook;
    this._context = context;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Ask for those of a step, where it can have any. */
  ask({ state, path }: StepModel): void {
    if (this._model?.path !== path) {
      this._model?.dispose();
      this._model = new VariantsModel(path, this._context.server);
      this._model.changed.connect(this._onChanged, this);
    }
    const condition = state?.step?.state ?? 'no-step';
    if (state !== null && state.project !== null && condition !== 'no-step') {
      void this._model.refresh();
    }
  }

  /** What is shown of them; null where the step can have none. */
  propsOf({ state }: StepModel): IVariantsProps | null {
    const { trans } = this._context;
    if (this._model === null || state === null || state.project === null) {
      return null;
    }
    const { listed, failure } = this._model;
    return {
      listed,
      failure: failure === null ? null : failureSentence(failure, trans),
      stages: state.stages,
      trans,
      describe: problem => sentence(problem, trans),
      actions: this._actions
    };
  }

  dispose(): void {
    this._model?.dispose();
    Signal.clearData(this);
  }

  private readonly _actions: IVariantsActions = {
    add: () => void this._execute(COMMANDS.duplicate),
    run: name => void this._execute(VARIANT_COMMANDS.run, name),
    edit: name => void this._execute(VARIANT_COMMANDS.edit, name),
    remove: name => this._execute(VARIANT_COMMANDS.remove, name),
    mend: name => void this._execute(VARIANT_COMMANDS.mend, name)
  };

  private async _execute(
    command: string,
    variant: string | null = null
  ): Promise<void> {
    const { path } = this._notebook.context;
    await this._context.commands.execute(
      command,
      variant === null ? { path } : { path, variant }
    );
  }

  private _onChanged(): void {
    this._changed.emit();
  }

  private readonly _notebook: NotebookPanel;
  private readonly _context: IPanelContext;
  private readonly _changed = new Signal<this, void>(this);
  private _model: VariantsModel | null = null;
}
