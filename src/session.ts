import type { ServiceManager } from '@jupyterlab/services';
import { Token } from '@lumino/coreutils';

import { Watch } from './project/watch';
import { Runs } from './runs/runs';
import { Steps } from './step/steps';
import type { StepModel } from './step/model';
import type { IDVC } from './tokens';

/** What the extension's own plugins share. */
export interface ISession {
  readonly steps: Steps;
  readonly runs: Runs;
  readonly watch: Watch;
}

export const ISession = new Token<ISession>(
  'jupyterlab-dvc:ISession',
  'What the plugins of jupyterlab-dvc share; others take IDVC.'
);

/** The models of one page: its steps, its runs, and what tells them to ask. */
export class Session implements ISession, IDVC {
  constructor(services: ServiceManager.IManager) {
    this.steps = new Steps(services.serverSettings);
    this.runs = new Runs(services.serverSettings);
    this.watch = new Watch(services.events, this.steps);
    this.steps.changed.connect(this._onStepChanged, this);
  }

  readonly steps: Steps;
  readonly runs: Runs;
  readonly watch: Watch;

  step(path: string): StepModel | undefined {
    return this.steps.get(path);
  }

  private _onStepChanged(_: Steps, step: StepModel): void {
    const { state } = step;
    if (state !== null && state.project !== null) {
      void this.runs.reconcile(state.project, state.run);
    }
  }
}
