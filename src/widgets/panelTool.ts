import { NotebookTools } from '@jupyterlab/notebook';
import type { INotebookTools, NotebookPanel } from '@jupyterlab/notebook';
import type { Message } from '@lumino/messaging';
import { PanelLayout } from '@lumino/widgets';

import type { IPanelContext, Panel } from './panel';

/** The section of the notebook tools; what stands in it is loaded when it is first seen. */
export class PanelTool extends NotebookTools.Tool {
  constructor(tools: INotebookTools, context: IPanelContext) {
    super();
    // A tool that comes with its section isn't told.
    this.notebookTools = tools;
    this.addClass('jp-DVCPanelTool');
    this._context = context;
    this._content = new PanelLayout();
    this.layout = this._content;
  }

  protected override onActiveNotebookPanelChanged(message: Message): void {
    super.onActiveNotebookPanelChanged(message);
    this._show();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this._show();
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._show();
  }

  protected override onBeforeHide(message: Message): void {
    super.onBeforeHide(message);
    this._panel?.setLooking(false);
  }

  protected override onBeforeDetach(message: Message): void {
    this._panel?.setLooking(false);
    super.onBeforeDetach(message);
  }

  private _show(): void {
    if (!this.isVisible) {
      return;
    }
    const notebook = this.notebookTools.activeNotebookPanel;
    if (this._panel?.notebook === notebook) {
      // What was typed in it is there still: a change of the theme hides it, too.
      this._panel?.setLooking(true);
      return;
    }
    this._clear();
    if (notebook !== null) {
      void this._fill(notebook);
    }
  }

  private async _fill(notebook: NotebookPanel): Promise<void> {
    const { Panel: Shown } = await import('./panel');
    await notebook.context.ready;
    const isWanted =
      this.isVisible &&
      !notebook.isDisposed &&
      this.notebookTools.activeNotebookPanel === notebook &&
      this._panel?.notebook !== notebook;
    if (isWanted) {
      this._clear();
      this._panel = new Shown(notebook, this._context);
      this._content.addWidget(this._panel);
      this._panel.setLooking(true);
    }
  }

  private _clear(): void {
    this._panel?.dispose();
    this._panel = null;
  }

  private readonly _context: IPanelContext;
  private readonly _content: PanelLayout;
  private _panel: Panel | null = null;
}
