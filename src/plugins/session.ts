import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';

import { ISession, Session } from '../session';
import { IDVC } from '../tokens';

/** Makes the models that the other plugins show. */
export const session: JupyterFrontEndPlugin<ISession> = {
  id: 'jupyterlab-dvc:session',
  description:
    'Keeps the state of the open notebooks as steps, and of the runs.',
  autoStart: true,
  provides: ISession,
  activate: (app: JupyterFrontEnd): ISession => new Session(app.serviceManager)
};

/** The part of them that other extensions may ask. */
export const model: JupyterFrontEndPlugin<IDVC> = {
  id: 'jupyterlab-dvc:model',
  description:
    'Tells other extensions the state of a notebook as a step, and of the runs.',
  autoStart: true,
  requires: [ISession],
  provides: IDVC,
  activate: (_: JupyterFrontEnd, shared: ISession): IDVC => ({
    step: path => shared.steps.get(path),
    runs: shared.runs
  })
};
