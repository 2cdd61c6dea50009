import { spawn } from 'child_process';
import type { ChildProcess } from 'child_process';
import { mkdtempSync, rmSync } from 'fs';
import { createServer } from 'net';
import type { AddressInfo } from 'net';
import { tmpdir } from 'os';
import { join } from 'path';

import { expect } from '@playwright/test';

import { makeSettings } from './settings';

const ROOT = join(__dirname, '..', '..');
const BIN = join(ROOT, '.venv', 'bin');
const TOKEN = 'a-token-of-the-tests';

/** A port of the loopback that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}

/**
 * A JupyterLab of a test's own, which can be killed and started again.
 *
 * It is as users have it, and not as Galata's: with a token, with the check
 * for forged requests, and below a path.
 */
export class Server {
  private constructor(port: number) {
    this.port = port;
    this.url = `http://127.0.0.1:${port}${Server.base}`;
    this._home = mkdtempSync(join(tmpdir(), 'jupyterlab-dvc-ui-'));
    this.root = join(this._home, 'root');
  }

  static readonly base = '/user/ada';

  static async make(): Promise<Server> {
    return new Server(await freePort());
  }

  readonly port: number;
  /** Without a slash at the end. */
  readonly url: string;
  /** The folder that it serves. */
  readonly root: string;

  /** The address of a page, with the token that signs in. */
  at(path: string): string {
    return `${this.url}${path}${path.includes('?') ? '&' : '?'}token=${TOKEN}`;
  }

  async start(): Promise<void> {
    const options = {
      'ServerApp.ip': '127.0.0.1',
      'ServerApp.port': this.port,
      'ServerApp.port_retries': 0,
      'ServerApp.base_url': `${Server.base}/`,
      'ServerApp.root_dir': this.root,
      'ServerApp.open_browser': false,
      'ServerApp.allow_root': process.getuid?.() === 0,
      'IdentityProvider.token': TOKEN
    };
    this._process = spawn(
      join(BIN, 'python'),
      [
        '-m',
        'jupyterlab',
        ...Object.entries(options).map(
          ([name, value]) =>
            `--${name}=${typeof value === 'boolean' ? (value ? 'True' : 'False') : value}`
        )
      ],
      {
        stdio: 'ignore',
        env: {
          ...process.env,
          PATH: `${BIN}:${process.env['PATH'] ?? ''}`,
          JUPYTER_CONFIG_DIR: join(this._home, 'config'),
          JUPYTER_RUNTIME_DIR: join(this._home, 'runtime'),
          JUPYTERLAB_SETTINGS_DIR: makeSettings(join(this._home, 'settings')),
          JUPYTERLAB_WORKSPACES_DIR: join(this._home, 'workspaces')
        }
      }
    );
    await expect.poll(() => this._answers(), { timeout: 60_000 }).toBe(true);
  }

  /** End it as a machine that has no memory left does. */
  async kill(): Promise<void> {
    const one = this._process;
    this._process = null;
    if (one !== null && one.exitCode === null && one.signalCode === null) {
      const ended = new Promise(resolve => one.once('exit', resolve));
      one.kill('SIGKILL');
      await ended;
    }
  }

  /** Kill it and remove its folders. */
  async remove(): Promise<void> {
    await this.kill();
    rmSync(this._home, { recursive: true, force: true, maxRetries: 5 });
  }

  private async _answers(): Promise<boolean> {
    try {
      const answer = await fetch(this.at('/api/status'));
      return answer.ok;
    } catch {
      return false;
    }
  }

  private readonly _home: string;
  private _process: ChildProcess | null = null;
}
