import { readFileSync } from 'fs';
import { join } from 'path';

import { expect, test } from '@jupyterlab/galata';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { errorsOf } from './console';
import { makeProject, NOTEBOOKS, rootOf } from './pipeline';

test.use({ autoGoto: false });

function button(page: IJupyterLabPageFixture): Locator {
  return page.getByRole('button', { name: /^DVC: / }).locator('visible=true');
}

async function choose(
  page: IJupyterLabPageFixture,
  item: string
): Promise<void> {
  await button(page).click();
  await page
    .getByRole('menu')
    .getByRole('menuitem', { name: item, exact: true })
    .click();
}

async function open(page: IJupyterLabPageFixture, path: string): Promise<void> {
  await page.notebook.openByPath(path);
  await expect(button(page)).toBeVisible();
}

function toast(page: IJupyterLabPageFixture, text: string | RegExp): Locator {
  return page.locator('.Toastify__toast', { hasText: text });
}

test('five notebooks, synced one by one, run as a pipeline', async ({
  page,
  baseURL
}, testInfo) => {
  test.setTimeout(150_000);
  const folder = makeProject(rootOf(baseURL), 'demo');
  const errors = errorsOf(page);
  const picture = (name: string): string =>
    join(testInfo.project.outputDir, `step-${name}.png`);
  await page.goto();
  for (const name of NOTEBOOKS) {
    await open(page, `demo/notebooks/${name}.ipynb`);
    await expect(button(page)).toHaveAccessibleName('DVC: Not synced');
    if (name === '2_split') {
      await choose(page, 'Preview');
      await expect(
        page.getByRole('region', { name: 'The script with its prose' })
      ).toBeVisible();
      await page.screenshot({ path: picture('preview-light') });
      await page.theme.setDarkTheme();
      await page.screenshot({ path: picture('preview-dark') });
      await page.theme.setLightTheme();
      await page
        .getByRole('tab', { name: '2_split.ipynb', exact: true })
        .click();
    }
    await choose(page, 'Sync step');
    await expect(toast(page, 'is synced').last()).toBeVisible();
    await expect(button(page)).toHaveAccessibleName('DVC: Stale');
  }
  await button(page).click();
  await page.screenshot({ path: picture('menu-light') });
  await page.keyboard.press('Escape');
  await choose(page, 'Run pipeline');
  const log = page.getByRole('log', { name: 'Output of the run' });
  await expect(log).toBeVisible();
  await expect(toast(page, /Pipeline is done\. Ran: /)).toBeVisible({
    timeout: 90_000
  });
  await page.screenshot({ path: picture('run-light') });
  await page.theme.setDarkTheme();
  await page.screenshot({ path: picture('run-dark') });
  await expect(button(page)).toHaveAccessibleName('DVC: Up to date');
  expect(
    readFileSync(join(folder, 'data', 'sentence.txt'), 'utf-8').length
  ).toBeGreaterThan(10);
  expect(errors).toEqual([]);
});
