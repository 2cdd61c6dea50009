import type { Event } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';

import type { Steps } from '../step/steps';
import { PROJECT_EVENT } from '../tokens';

const SLOW = 30_000;
/** How long an event that has to come may take. */
const ECHO = 10_000;
const EVENT_VERSION = '1';

/**
 * Tells steps when to ask again: on the server's events, on focus, and every
 * 30 s while a run is on or events don't come. Nothing while the page is hidden.
 */
export class Watch {
  constructor(events: Event.IManager, steps: Steps) {
    this._events = events;
    this._steps = steps;
    events.stream.connect(this._onEvent, this);
    steps.changed.connect(this._onStepChanged, this);
    window.addEventListener('focus', this._onFocus);
    document.addEventListener('visibilitychange', this._onFocus);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** The page changed a project itself: an event has to follow, or none will. */
  acted(): void {
    for (const step of this._steps.all) {
      step.hint();
    }
    this._expect();
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    clearTimeout(this._timer);
    clearTimeout(this._echo);
    window.removeEventListener('focus', this._onFocus);
    document.removeEventListener('visibilitychange', this._onFocus);
    this._events.stream.disconnect(this._onEvent, this);
    this._steps.changed.disconnect(this._onStepChanged, this);
    Signal.clearData(this);
  }

  private _onStepChanged(): void {
    for (const { state } of this._steps.all) {
      if (!this._isGreeted && state !== null && state.project !== null) {
        void this._greet(state.project, state.rev);
      }
    }
    this._arm();
  }

  /** A refused socket can't be seen: say once what is known already, and listen whether it comes back. */
  private async _greet(project: string, rev: string): Promise<void> {
    this._isGreeted = true;
    this._expect();
    try {
      await this._events.emit({
        schema_id: PROJECT_EVENT,
        version: EVENT_VERSION,
        data: { project, rev }
      });
    } catch {
      // Not let through: then nothing comes back either, and the page asks until an event comes.
      return;
    }
  }

  private _expect(): void {
    clearTimeout(this._echo);
    this._echo = window.setTimeout(() => {
      this._isDeaf = true;
      this._arm();
    }, ECHO);
  }

  private _onEvent(_: Event.IManager, emission: Event.Emission): void {
    if (emission.schema_id !== PROJECT_EVENT) {
      return;
    }
    this._isDeaf = false;
    this._isGreeted = true;
    clearTimeout(this._echo);
    const { project, rev } = emission;
    for (const step of this._steps.all) {
      const known = step.state;
      const concerns =
        known === null || known.project === null || known.project === project;
      if (concerns && (known === null || known.rev !== rev)) {
        step.hint();
      }
    }
  }

  private _arm(): void {
    const isNeeded =
      !this._isDisposed &&
      (this._isDeaf || this._steps.all.some(({ isBusy }) => isBusy));
    if (!isNeeded) {
      clearTimeout(this._timer);
      this._timer = 0;
    } else if (this._timer === 0) {
      this._timer = window.setTimeout(() => {
        this._timer = 0;
        for (const step of this._steps.all) {
          step.hint();
        }
        this._arm();
      }, SLOW);
    }
  }

  private readonly _onFocus = (): void => {
    if (!document.hidden) {
      for (const step of this._steps.all) {
        step.hint();
      }
    }
  };

  private readonly _events: Event.IManager;
  private readonly _steps: Steps;
  private _timer = 0;
  private _echo = 0;
  private _isDeaf = false;
  private _isGreeted = false;
  private _isDisposed = false;
}
