import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { Panel } from '@lumino/widgets';

import type { IRun } from '../_api';
import { logUrl } from '../api';
import type { IShownProblem } from '../components/problems';
import { RunHead, runIcon } from '../components/runHead';
import { isOn } from '../runs/runs';
import type { Runs } from '../runs/runs';
import { LogStream } from '../runs/stream';
import { runTitle } from '../runs/title';
import { LogScreen } from './logScreen';
import '../../style/log.css';

/** What a log asks of who opened it. */
export interface ILogActions {
  readonly stop: (run: IRun) => void;
  readonly showCell: (run: IRun) => Promise<void>;
  readonly describe: (run: IRun) => Promise<IShownProblem | null>;
}

/** The log of a run, live while it goes on, with its stages above it. */
export class Log extends Panel {
  constructor(
    run: IRun,
    runs: Runs,
    serverSettings: ServerConnection.ISettings,
    actions: ILogActions,
    trans: TranslationBundle
  ) {
    super();
    this.id = `jp-DVCLog-${run.id}`;
    this.addClass('jp-DVCLog');
    this.trans = trans;
    this.run = run;
    this._runs = runs;
    this._head = new Head(
      run,
      logUrl(serverSettings, run.id, 0),
      actions,
      trans
    );
    this._screen = new LogScreen(trans);
    this.addWidget(this._head);
    this.addWidget(this._screen);
    this.title.closable = true;
    this._onRun(runs, run);
    runs.changed.connect(this._onRun, this);
    this._stream = new LogStream(run.id, serverSettings, {
      bytes: chunk => {
        this._screen.bytes(chunk);
      },
      dropped: (from, to) => {
        this._screen.skip(to - from);
      },
      run: changed => {
        runs.adopt(changed);
      },
      end: () => {
        const known = runs.get(run.id);
        if (known === undefined || isOn(known)) {
          void runs.refresh(run.id);
        }
      }
    });
  }

  /** The run as it was when the log was opened. */
  readonly run: IRun;

  protected readonly trans: TranslationBundle;

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._runs.changed.disconnect(this._onRun, this);
    this._stream.dispose();
    super.dispose();
  }

  /** A log that nobody can see reads no further; the next one begins anew. */
  protected override onCloseRequest(message: Message): void {
    super.onCloseRequest(message);
    this.dispose();
  }

  private _onRun(_: Runs, run: IRun): void {
    if (run.id !== this.run.id) {
      return;
    }
    this.title.label = this.trans.__('DVC: %1', runTitle(run, this.trans));
    this.title.icon = runIcon(run.state);
    this._head.setRun(run);
  }

  private readonly _runs: Runs;
  private readonly _head: Head;
  private readonly _screen: LogScreen;
  private readonly _stream: LogStream;
}

class Head extends ReactWidget {
  constructor(
    run: IRun,
    url: string,
    actions: ILogActions,
    trans: TranslationBundle
  ) {
    super();
    this.trans = trans;
    this._run = run;
    this._url = url;
    this._actions = actions;
  }

  protected readonly trans: TranslationBundle;

  setRun(run: IRun): void {
    this._run = run;
    this.update();
    if (run.error !== null && this._error === null) {
      void this._actions.describe(run).then(error => {
        this._error = error;
        this.update();
      });
    }
  }

  protected render(): JSX.Element {
    return (
      <RunHead
        run={this._run}
        error={this._error}
        logUrl={this._url}
        trans={this.trans}
        onStop={() => {
          this._actions.stop(this._run);
        }}
        onShowCell={() => {
          void this._actions.showCell(this._run);
        }}
      />
    );
  }

  private _run: IRun;
  private _error: IShownProblem | null = null;
  private readonly _url: string;
  private readonly _actions: ILogActions;
}
