import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { IRunningSessionManagers } from '@jupyterlab/running';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

// eslint-disable-next-line jupyter/prefer-lazy-imports -- the panel is given its entries at the start
import { runningRuns } from '../runs/running';
import { ISession } from '../session';
import { TRANSLATION_DOMAIN } from '../tokens';

/** Lists the runs that are on among what runs. */
export const running: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-dvc:running',
  description: 'Adds one entry a run to the Running panel.',
  autoStart: true,
  requires: [ISession],
  // Notebook 7.4 lists what runs on its tree page only; on its others nobody provides the list.
  optional: [IRunningSessionManagers, ITranslator, IDefaultFileBrowser],
  activate: (
    app: JupyterFrontEnd,
    session: ISession,
    managers: IRunningSessionManagers | null,
    translator: ITranslator | null,
    browser: IDefaultFileBrowser | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(TRANSLATION_DOMAIN);
    managers?.add(
      runningRuns(
        session.runs,
        app.commands,
        () => [
          ...session.steps.all.map(({ path }) => path),
          ...(browser === null
            ? []
            : [app.serviceManager.contents.localPath(browser.model.path)])
        ],
        trans
      )
    );
  }
};
