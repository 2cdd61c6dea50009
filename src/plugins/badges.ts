import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { ISession } from '../session';
import { TRANSLATION_DOMAIN } from '../tokens';

/** Labels on the cells of a step's notebook; of others nothing is loaded. */
export const badges: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-dvc:badges',
  description:
    'Labels each cell of a notebook that is a step: part of the script, or not.',
  autoStart: true,
  requires: [ISession, INotebookTracker],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    session: ISession,
    notebooks: INotebookTracker,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(TRANSLATION_DOMAIN);
    const labelled = new WeakSet<NotebookPanel>();
    session.steps.changed.connect((_, { path, state }) => {
      if ((state?.step ?? null) === null || state?.step?.state === 'no-step') {
        return;
      }
      const panels = notebooks.filter(
        panel => panel.context.localPath === path && !labelled.has(panel)
      );
      for (const panel of panels) {
        labelled.add(panel);
        void import('../widgets/badges').then(({ Badges }) => {
          if (!panel.isDisposed) {
            new Badges(panel, app.serviceManager.serverSettings, trans);
          }
        });
      }
    });
  }
};
