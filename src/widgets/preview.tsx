import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';

import type { IPreview } from '../_api';
import type { Language } from '../components/merge';
import { Preview as Component } from '../components/preview';
import type { IShownProblem } from '../components/problems';

/** What a preview shows; the server's answer, and its problems in the user's language. */
export interface IPreviewContent {
  readonly preview: IPreview;
  readonly clashes: ReadonlyArray<IShownProblem>;
  readonly warnings: ReadonlyArray<IShownProblem>;
  /** Why what is shown isn't that of the notebook's file as it is now. */
  readonly failure: IShownProblem | null;
  readonly isUnsaved: boolean;
}

/** What a preview asks of who opened it. */
export interface IPreviewActions {
  readonly showCell: (cell: number, line: number | null) => void;
  readonly apply: () => void;
  readonly applyAndRun: () => void;
  readonly overwrite: () => void;
}

/** The preview of a step, in the main area or in a dialog. */
export class Preview extends ReactWidget {
  constructor(
    content: IPreviewContent,
    language: Language,
    actions: IPreviewActions,
    trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-DVCPreview-host');
    this.trans = trans;
    this._content = content;
    this._language = language;
    this._actions = actions;
  }

  protected readonly trans: TranslationBundle;

  get content(): IPreviewContent {
    return this._content;
  }

  set content(content: IPreviewContent) {
    this._content = content;
    this.update();
  }

  /** Whether what it shows is being written: nothing is written twice at a time. */
  get isAtWork(): boolean {
    return this._isAtWork;
  }

  set isAtWork(isAtWork: boolean) {
    this._isAtWork = isAtWork;
    this.update();
  }

  protected render(): JSX.Element {
    return (
      <Component
        {...this._content}
        isAtWork={this._isAtWork}
        trans={this.trans}
        language={this._language}
        onShowCell={this._actions.showCell}
        onApply={this._actions.apply}
        onApplyAndRun={this._actions.applyAndRun}
        onOverwrite={this._actions.overwrite}
      />
    );
  }

  private _content: IPreviewContent;
  private _isAtWork = false;
  private readonly _language: Language;
  private readonly _actions: IPreviewActions;
}
