import type { ServerConnection } from '@jupyterlab/services';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { IRun } from '../_api';
import { getRun, getRuns, stopRun } from '../api';
import { RequestError } from '../request';
import type { IRuns } from '../tokens';

const ON: ReadonlyArray<IRun['state']> = ['queued', 'running', 'stopping'];

/** Whether a run hasn't ended. */
export function isOn(run: IRun): boolean {
  return ON.includes(run.state);
}

/** The runs that the page knows of, from whichever answer they came. */
export class Runs implements IRuns {
  constructor(serverSettings: ServerConnection.ISettings) {
    this._serverSettings = serverSettings;
  }

  /** The newest first; those of one project by their numbers, whatever the clock did. */
  get all(): ReadonlyArray<IRun> {
    const found = [...this._runs.values()].sort((a, b) => a.number - b.number);
    // No run is taken for older than one of its project that came before it.
    const latest = new Map<string, number>();
    const times = new Map<IRun, number>();
    for (const run of found) {
      const time = Math.max(latest.get(run.project) ?? 0, run.created);
      latest.set(run.project, time);
      times.set(run, time);
    }
    const time = (run: IRun): number => times.get(run) ?? run.created;
    return found.sort((a, b) => time(b) - time(a) || b.number - a.number);
  }

  get changed(): ISignal<this, IRun> {
    return this._changed;
  }

  get ended(): ISignal<this, IRun> {
    return this._ended;
  }

  get(id: string): IRun | undefined {
    return this._runs.get(id);
  }

  /** Take a run as the server described it; one that ended doesn't come to life again. */
  adopt(run: IRun): void {
    const known = this._runs.get(run.id);
    if (known !== undefined && !isOn(known) && isOn(run)) {
      return;
    }
    if (known !== undefined && JSON.stringify(known) === JSON.stringify(run)) {
      return;
    }
    this._runs.set(run.id, run);
    this._changed.emit(run);
    if (known !== undefined && isOn(known) && !isOn(run)) {
      this._ended.emit(run);
    }
  }

  /** A run that is said to be the only one on in its project: the others are asked for. */
  async reconcile(project: string, current: IRun | null): Promise<void> {
    if (current !== null) {
      this.adopt(current);
    }
    const doubtful = this.all.filter(
      run => run.project === project && run.id !== current?.id && isOn(run)
    );
    await Promise.all(doubtful.map(({ id }) => this.refresh(id)));
  }

  /** Ask for one run; a server that is away changes nothing. */
  async refresh(id: string): Promise<void> {
    try {
      this.adopt(await getRun(this._serverSettings, id));
    } catch (reason) {
      if (reason instanceof RequestError && reason.status === 404) {
        this._forget(id);
      }
    }
  }

  /** Ask for the runs of the project that a path is in. */
  async list(path: string): Promise<void> {
    const runs = await getRuns(this._serverSettings, path);
    runs.forEach(run => {
      this.adopt(run);
    });
  }

  async stop(id: string): Promise<void> {
    this.adopt(await stopRun(this._serverSettings, id));
  }

  /** A record that was pruned: it is over, and nobody knows how. */
  private _forget(id: string): void {
    const run = this._runs.get(id);
    if (run !== undefined && this._runs.delete(id)) {
      this._changed.emit({ ...run, state: 'lost' });
    }
  }

  private readonly _serverSettings: ServerConnection.ISettings;
  private readonly _changed = new Signal<this, IRun>(this);
  private readonly _ended = new Signal<this, IRun>(this);
  private readonly _runs = new Map<string, IRun>();
}
