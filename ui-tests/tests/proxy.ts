import { connect, createServer } from 'net';
import type { AddressInfo, Server, Socket } from 'net';

/** The head of a request that asks for a run's log by WebSocket. */
const LOG_SOCKET =
  /^GET [^ ]*\/jupyterlab-dvc\/runs\/[^ ]*\/log\b[^]*^upgrade: websocket\r?$/im;
const REFUSAL = 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n';

/** Stands between a page and the server, and spoils the sockets of logs. */
export class Proxy {
  private constructor(target: number) {
    this._server = createServer(client => {
      this._admit(client, target);
    });
  }

  static async before(url: string | undefined): Promise<Proxy> {
    const proxy = new Proxy(Number(new URL(url ?? '').port));
    await new Promise<void>(resolve => {
      proxy._server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  /** As some companies' proxies do: no WebSocket of a log is let through. */
  isRefusing = false;

  /** How many sockets of logs were asked for. */
  get asked(): number {
    return this._asked;
  }

  get url(): string {
    const { port } = this._server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** Break the sockets of logs that are open, without a word; how many there were. */
  cut(): number {
    const cut = [...this._logs];
    for (const socket of cut) {
      socket.destroy();
    }
    return cut.length;
  }

  close(): void {
    this._server.close();
    for (const socket of this._all) {
      socket.destroy();
    }
  }

  private _admit(client: Socket, target: number): void {
    this._keep(this._all, client);
    client.on('error', () => client.destroy());
    client.once('data', head => {
      if (LOG_SOCKET.test(head.toString('latin1'))) {
        this._asked += 1;
        if (this.isRefusing) {
          client.end(REFUSAL);
          return;
        }
        this._keep(this._logs, client);
      }
      const server = connect(target, '127.0.0.1');
      server.on('error', () => client.destroy());
      server.on('close', () => client.destroy());
      client.on('close', () => server.destroy());
      server.write(head);
      client.pipe(server).pipe(client);
    });
  }

  private _keep(among: Set<Socket>, socket: Socket): void {
    among.add(socket);
    socket.on('close', () => among.delete(socket));
  }

  private readonly _server: Server;
  private readonly _all = new Set<Socket>();
  private readonly _logs = new Set<Socket>();
  private _asked = 0;
}
