import { readFileSync } from 'fs';
import { join } from 'path';

import { expect, test } from '@playwright/test';

import { errorsOf } from '../tests/console';
import { addCell, makeProject, rootOf } from '../tests/pipeline';
import { choose, output, stepButton, toast } from '../tests/workbench';
import { address, expectState, open, typeAtEnd, unknownOf } from './page';

// A folder whose name has to be encoded, too.
const PROJECT = 'a step & ü+1';

test('a step is previewed, synced, run and stopped', async ({
  page,
  baseURL
}, testInfo) => {
  test.setTimeout(360_000);
  const folder = makeProject(rootOf(baseURL), PROJECT);
  addCell(
    join(folder, 'notebooks', '1_sanitize.ipynb'),
    'import time\nfor one in range(3):\n    print("pass", one, flush=True)\n    time.sleep(0.2)\nprint("passed")'
  );
  const errors = errorsOf(page);
  const picture = (name: string): string =>
    join(testInfo.project.outputDir, `lab-${name}.png`);
  await open(
    page,
    address('lab/workspaces/step/tree', `${PROJECT}/notebooks/1_sanitize.ipynb`)
  );
  await expectState(page, 'Not synced');

  await choose(page, 'Preview');
  await expect(
    page.getByRole('region', { name: 'The script with its prose' })
  ).toContainText('import re');
  await page.screenshot({ path: picture('preview') });
  await page
    .getByRole('tab', { name: '1_sanitize.ipynb', exact: true })
    .click();

  await typeAtEnd(page, '\nprint("typed here")');
  await expectState(page, 'Not synced, unsaved');
  await choose(page, 'Sync step');
  // Before anything else: the notification goes by itself.
  await toast(page, 'mlvtools_1_sanitize is synced')
    .getByRole('button', { name: 'Open script' })
    .click({ timeout: 30_000 });
  const script = join(folder, 'pipeline', 'scripts', 'mlvtools_1_sanitize.py');
  expect(readFileSync(script, 'utf-8')).toContain('print("typed here")');
  await expect(
    page.getByRole('tab', { name: 'mlvtools_1_sanitize.py', exact: true })
  ).toBeVisible();
  await expect(page.locator('.jp-FileEditor .cm-content')).toContainText(
    'Generated from'
  );
  await page
    .getByRole('tab', { name: '1_sanitize.ipynb', exact: true })
    .click();

  await expectState(page, 'Stale');
  await choose(page, 'Run step');
  await expect(output(page)).toContainText('pass 2', { timeout: 60_000 });
  await expect(output(page)).toContainText('typed here');
  await expect(toast(page, 'is done. Ran: mlvtools_1_sanitize')).toBeVisible({
    timeout: 30_000
  });
  await expectState(page, 'Up to date');
  await page.screenshot({ path: picture('run') });

  await typeAtEnd(page, '\ntime.sleep(120)');
  await choose(page, 'Sync step');
  await expectState(page, 'Stale');
  await choose(page, 'Run step');
  await expectState(page, 'Running');
  await expect(output(page)).toContainText('typed here', { timeout: 60_000 });
  await choose(page, 'Stop');
  await expect(toast(page, 'was stopped')).toBeVisible({ timeout: 30_000 });
  await expect(stepButton(page)).not.toHaveAccessibleName('DVC: Running');
  expect(unknownOf(errors)).toEqual([]);
});
