import type {
  CompletionHandler,
  ICompletionContext,
  ICompletionProvider
} from '@jupyterlab/completer';
import { NotebookPanel } from '@jupyterlab/notebook';
import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

/**
 * Proposes what may stand in the docstring of a notebook's first code cell.
 *
 * It has to be there from the start, since JupyterLab asks no provider that
 * comes later; what it proposes is loaded when it is first asked for.
 */
export class DocstringProvider implements ICompletionProvider {
  constructor(server: ServerConnection.ISettings, trans: TranslationBundle) {
    this._server = server;
    this._trans = trans;
  }

  readonly identifier = 'CompletionProvider:dvc';
  readonly rank = 600;
  readonly renderer = null;

  isApplicable(context: ICompletionContext): Promise<boolean> {
    return Promise.resolve(context.widget instanceof NotebookPanel);
  }

  async fetch(
    request: CompletionHandler.IRequest,
    context: ICompletionContext
  ): Promise<CompletionHandler.ICompletionItemsReply> {
    const { offset, text } = request;
    const { widget } = context;
    const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
    if (widget instanceof NotebookPanel && line.trimStart().startsWith(':')) {
      const { propose } = await import('./help');
      return propose(request, widget, this._server, this._trans);
    }
    return { start: offset, end: offset, items: [] };
  }

  private readonly _server: ServerConnection.ISettings;
  private readonly _trans: TranslationBundle;
}
