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
import { PROJECT_EVENT, TRANSLATION_DOMAIN } from '../tokens';

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
    if (managers === null) {
      return;
    }
    const trans = (translator ?? nullTranslator).load(TRANSLATION_DOMAIN);
    const { runs, steps } = session;
    const { contents, events } = app.serviceManager;
    const entries = runningRuns(
      runs,
      app.commands,
      () => [
        ...steps.all.map(({ path }) => path),
        ...(browser === null ? [] : [contents.localPath(browser.model.path)])
      ],
      trans
    );
    managers.add(entries);
    let isSeen = false;
    // On Notebook's tree page the list may be open before the browser has gone to its folder.
    browser?.model.pathChanged.connect(() => {
      if (isSeen) {
        entries.refreshRunning();
      }
    });
    // Of the projects of open notebooks the steps tell already; of others only whoever looks at the list asks.
    events.stream.connect((_, { schema_id, project }) => {
      if (
        isSeen &&
        schema_id === PROJECT_EVENT &&
        typeof project === 'string' &&
        !steps.all.some(({ state }) => state?.project === project)
      ) {
        runs.list(project).catch(() => undefined);
      }
    });
    void app.restored.then(() => {
      onceThere('.jp-RunningSessions', panel => {
        new IntersectionObserver(([entry]) => {
          isSeen = entry?.isIntersecting === true;
          if (isSeen) {
            entries.refreshRunning();
          }
        }).observe(panel);
      });
    });
  }
};

/** Notebook's tree page adds the panel after it said that all is restored. */
const LATEST = 30_000;

function onceThere(selector: string, act: (found: Element) => void): void {
  const look = (): boolean => {
    const found = document.querySelector(selector);
    if (found !== null) {
      act(found);
    }
    return found !== null;
  };
  if (look()) {
    return;
  }
  const observer = new MutationObserver(() => {
    if (look()) {
      observer.disconnect();
    }
  });
  observer.observe(document.body, { childList: true, subtree: true });
  window.setTimeout(() => {
    observer.disconnect();
  }, LATEST);
}
