import { execFileSync } from 'child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';

import { expect, test } from '@jupyterlab/galata';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { errorsOf } from './console';
import { plainNotebook, ROOT, rootOf } from './pipeline';

test.use({ autoGoto: false });

/** The section of the right sidebar. */
function panelOf(page: IJupyterLabPageFixture): Locator {
  return page.locator('.jp-DVCPanel').locator('visible=true');
}

function sidebarTab(page: IJupyterLabPageFixture): Locator {
  return page.getByRole('tab', { name: 'Property Inspector' });
}

/** What DVC itself says of a project; nothing where all is up to date. */
function dvcStatus(folder: string): unknown {
  return JSON.parse(
    execFileSync(join(ROOT, '.venv', 'bin', 'dvc'), ['status', '--json'], {
      cwd: folder,
      encoding: 'utf-8'
    })
  );
}

test('three plain notebooks become a running pipeline in 12 clicks', async ({
  page,
  baseURL
}) => {
  test.setTimeout(180_000);
  const folder = join(rootOf(baseURL), 'three');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'raw.csv'), '3\n1\n2\n');
  plainNotebook(join(folder, 'one.ipynb'), [
    'import csv',
    "rows = open('raw.csv').read().split()",
    "with open('clean.csv', 'w') as f:\n    f.write('\\n'.join(sorted(rows)))"
  ]);
  plainNotebook(join(folder, 'two.ipynb'), [
    'FACTOR = 3',
    "rows = [int(x) * FACTOR for x in open('clean.csv').read().split()]",
    "with open('scaled.csv', 'w') as f:\n    f.write('\\n'.join(map(str, rows)))"
  ]);
  plainNotebook(join(folder, 'three.ipynb'), [
    "rows = [int(x) for x in open('scaled.csv').read().split()]",
    "with open('sum.txt', 'w') as f:\n    f.write(str(sum(rows)))"
  ]);
  execFileSync('git', ['init', '--quiet'], { cwd: folder });
  execFileSync(join(ROOT, '.venv', 'bin', 'dvc'), ['init', '--quiet'], {
    cwd: folder
  });
  await page.goto('tree/three');
  const errors = errorsOf(page);
  await expect(
    page.getByRole('listitem', { name: /^Name: one\.ipynb/ })
  ).toBeVisible();

  // Everything from here on is counted.
  let acts = 0;
  const click = async (target: Locator): Promise<void> => {
    acts += 1;
    await target.click();
  };
  const chooseFile = async (name: string): Promise<void> => {
    acts += 1;
    await page.getByRole('listitem', { name: `Name: ${name}` }).dblclick();
  };
  const button = (name: string): Locator =>
    panelOf(page).getByRole('button', { name, exact: true });

  await click(sidebarTab(page));
  for (const name of ['one', 'two', 'three']) {
    await chooseFile(`${name}.ipynb`);
    await click(button('Make this notebook a step'));
    await click(button('Sync'));
    await expect(button('Run')).toBeEnabled();
  }
  await click(button('Run'));
  await expect(panelOf(page).getByRole('status')).toHaveText('Up to date', {
    timeout: 90_000
  });
  expect(acts).toBeLessThanOrEqual(12);
  expect(readFileSync(join(folder, 'sum.txt'), 'utf-8')).toBe('18');
  const yaml = readFileSync(join(folder, 'dvc.yaml'), 'utf-8');
  expect(yaml.match(/^ {2}mlvtools_\w+:$/gm)).toEqual([
    '  mlvtools_one:',
    '  mlvtools_two:',
    '  mlvtools_three:'
  ]);
  expect(dvcStatus(folder)).toEqual({});
  expect(errors).toEqual([]);
});
