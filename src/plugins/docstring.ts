import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICompletionProviderManager } from '@jupyterlab/completer';
import { INotebookTracker } from '@jupyterlab/notebook';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { DocstringProvider } from '../editor/provider';
import { ISettings } from '../settings';
import { TRANSLATION_DOMAIN } from '../tokens';

/** How long typing pauses before a notebook is looked at again, in ms. */
const PAUSE = 300;

/** Help in the docstring and labels on the cells; of a notebook without a docstring nothing is loaded. */
export const docstring: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-dvc:docstring',
  description:
    'Completes, colours and checks the directives in a notebook’s docstring, and labels each cell: part of the step, or not.',
  autoStart: true,
  requires: [INotebookTracker, ISettings],
  optional: [ICompletionProviderManager, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    notebooks: INotebookTracker,
    settings: ISettings,
    completer: ICompletionProviderManager | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(TRANSLATION_DOMAIN);
    const server = app.serviceManager.serverSettings;
    completer?.registerProvider(new DocstringProvider(server, trans));

    const help = async (panel: NotebookPanel): Promise<void> => {
      const { Badges, DocstringEditor } =
        await import('../widgets/docstringViews');
      if (!panel.isDisposed) {
        new Badges(panel, server, settings, trans);
        new DocstringEditor(panel, server, settings, trans);
      }
    };
    const watch = (panel: NotebookPanel): void => {
      let timer = 0;
      const { model } = panel.context;
      const look = (): void => {
        if (!panel.isDisposed && hasDocstring(panel)) {
          model.contentChanged.disconnect(later);
          void help(panel);
        }
      };
      const later = (): void => {
        window.clearTimeout(timer);
        timer = window.setTimeout(look, PAUSE);
      };
      model.contentChanged.connect(later);
      look();
    };
    notebooks.widgetAdded.connect((_, panel) => {
      void panel.context.ready.then(() => {
        if (!panel.isDisposed) {
          watch(panel);
        }
      });
    });
  }
};

/** Whether the first code cell with more than comments in it begins with a string. */
function hasDocstring(panel: NotebookPanel): boolean {
  for (const cell of panel.context.model.cells) {
    const source =
      cell.type === 'code' ? cell.sharedModel.getSource().slice(0, 4000) : '';
    const code = source.replace(/^(?:\s|#[^\n]*(?:\n|$))*/, '');
    if (code !== '') {
      return /^[rRuU]?["']/.test(code);
    }
  }
  return false;
}
