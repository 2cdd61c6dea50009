import { ServerConnection } from '@jupyterlab/services';

import type { IRun } from '../../_api';
import { LogStream } from '../stream';
import { run } from './run';

/** A socket that does what the test says. */
class Socket {
  constructor(readonly url: string) {
    Socket.all.push(this);
  }

  static all: Socket[] = [];

  binaryType = '';
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  close(): void {
    this.onclose = null;
  }

  send(text: string): void {
    this.onmessage?.({ data: new TextEncoder().encode(text).buffer });
  }

  tell(event: object): void {
    this.onmessage?.({ data: JSON.stringify(event) });
  }
}

function follow(answer: (url: URL) => Response | Promise<Response>): {
  readonly stream: LogStream;
  readonly seen: string[];
} {
  const settings = ServerConnection.makeSettings({
    baseUrl: 'http://localhost/a b/',
    wsUrl: 'ws://localhost/a b/',
    token: 't&k',
    appendToken: true,
    WebSocket: Socket as unknown as typeof WebSocket,
    fetch: input => Promise.resolve(answer(new URL((input as Request).url)))
  });
  const seen: string[] = [];
  const stream = new LogStream('r/1', settings, {
    bytes: chunk => seen.push(new TextDecoder().decode(chunk)),
    dropped: (from, to) => seen.push(`dropped ${from}-${to}`),
    run: ({ state }: IRun) => seen.push(state),
    end: () => seen.push('end')
  });
  return { stream, seen };
}

function last(): Socket {
  const socket = Socket.all.at(-1);
  if (socket === undefined) {
    throw new Error('no socket was opened');
  }
  return socket;
}

const never = (): Response => new Response('', { status: 500 });

describe('LogStream', () => {
  beforeEach(() => {
    Socket.all = [];
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('reads bytes, what was left out, the run, and the end', () => {
    const { stream, seen } = follow(never);
    expect(last().url).toBe(
      'ws://localhost/a b/jupyterlab-dvc/runs/r%2F1/log?offset=0&token=t%26k'
    );
    last().onopen?.();
    last().send('one');
    last().tell({ offset: 3 });
    last().tell({ dropped: [3, 10] });
    last().send('two');
    last().tell({ run: run({ state: 'succeeded' }) });
    last().tell({ later: 'thing' });
    expect(stream.offset).toBe(13);
    last().onclose?.({ code: 1000 });
    expect(seen).toEqual(['one', 'dropped 3-10', 'two', 'succeeded', 'end']);
    expect(stream.isDisposed).toBe(true);
  });

  it('goes on where a socket broke, waiting longer each time', () => {
    follow(never);
    last().onopen?.();
    last().send('12345');
    last().onclose?.({ code: 1006 });
    expect(Socket.all).toHaveLength(1);
    jest.advanceTimersByTime(500);
    expect(Socket.all).toHaveLength(2);
    expect(last().url).toContain('offset=5');
    last().onclose?.({ code: 1006 });
    jest.advanceTimersByTime(500);
    expect(Socket.all).toHaveLength(2);
    jest.advanceTimersByTime(500);
    expect(Socket.all).toHaveLength(3);
  });

  it('asks for the log where no socket opens, to its end', async () => {
    const log = 'hello world';
    const { seen } = follow(url => {
      if (!url.pathname.endsWith('/log')) {
        return new Response(
          JSON.stringify(
            run({ state: 'failed', ended: 3, log_size: log.length })
          )
        );
      }
      const from = Number(url.searchParams.get('offset'));
      return new Response(log.slice(from, from + 6), {
        headers: { 'X-Log-Size': String(log.length) }
      });
    });
    last().onclose?.({ code: 1006 });
    await jest.advanceTimersByTimeAsync(500);
    last().onclose?.({ code: 1006 });
    await jest.advanceTimersByTimeAsync(5_000);
    expect(seen).toEqual(['hello ', 'failed', 'world', 'failed', 'end']);
  });

  it('asks for the log while its socket waits, and shows nothing twice', async () => {
    let log = 'one ';
    let asked = 0;
    const { stream, seen } = follow(url => {
      if (!url.pathname.endsWith('/log')) {
        return new Response(
          JSON.stringify(run({ state: 'running', log_size: log.length }))
        );
      }
      asked += 1;
      return new Response(log.slice(Number(url.searchParams.get('offset'))), {
        headers: { 'X-Log-Size': String(log.length) }
      });
    });
    await jest.advanceTimersByTimeAsync(120);
    expect(seen).toEqual(['one ', 'running']);
    log = 'one two ';
    await jest.advanceTimersByTimeAsync(120);
    expect(seen.slice(2)).toEqual(['two ', 'running']);
    last().onopen?.();
    const before = asked;
    last().send('one tw');
    last().tell({ offset: 6 });
    last().send('o three');
    expect(seen.slice(4)).toEqual(['three']);
    expect(stream.offset).toBe('one two three'.length);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(asked).toBe(before);
    expect(Socket.all).toHaveLength(1);
  });

  it('asks no more once a socket is open, whatever an answer waited for', async () => {
    let asked = 0;
    let answer = (): void => undefined;
    const { stream } = follow(url => {
      if (!url.pathname.endsWith('/log')) {
        return new Response(JSON.stringify(run({ state: 'running' })));
      }
      asked += 1;
      return asked > 1
        ? new Response('')
        : new Promise(resolve => {
            answer = () => {
              resolve(new Response(''));
            };
          });
    });
    await jest.advanceTimersByTimeAsync(150);
    expect(asked).toBe(1);
    last().onclose?.({ code: 1006 });
    await jest.advanceTimersByTimeAsync(500);
    answer();
    await jest.advanceTimersByTimeAsync(250);
    const before = asked;
    expect(before).toBeGreaterThan(1);
    last().onopen?.();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(asked).toBe(before);
    stream.dispose();
  });

  it('does not tell how the run stood before its socket told it', async () => {
    const { stream, seen } = follow(url => {
      if (url.pathname.endsWith('/log')) {
        return new Response('');
      }
      last().onopen?.();
      last().tell({ run: run({ state: 'succeeded' }) });
      return new Response(JSON.stringify(run({ state: 'running' })));
    });
    await jest.advanceTimersByTimeAsync(150);
    expect(seen).toEqual(['succeeded']);
    stream.dispose();
  });

  it('says nothing more once it is disposed', async () => {
    const { stream, seen } = follow(never);
    const socket = last();
    socket.onopen?.();
    stream.dispose();
    socket.send('late');
    await jest.advanceTimersByTimeAsync(60_000);
    expect(seen).toEqual([]);
    expect(Socket.all).toHaveLength(1);
  });
});
