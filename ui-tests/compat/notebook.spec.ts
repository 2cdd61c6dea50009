import { readFileSync } from 'fs';
import { join } from 'path';

import { expect, test } from '@playwright/test';

import { errorsOf } from '../tests/console';
import { addCell, makeProject, rootOf } from '../tests/pipeline';
import { choose, output, stepButton, toast } from '../tests/workbench';
import { address, expectState, open, typeAtEnd, unknownOf } from './page';

const PROJECT = 'seven & ü+1';

test('a step is previewed in a dialog, synced, run and stopped', async ({
  page,
  baseURL
}, testInfo) => {
  test.setTimeout(360_000);
  const folder = makeProject(rootOf(baseURL), PROJECT);
  addCell(
    join(folder, 'notebooks', '1_sanitize.ipynb'),
    'import time\nprint("pass", 2, flush=True)'
  );
  const errors = errorsOf(page);
  const picture = (name: string): string =>
    join(testInfo.project.outputDir, `notebook-${name}.png`);
  await open(
    page,
    address('notebooks', `${PROJECT}/notebooks/1_sanitize.ipynb`)
  );
  await expectState(page, 'Not synced');

  await choose(page, 'Preview');
  const dialog = page.getByRole('dialog');
  await expect(
    dialog.getByRole('region', { name: 'The script with its prose' })
  ).toContainText('import re');
  await page.screenshot({ path: picture('preview') });
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);

  await typeAtEnd(page, '\nprint("typed here")');
  await expectState(page, 'Not synced, unsaved');
  await choose(page, 'Sync step');
  // Before anything else: the notification goes by itself.
  const opened = page.context().waitForEvent('page', { timeout: 60_000 });
  await toast(page, 'mlvtools_1_sanitize is synced')
    .getByRole('button', { name: 'Open script' })
    .click({ timeout: 30_000 });
  const script = join(folder, 'pipeline', 'scripts', 'mlvtools_1_sanitize.py');
  expect(readFileSync(script, 'utf-8')).toContain('print("typed here")');
  const editor = await opened;
  await expect(editor.locator('.jp-FileEditor .cm-content')).toContainText(
    'Generated from',
    { timeout: 30_000 }
  );
  await editor.close();

  await expectState(page, 'Stale');
  await choose(page, 'Run step');
  await expect(output(page)).toContainText('typed here', { timeout: 60_000 });
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

  // The tree page lists what runs, and shows a log below.
  const tree = await page.context().newPage();
  await tree.goto(address('tree', `${PROJECT}/notebooks`));
  await tree.getByRole('tab', { name: 'Running' }).click({ timeout: 60_000 });
  await tree.getByText('mlvtools_1_sanitize: Running').click();
  await expect(
    tree.getByRole('log', { name: 'Output of the run' })
  ).toContainText('typed here', { timeout: 30_000 });
  await tree.screenshot({ path: picture('tree') });
  await tree.close();
  await choose(page, 'Stop');
  await expect(toast(page, 'was stopped')).toBeVisible({ timeout: 30_000 });
  await expect(stepButton(page)).not.toHaveAccessibleName('DVC: Running');
  expect(unknownOf(errors)).toEqual([]);
});
