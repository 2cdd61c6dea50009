import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';

import plugins from '../index';
import { VERSION } from '../version';
import { serverThatAnswers } from './server';

/** What the plugin takes of an application. */
function application(answer: () => Response): {
  readonly app: JupyterFrontEnd;
  readonly asked: string[];
  readonly start: () => void;
} {
  const { settings, asked } = serverThatAnswers(answer);
  let start = (): void => undefined;
  const started = new Promise<void>(resolve => {
    start = resolve;
  });
  const app = {
    started,
    serviceManager: { serverSettings: settings }
  } as unknown as JupyterFrontEnd;
  return { app, asked, start };
}

/** Resolves when the notifications change, or after all that is due has run. */
async function settled(): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, 50));
}

describe('jupyterlab-dvc:version', () => {
  const plugin = plugins.find(({ id }) => id === 'jupyterlab-dvc:version');

  afterEach(() => {
    Notification.dismiss();
  });

  it('waits for the start, then asks once and shows one notice that stays', async () => {
    const { app, asked, start } = application(
      () => new Response('{"version": "7.8.9"}')
    );
    await plugin?.activate(app, null);
    await settled();
    expect(asked).toEqual([]);
    start();
    await settled();
    expect(asked).toHaveLength(1);
    expect(Notification.manager.count).toBe(1);
    const [notice] = Notification.manager.notifications;
    expect(notice?.message).toContain('7.8.9');
    expect(notice?.options.autoClose).toBe(false);
  });

  it('shows nothing where both halves are of one release', async () => {
    const { app, asked, start } = application(
      () => new Response(JSON.stringify({ version: VERSION }))
    );
    await plugin?.activate(app, null);
    start();
    await settled();
    expect(asked).toHaveLength(1);
    expect(Notification.manager.count).toBe(0);
  });

  it('needs no token to be activated', () => {
    expect(plugin?.autoStart).toBe(true);
    expect(plugin?.requires ?? []).toEqual([]);
  });
});
