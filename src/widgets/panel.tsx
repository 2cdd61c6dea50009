import { Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';

import type { IUse } from '../_api';
import { COMMANDS, MAKE_HYPERPARAMETER } from '../commands/ids';
import { ParamValues } from '../commands/paramValues';
import type { IDue } from '../components/panel/head';
import { Panel as Component } from '../components/panel/panel';
import type { IPanelActions, IPart } from '../components/panel/props';
import type { IActiveCell, ISplitHere } from '../components/panel/role';
import { failureSentence, sentence } from '../sentence';
import { whyNoCut } from '../step/cuttable';
import { docstringOf } from '../step/docstring';
import type { DocstringModel } from '../step/docstring';
import { whyDocstringLocked } from '../step/docstringLock';
import { draftOf } from '../step/draft';
import type { Draft } from '../step/draft';
import { applyChanges, wrongWith } from '../step/editing';
import { isUnreadable } from '../step/fields';
import { stepLabel } from '../step/label';
import { isEditable, isReadOnly } from '../step/lock';
import type { StepModel } from '../step/model';
import { proposals } from '../step/proposals';
import { roleOf, toggleRole } from '../step/role';
import type { Steps } from '../step/steps';
import { PanelVariants } from './panelVariants';

/** How long typing pauses before a change that isn't the docstring's is shown, in ms. */
const PAUSE = 150;

/** What the panel works with. */
export interface IPanelContext {
  readonly steps: Steps;
  readonly commands: CommandRegistry;
  readonly documents: IDocumentManager;
  readonly server: ServerConnection.ISettings;
  readonly trans: TranslationBundle;
}

/** The panel of one notebook; it looks at the step and its docstring while it can be seen. */
export class Panel extends ReactWidget {
  constructor(
    readonly notebook: NotebookPanel,
    context: IPanelContext
  ) {
    super();
    this.addClass('jp-DVCPanel-host');
    this._context = context;
    this._docstring = docstringOf(notebook, context.server);
    this._values = new ParamValues(this._docstring, context, () => {
      this._docstring.hint();
      this._step.hint();
    });
    this._draft = draftOf(notebook);
    this._step = context.steps.acquire(notebook.context.localPath);
    this._step.stateChanged.connect(this._onState, this);
    this._variants = new PanelVariants(notebook, context);
    this._variants.changed.connect(this.update, this);
    this._docstring.changed.connect(this.update, this);
    this._draft.changed.connect(this.update, this);
    notebook.content.activeCellChanged.connect(this._onChanged, this);
    notebook.content.modelContentChanged.connect(this._onContent, this);
    notebook.context.fileChanged.connect(this._onChanged, this);
    notebook.context.pathChanged.connect(this._onPathChanged, this);
    notebook.disposed.connect(this.dispose, this);
  }

  /** Whether it can be seen: what nobody sees asks for nothing. */
  setLooking(isLooking: boolean): void {
    if (isLooking === this._isLooking) {
      return;
    }
    this._isLooking = isLooking;
    if (isLooking) {
      this._step.look();
      this._docstring.look(true);
      this._onState();
    } else {
      this._docstring.lookAway(true);
      this._step.lookAway();
    }
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    const { notebook } = this;
    window.clearTimeout(this._timer);
    this.setLooking(false);
    notebook.disposed.disconnect(this.dispose, this);
    this._docstring.changed.disconnect(this.update, this);
    this._draft.changed.disconnect(this.update, this);
    this._step.stateChanged.disconnect(this._onState, this);
    this._context.steps.release(this._step);
    this._variants.dispose();
    if (!notebook.isDisposed) {
      notebook.content.activeCellChanged.disconnect(this._onChanged, this);
      notebook.content.modelContentChanged.disconnect(this._onContent, this);
      notebook.context.fileChanged.disconnect(this._onChanged, this);
      notebook.context.pathChanged.disconnect(this._onPathChanged, this);
    }
    super.dispose();
  }

  protected render(): JSX.Element | null {
    const { notebook } = this;
    if (notebook.isDisposed) {
      return null;
    }
    const { trans } = this._context;
    const { parsed, uses, failure } = this._docstring;
    const script = this._step.state?.step?.script ?? null;
    return (
      <Component
        key={notebook.id}
        label={stepLabel(this._step, this._draft.isUnsaved, trans)}
        due={this._due()}
        parsed={parsed}
        uses={uses ?? []}
        failure={failure === null ? null : failureSentence(failure, trans)}
        variants={this._variants.propsOf(this._step)}
        cell={this._cell()}
        cellLocked={this._cellLocked()}
        locked={whyDocstringLocked(notebook, parsed, trans)}
        trans={trans}
        actions={this._actions}
        describe={this._describe}
        onToggleRole={() => {
          this._toggleRole();
        }}
        split={this._split()}
        onOpenScript={
          script === null
            ? null
            : () => {
                this._context.documents.openOrReveal(this._besides(script));
              }
        }
        onShowUse={use => {
          this._showUse(use);
        }}
      />
    );
  }

  private readonly _describe: IPart['describe'] = problem =>
    sentence(problem, this._context.trans);

  private readonly _actions: IPanelActions = {
    apply: changes => this._tried(applyChanges(this._docstring, changes)),
    change: async changes => {
      const reason = await this._tried(applyChanges(this._docstring, changes));
      if (reason !== null) {
        Notification.error(reason, { autoClose: false });
      }
      return reason === null;
    },
    check: async changes => {
      try {
        const wrong = await wrongWith(this._docstring, changes);
        return wrong === null ? null : this._describe(wrong);
      } catch (reason) {
        return failureSentence(reason, this._context.trans);
      }
    },
    complete: (kind, typed) =>
      proposals(
        this._context.server,
        this._docstring.path,
        kind === 'hyperparameter' ? 'key' : kind === 'in' ? 'in' : 'out',
        typed,
        this._context.trans
      ),
    setValue: (key, value, expected) =>
      this._tried(this._values.setAndTell(key, value, expected)),
    makeHyperparameter: param => {
      const { path } = this.notebook.context;
      void this._context.commands.execute(MAKE_HYPERPARAMETER, { path, param });
    },
    reveal: start => {
      this._reveal(this._docstring.parsed?.cell ?? 1, start);
    }
  };

  private async _tried(attempt: Promise<void>): Promise<string | null> {
    try {
      await attempt;
      return null;
    } catch (reason) {
      return failureSentence(reason, this._context.trans);
    }
  }

  private _due(): IDue | null {
    const { commands, trans } = this._context;
    const { path } = this.notebook.context;
    const of = (command: string, label: string, isFree = true): IDue => ({
      label,
      isEnabled: isFree && commands.isEnabled(command, { path }),
      run: () => void commands.execute(command, { path })
    });
    const condition = this._step.state?.step?.state ?? null;
    const { parsed } = this._docstring;
    if (condition === 'running' || condition === 'queued') {
      return of(COMMANDS.stop, trans.__('Stop'));
    }
    if (parsed !== null && parsed.start === null) {
      return isUnreadable(parsed)
        ? null
        : of(
            COMMANDS.makeStep,
            trans.__('Make this notebook a step'),
            !isReadOnly(this.notebook)
          );
    }
    if (parsed === null || condition === null) {
      return null;
    }
    if (this._step.state?.project === null) {
      return {
        label: trans.__('Make a project here'),
        isEnabled: true,
        run: () =>
          void commands.execute(COMMANDS.init, {
            folder: PathExt.dirname(path)
          })
      };
    }
    if (
      condition === 'not-synced' ||
      condition === 'no-step' ||
      this._draft.isUnsaved
    ) {
      return of(COMMANDS.sync, trans.__('Sync'));
    }
    if (condition === 'stale' || condition === 'failed') {
      return of(COMMANDS.runStep, trans.__('Run'));
    }
    return condition === 'unknown'
      ? of(COMMANDS.check, trans.__('Check'))
      : null;
  }

  private _cell(): IActiveCell | null {
    const { parsed } = this._docstring;
    const { activeCell, activeCellIndex } = this.notebook.content;
    if (parsed === null || parsed.start === null || activeCell === null) {
      return null;
    }
    const role = roleOf(activeCell.model, activeCellIndex, parsed);
    return {
      number: activeCellIndex + 1,
      role: role?.role ?? null,
      by: role?.by ?? null
    };
  }

  private _cellLocked(): string | null {
    const { trans } = this._context;
    if (isReadOnly(this.notebook)) {
      return trans.__('The notebook can only be read.');
    }
    const { activeCell } = this.notebook.content;
    return activeCell === null || isEditable(activeCell.model)
      ? null
      : trans.__('The cell is not editable.');
  }

  private _split(): ISplitHere {
    const { commands, trans } = this._context;
    const { context, content } = this.notebook;
    return {
      why: whyNoCut(this.notebook, content.activeCellIndex + 1, trans),
      run: () => void commands.execute(COMMANDS.split, { path: context.path })
    };
  }

  private _toggleRole(): void {
    const { parsed } = this._docstring;
    const { activeCell, activeCellIndex } = this.notebook.content;
    if (parsed !== null && activeCell !== null) {
      toggleRole(activeCell.model, activeCellIndex, parsed);
      this._docstring.hint();
      this.update();
    }
  }

  private _showUse(use: IUse): void {
    const cell = this.notebook.content.widgets[use.cell - 1];
    if (cell !== undefined) {
      const lines = cell.model.sharedModel.getSource().split('\n');
      const start = lines
        .slice(0, use.line - 1)
        .reduce((sum, line) => sum + line.length + 1, 0);
      this._reveal(use.cell, start);
    }
  }

  private _reveal(number: number, start: number): void {
    const { content } = this.notebook;
    const cell = content.widgets[number - 1];
    if (cell === undefined) {
      return;
    }
    content.activeCellIndex = number - 1;
    void content.scrollToCell(cell).then(async () => {
      await cell.ready;
      const position = cell.editor?.getPositionAt(start);
      if (position !== undefined) {
        cell.editor?.setCursorPosition(position);
      }
      content.mode = 'edit';
    });
  }

  /** A path of the server half as one of the drive that the notebook is on. */
  private _besides(localPath: string): string {
    const { path, localPath: own } = this.notebook.context;
    return path.slice(0, path.length - own.length) + localPath;
  }

  private _onState(): void {
    // Of what other stages make, and of values, the docstring's rows tell too.
    const rev = this._step.state?.rev ?? null;
    if (this._isLooking && rev !== this._rev) {
      this._rev = rev;
      this._docstring.hint();
      this._variants.ask(this._step);
    }
    this.update();
  }

  private _onChanged(): void {
    window.clearTimeout(this._timer);
    this.update();
  }

  /** The active cell's role and tags may be others: shown when typing pauses, which it mustn't slow down. */
  private _onContent(): void {
    window.clearTimeout(this._timer);
    this._timer = window.setTimeout(() => {
      this.update();
    }, PAUSE);
  }

  private _onPathChanged(): void {
    const isLooking = this._isLooking;
    this.setLooking(false);
    this._step.stateChanged.disconnect(this._onState, this);
    this._context.steps.release(this._step);
    this._step = this._context.steps.acquire(this.notebook.context.localPath);
    this._step.stateChanged.connect(this._onState, this);
    this.setLooking(isLooking);
    if (isLooking) {
      this._variants.ask(this._step);
    }
    this._docstring.hint();
    this.update();
  }

  private readonly _context: IPanelContext;
  private readonly _docstring: DocstringModel;
  private readonly _draft: Draft;
  private readonly _values: ParamValues;
  private _step: StepModel;
  private readonly _variants: PanelVariants;
  private _rev: string | null = null;
  private _timer = 0;
  private _isLooking = false;
}
