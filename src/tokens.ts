import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';

import type { IRun, IState } from './_api';

/** The gettext domain of every string that the extension shows. */
export const TRANSLATION_DOMAIN = 'jupyterlab_dvc';

/** Where the server half answers, below the server's base URL. */
export const ROUTES = 'jupyterlab-dvc';

/** The Jupyter event that says that something of a project changed; it only hints at asking again. */
export const PROJECT_EVENT =
  'https://jupyterlab-dvc.readthedocs.io/events/project';

/** A notebook as a step of a pipeline, as the server last described it. */
export interface IStepModel {
  /** The notebook, relative to the server's root. */
  readonly path: string;
  /** Null until the server answered. */
  readonly state: IState | null;
  /** Why the state is not known, in English; null where it is. */
  readonly failure: string | null;
  /** Emitted when `state` or `failure` became another one. */
  readonly stateChanged: ISignal<IStepModel, void>;
  /** Ask the server; calls at the same time share one request. Never rejects. */
  refresh(): Promise<void>;
}

/** The runs of this server that the page knows of, whoever started them. */
export interface IRuns {
  /** The newest first. */
  readonly all: ReadonlyArray<IRun>;
  /** Emitted when a run came or changed. */
  readonly changed: ISignal<IRuns, IRun>;
  /** Emitted once for each run that the page saw go on and end. */
  readonly ended: ISignal<IRuns, IRun>;
}

/** What other extensions may ask. */
export interface IDVC {
  /**
   * The model of an open notebook.
   *
   * @returns Undefined where no notebook of this path is open.
   */
  step(path: string): IStepModel | undefined;
  readonly runs: IRuns;
}

export const IDVC = new Token<IDVC>(
  'jupyterlab-dvc:IDVC',
  'The state of an open notebook as a step of a DVC pipeline, of its project, and the runs of the pipeline.'
);
