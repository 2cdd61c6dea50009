import { Notification } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';

import type { IUse } from '../_api';
import { complete, setValues } from '../api';
import { COMMANDS } from '../commands/ids';
import type { IOption } from '../components/panel/combobox';
import type { IDue } from '../components/panel/head';
import { Panel as Component } from '../components/panel/panel';
import type { IPanelActions } from '../components/panel/props';
import type { IActiveCell } from '../components/panel/role';
import { RequestError } from '../request';
import { sentence } from '../sentence';
import { docstringOf, Overtaken } from '../step/docstring';
import type { DocstringModel } from '../step/docstring';
import { draftOf } from '../step/draft';
import type { Draft } from '../step/draft';
import type { FieldKind } from '../step/fields';
import { stepLabel } from '../step/label';
import type { StepModel } from '../step/model';
import { roleOf, toggleRole } from '../step/role';
import type { Steps } from '../step/steps';
import { PanelVariants } from './panelVariants';

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
    this._draft = draftOf(notebook);
    this._step = context.steps.acquire(notebook.context.localPath);
    this._step.stateChanged.connect(this._onState, this);
    this._variants = new PanelVariants(notebook, context, reason =>
      this._sentence(reason)
    );
    this._variants.changed.connect(this.update, this);
    this._docstring.changed.connect(this.update, this);
    this._draft.changed.connect(this.update, this);
    notebook.content.activeCellChanged.connect(this._onChanged, this);
    notebook.content.modelContentChanged.connect(this._onChanged, this);
    notebook.context.pathChanged.connect(this._onPathChanged, this);
    this._step.look();
    this._docstring.look(true);
    this._onState();
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    const { notebook } = this;
    this._docstring.lookAway(true);
    this._step.lookAway();
    this._docstring.changed.disconnect(this.update, this);
    this._draft.changed.disconnect(this.update, this);
    this._step.stateChanged.disconnect(this._onState, this);
    this._context.steps.release(this._step);
    this._variants.dispose();
    if (!notebook.isDisposed) {
      notebook.content.activeCellChanged.disconnect(this._onChanged, this);
      notebook.content.modelContentChanged.disconnect(this._onChanged, this);
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
        label={stepLabel(this._step, trans)}
        due={this._due()}
        parsed={parsed}
        uses={uses ?? []}
        failure={failure === null ? null : this._sentence(failure)}
        variants={this._variants.propsOf(this._step)}
        cell={this._cell()}
        cellLocked={this._cellLocked()}
        locked={this._locked()}
        trans={trans}
        actions={this._actions}
        describe={mark => sentence(mark, trans)}
        onToggleRole={() => {
          this._toggleRole();
        }}
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

  private readonly _actions: IPanelActions = {
    apply: changes => this._tried(this._docstring.apply(changes)),
    check: changes => this._tried(this._docstring.check(changes)),
    complete: (kind, typed) => this._completions(kind, typed),
    setValue: (key, value, expected) => this._setValue(key, value, expected),
    reveal: start => {
      this._reveal(this._docstring.parsed?.cell ?? 1, start);
    }
  };

  private async _tried(attempt: Promise<void>): Promise<string | null> {
    try {
      await attempt;
      return null;
    } catch (reason) {
      return this._sentence(reason);
    }
  }

  private async _completions(
    kind: FieldKind,
    typed: string
  ): Promise<ReadonlyArray<IOption>> {
    const { server, trans } = this._context;
    const asked =
      kind === 'hyperparameter' ? 'key' : kind === 'in' ? 'in' : 'out';
    try {
      const { items } = await complete(
        server,
        this._docstring.path,
        asked,
        typed
      );
      return items.map(item => ({
        text: item.text,
        note:
          item.maker !== null
            ? trans.__('made by %1', item.maker)
            : item.value !== null
              ? item.value
              : item.kind === 'tracked'
                ? trans.__('tracked by DVC')
                : ''
      }));
    } catch {
      // Proposals are a convenience: what is typed is checked all the same.
      return [];
    }
  }

  private async _setValue(
    key: string,
    value: string | null,
    expected: string | null
  ): Promise<string | null> {
    const { server, trans } = this._context;
    const { path } = this._docstring;
    try {
      await setValues(server, {
        path,
        cell: this._docstring.cell,
        values: { [key]: value },
        expected: { [key]: expected }
      });
    } catch (reason) {
      return this._sentence(reason);
    }
    this._docstring.hint();
    this._step.hint();
    Notification.success(trans.__('%1 is now %2.', key, value ?? ''), {
      autoClose: 8000,
      actions: [
        {
          label: trans.__('Undo'),
          callback: () => {
            void this._undoValue(key, value, expected);
          }
        }
      ]
    });
    return null;
  }

  private async _undoValue(
    key: string,
    value: string | null,
    before: string | null
  ): Promise<void> {
    const { server, trans } = this._context;
    try {
      await setValues(server, {
        path: this._docstring.path,
        cell: this._docstring.cell,
        values: { [key]: before },
        expected: { [key]: value }
      });
      this._docstring.hint();
      this._step.hint();
    } catch (reason) {
      Notification.error(trans.__('Undo: %1', this._sentence(reason)), {
        autoClose: false
      });
    }
  }

  private _due(): IDue | null {
    const { commands, trans } = this._context;
    const { path } = this.notebook.context;
    const of = (command: string, label: string): IDue => ({
      label,
      isEnabled: commands.isEnabled(command, { path }),
      run: () => void commands.execute(command, { path })
    });
    const condition = this._step.state?.step?.state ?? null;
    const { parsed } = this._docstring;
    if (condition === 'running' || condition === 'queued') {
      return of(COMMANDS.stop, trans.__('Stop'));
    }
    if (parsed !== null && parsed.start === null) {
      return of(COMMANDS.makeStep, trans.__('Make this notebook a step'));
    }
    if (parsed === null || condition === null) {
      return null;
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

  /** Why the docstring can't be changed. */
  private _locked(): string | null {
    const { trans } = this._context;
    const { parsed } = this._docstring;
    if (this.notebook.context.model.readOnly) {
      return trans.__('The notebook can only be read.');
    }
    if (parsed === null) {
      return null;
    }
    if (parsed.locked !== null) {
      return sentence(parsed.locked, this._context.trans);
    }
    const cell =
      parsed.cell === null
        ? undefined
        : this.notebook.content.widgets[parsed.cell - 1];
    return cell?.model.getMetadata('editable') === false
      ? trans.__(
          'Cell %1, which holds the docstring, is not editable.',
          parsed.cell
        )
      : null;
  }

  private _cellLocked(): string | null {
    const { trans } = this._context;
    if (this.notebook.context.model.readOnly) {
      return trans.__('The notebook can only be read.');
    }
    return this.notebook.content.activeCell?.model.getMetadata('editable') ===
      false
      ? trans.__('The cell is not editable.')
      : null;
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

  private _sentence(reason: unknown): string {
    const { trans } = this._context;
    if (reason instanceof Overtaken) {
      return trans.__('The cell changed meanwhile. Try again.');
    }
    if (reason instanceof RequestError && reason.problem !== null) {
      return sentence(reason.problem, trans);
    }
    return reason instanceof Error ? reason.message : String(reason);
  }

  private _onState(): void {
    // Of what other stages make, and of values, the docstring's rows tell too.
    const rev = this._step.state?.rev ?? null;
    if (rev !== this._rev) {
      this._rev = rev;
      this._docstring.hint();
      this._variants.ask(this._step);
    }
    this.update();
  }

  private _onChanged(): void {
    this.update();
  }

  private _onPathChanged(): void {
    this._step.lookAway();
    this._step.stateChanged.disconnect(this._onState, this);
    this._context.steps.release(this._step);
    this._step = this._context.steps.acquire(this.notebook.context.localPath);
    this._step.stateChanged.connect(this._onState, this);
    this._step.look();
    this._variants.ask(this._step);
    this._docstring.hint();
    this.update();
  }

  private readonly _context: IPanelContext;
  private readonly _docstring: DocstringModel;
  private readonly _draft: Draft;
  private _step: StepModel;
  private readonly _variants: PanelVariants;
  private _rev: string | null = null;
}
