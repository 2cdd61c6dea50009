import { readFileSync } from 'fs';
import { join } from 'path';

import { nullTranslator } from '@jupyterlab/translation';

import { VERSION, versionNotice } from '../version';
import { payload, serverThatAnswers } from './server';

const trans = nullTranslator.load('jupyterlab_dvc');

function notice(
  answer: () => Response | Error
): ReturnType<typeof versionNotice> {
  return versionNotice(serverThatAnswers(answer).settings, trans);
}

describe('version', () => {
  it('is that of package.json', () => {
    const manifest = readFileSync(
      join(__dirname, '../../package.json'),
      'utf-8'
    );
    expect(manifest).toContain(`"version": "${VERSION}"`);
  });

  it('says nothing where both halves are of one release', async () => {
    const body = JSON.stringify({ version: VERSION });
    expect(await notice(() => new Response(body))).toBeNull();
  });

  it('says what to install where the server half is missing', async () => {
    const missing = await notice(
      () => new Response('<html>404</html>', { status: 404 })
    );
    expect(missing?.type).toBe('error');
    expect(missing?.message).toContain(
      `pip install jupyterlab-dvc==${VERSION}`
    );
  });

  it('fits into a toast, which is cut after 140 characters', async () => {
    const missing = await notice(() => new Response('', { status: 404 }));
    const other = await notice(
      () => new Response('{"version": "10.20.30rc1"}')
    );
    for (const said of [missing, other]) {
      expect(said?.message.length).toBeLessThanOrEqual(140 - '0rc1'.length);
    }
  });

  it('names both versions where they differ', async () => {
    const other = await notice(() => new Response('{"version": "7.8.9"}'));
    expect(other?.type).toBe('warning');
    expect(other?.message).toContain(VERSION);
    expect(other?.message).toContain('7.8.9');
  });

  it.each([
    [
      'refuses',
      () => new Response('{"message": "Forbidden"}', { status: 403 })
    ],
    ['fails', () => new Response(payload('unexpected'), { status: 500 })],
    ['is away', () => new TypeError('connection refused')]
  ])('says nothing where the server %s', async (_, answer) => {
    expect(await notice(answer)).toBeNull();
  });
});
