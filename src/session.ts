import type { ServiceManager } from '@jupyterlab/services';
import { Token } from '@lumino/coreutils';

import { Watch } from './project/watch';
import { Runs } from './runs/runs';
import { Steps } from './step/steps';
import type { StepModel } from './step/model';
import type { IRun } from './_api';
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
    this.runs.changed.connect(this._onRunChanged, this);
  }

  readonly steps: Steps;
  readonly runs: Runs;
  readonly watch: Watch;

  step(path: string): StepModel | undefined {
    return this.steps.get(path);
  }

  /** What a log's socket tells of a run is news of its project's steps, too. */
  private _onRunChanged(_: Runs, run: IRun): void {
    const stages = run.stages.map(({ name, state }) => `${name} ${state}`);
    const progress = [run.state, ...stages].join('\n');
    if (this._progress.get(run.id) === progress) {
      return;
    }
    this._progress.set(run.id, progress);
    for (const step of this.steps.all) {
      if (step.state?.project === run.project) {
        step.hint();
      }
    }
  }

  private _onStepChanged(_: Steps, step: StepModel): void {
    const { state } = step;
    if (state !== null && state.project !== null) {
      void this.runs.reconcile(state.project, state.run);
    }
  }

  private readonly _progress = new Map<string, string>();
}
