import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILabShell, ILayoutRestorer } from '@jupyterlab/application';
import { ICommandPalette, WidgetTracker } from '@jupyterlab/apputils';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { Widget } from '@lumino/widgets';

// eslint-disable-next-line jupyter/prefer-lazy-imports -- commands are there from the start; what they do is loaded when they are called
import { addCommands, notifyChanged } from '../commands';
import { COMMANDS } from '../commands/ids';
import type { IWorkbench } from '../commands/workbench';
import { ISession } from '../session';
import { ISettings } from '../settings';
import { TRANSLATION_DOMAIN } from '../tokens';

/** Adds the commands; where they stand in menus and toolbars is said by the schema. */
export const commands: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-dvc:commands',
  description:
    'Adds the commands that preview, sync, check and run a notebook as a step of a DVC pipeline.',
  autoStart: true,
  requires: [ISession, ISettings, IDocumentManager],
  optional: [
    ITranslator,
    INotebookTracker,
    IFileBrowserFactory,
    ILabShell,
    IEditorLanguageRegistry,
    ICommandPalette,
    ILayoutRestorer
  ],
  activate: (
    app: JupyterFrontEnd,
    session: ISession,
    settings: ISettings,
    documents: IDocumentManager,
    translator: ITranslator | null,
    notebooks: INotebookTracker | null,
    browsers: IFileBrowserFactory | null,
    labShell: ILabShell | null,
    languages: IEditorLanguageRegistry | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(TRANSLATION_DOMAIN);
    const logs = new WidgetTracker<Widget>({ namespace: 'dvc-log' });
    const { steps, runs, watch } = session;
    const bench: IWorkbench = {
      app,
      trans,
      server: app.serviceManager.serverSettings,
      steps,
      runs,
      watch,
      documents,
      notebooks,
      browsers,
      labShell,
      languages,
      logs,
      settings
    };
    addCommands(bench);
    const notify = (): void => {
      notifyChanged(app.commands);
    };
    steps.changed.connect(notify);
    runs.changed.connect(notify);
    notebooks?.currentChanged.connect(notify);
    runs.ended.connect((_, run) => {
      void import('../commands/ended').then(({ onEnded }) =>
        onEnded(bench, run)
      );
    });
    for (const command of Object.values(COMMANDS)) {
      palette?.addItem({ command, category: trans.__('DVC') });
    }
    if (restorer !== null) {
      void restorer.restore(logs, {
        command: COMMANDS.showLog,
        args: log => ({ run: log.id.replace(/^jp-DVCLog-/, '') }),
        name: log => log.id
      });
    }
  }
};
