import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { TRANSLATION_DOMAIN } from '../tokens';

/** Tells once, after start, when the server half is missing or of another release. */
export const version: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-dvc:version',
  description:
    'Checks that the server half of jupyterlab-dvc is there and of the same release.',
  autoStart: true,
  optional: [ITranslator],
  activate: (app: JupyterFrontEnd, translator: ITranslator | null): void => {
    const trans = (translator ?? nullTranslator).load(TRANSLATION_DOMAIN);
    // Not awaited: the page must not wait for an answer to become usable.
    void app.started.then(async () => {
      const { versionNotice } = await import('../version');
      const notice = await versionNotice(
        app.serviceManager.serverSettings,
        trans
      );
      if (notice) {
        Notification.emit(notice.message, notice.type, { autoClose: false });
      }
    });
  }
};
