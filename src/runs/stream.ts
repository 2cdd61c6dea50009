import { ServerConnection } from '@jupyterlab/services';

import type { IRun } from '../_api';
import { getRun, logSocketUrl, logUrl } from '../api';

/** What comes of a run's log, in order. */
export interface ILogReader {
  /** Bytes of the log. */
  bytes(chunk: Uint8Array): void;
  /** The server left a part out, because it came faster than it could be sent. */
  dropped(from: number, to: number): void;
  run(run: IRun): void;
  /** Nothing more will come. */
  end(): void;
}

const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
const POLL_WAIT = 1_500;
/** After so many sockets that never opened, the log is asked for instead. */
const REFUSALS = 2;
/** How often the log is asked for while its socket isn't open yet; one that takes this long may take longer. */
const BRIDGE_WAIT = 100;
const BRIDGE_HURRY = 3_000;

/**
 * Follows the log of a run from a byte offset until its end.
 *
 * A socket that breaks is opened again where it stopped; where none opens at
 * all, as behind some proxies, the bytes are asked for. So are they until the
 * first is open: a browser opens one after the other, and the kernel's, which
 * waits for the kernel, may be before ours.
 */
export class LogStream {
  constructor(
    readonly id: string,
    serverSettings: ServerConnection.ISettings,
    reader: ILogReader,
    offset = 0
  ) {
    this._serverSettings = serverSettings;
    this._reader = reader;
    this._offset = offset;
    this._open();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** How far the log was read, in bytes. */
  get offset(): number {
    return this._offset;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    clearTimeout(this._timer);
    this._close();
  }

  private _open(): void {
    let opened = false;
    let place = this._offset;
    const socket = new this._serverSettings.WebSocket(
      logSocketUrl(this._serverSettings, this.id, place)
    );
    socket.binaryType = 'arraybuffer';
    const since = Date.now();
    this._bridge(() => !opened && this._socket === socket, since);
    socket.onopen = () => {
      opened = true;
      clearTimeout(this._timer);
      this._refusals = 0;
      this._wait = FIRST_WAIT;
    };
    socket.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) => {
      if (typeof data === 'string') {
        place = this._onEvent(data) ?? place;
      } else {
        this._onBytes(new Uint8Array(data), place);
        place += data.byteLength;
      }
    };
    socket.onclose = ({ code }) => {
      this._socket = null;
      clearTimeout(this._timer);
      if (this._isDisposed) {
        return;
      }
      if (code === 1000) {
        this._end();
        return;
      }
      this._refusals += opened ? 0 : 1;
      if (this._refusals >= REFUSALS) {
        void this._poll();
      } else {
        this._later(() => {
          this._open();
        });
      }
    };
    this._socket = socket;
  }

  private _close(): void {
    const socket = this._socket;
    this._socket = null;
    if (socket !== null) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
  }

  /** @param place - Where in the log the chunk begins; what was read already is left out. */
  private _onBytes(chunk: Uint8Array, place: number): void {
    const fresh = chunk.subarray(Math.max(this._offset - place, 0));
    if (fresh.length > 0) {
      this._offset = place + chunk.length;
      this._reader.bytes(fresh);
    }
  }

  /** Gives the place in the log that the next bytes have, where the event tells. */
  private _onEvent(text: string): number | null {
    const event = parsed(text);
    if (event.run !== undefined) {
      this._told += 1;
      this._reader.run(event.run);
    } else if (event.dropped !== undefined) {
      const [from, to] = event.dropped;
      this._offset = Math.max(this._offset, to);
      this._reader.dropped(from, to);
      return to;
    } else if (event.offset !== undefined) {
      // The server counts right where a chunk was left out unseen.
      this._offset = Math.max(this._offset, event.offset);
      return event.offset;
    }
    return null;
  }

  /** @param isWaiting - Whether the socket for which this stands in is still to open. */
  private _bridge(isWaiting: () => boolean, since: number): void {
    const isHurried = Date.now() - since < BRIDGE_HURRY;
    this._timer = window.setTimeout(
      () => {
        const again = (): void => {
          if (isWaiting()) {
            this._bridge(isWaiting, since);
          }
        };
        // What can't be had so, the socket will bring.
        this._ask().then(again, again);
      },
      isHurried ? BRIDGE_WAIT : POLL_WAIT
    );
  }

  private async _poll(): Promise<void> {
    try {
      const isMore = await this._ask();
      this._wait = isMore ? 0 : POLL_WAIT;
    } catch {
      this._wait = Math.max(this._wait, FIRST_WAIT);
    }
    if (!this._isDisposed) {
      this._later(() => void this._poll());
    }
  }

  /** Ask for what comes next, without a socket; gives whether there is more already. */
  private async _ask(): Promise<boolean> {
    const place = this._offset;
    const response = await ServerConnection.makeRequest(
      logUrl(this._serverSettings, this.id, place),
      {},
      this._serverSettings
    );
    if (this._isDisposed) {
      return false;
    }
    if (response.status === 404) {
      this._end();
      return false;
    }
    if (!response.ok) {
      throw new Error(response.statusText);
    }
    const chunk = new Uint8Array(await response.arrayBuffer());
    const size = Number(response.headers.get('X-Log-Size') ?? 0);
    const told = this._told;
    const run = await getRun(this._serverSettings, this.id);
    if (this._isDisposed) {
      return false;
    }
    this._onBytes(chunk, place);
    // What a socket that opened meanwhile has told is newer.
    if (told === this._told) {
      this._reader.run(run);
    }
    const all = Math.max(size, run.log_size);
    if (this._offset >= all && run.ended !== null) {
      this._end();
    }
    return this._offset < all;
  }

  private _later(action: () => void): void {
    this._timer = window.setTimeout(action, this._wait);
    this._wait = Math.min(Math.max(this._wait, FIRST_WAIT) * 2, LONGEST_WAIT);
  }

  private _end(): void {
    this.dispose();
    this._reader.end();
  }

  private readonly _serverSettings: ServerConnection.ISettings;
  private readonly _reader: ILogReader;
  private _offset: number;
  private _socket: WebSocket | null = null;
  private _timer = 0;
  private _wait = FIRST_WAIT;
  private _refusals = 0;
  /** How often a socket told how the run stands. */
  private _told = 0;
  private _isDisposed = false;
}

/** The text frames of the socket; one of a later server that isn't known is empty. */
interface IFrame {
  readonly run?: IRun;
  readonly dropped?: readonly [number, number];
  readonly offset?: number;
}

function parsed(text: string): IFrame {
  try {
    return (JSON.parse(text) as IFrame | null) ?? {};
  } catch {
    return {};
  }
}
