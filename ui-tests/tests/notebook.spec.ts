import { existsSync } from 'fs';
import { join } from 'path';

import { expect, test } from '@playwright/test';

import { version } from '../../package.json';
import { errorsOf } from './console';
import { violations } from './looks';
import { makeProject, rootOf } from './pipeline';
import { picture } from './workbench';

// Notebook's own shortcuts plugin asks the settings of another one too early, with no extension installed too:
// https://github.com/jupyter/notebook/issues/7862
const OF_NOTEBOOK = /reading 'schema'\)\n[^\n]*\/notebook_core\./;

test('loads in Notebook 7 without an error', async ({ page }, testInfo) => {
  const errors = errorsOf(page);
  const answer = page.waitForResponse(response =>
    response.url().includes('/jupyterlab-dvc/version')
  );
  await page.goto('/tree');
  expect(await (await answer).json()).toEqual({ version });
  await expect(page.getByRole('tab', { name: 'Files' })).toBeVisible();
  await page.screenshot({
    path: join(testInfo.project.outputDir, 'notebook.png')
  });
  await expect(page.locator('.Toastify__toast')).toHaveCount(0);
  expect(errors.filter(error => !OF_NOTEBOOK.test(error))).toEqual([]);
});

test('says in Notebook 7 what to install where the server half is missing', async ({
  page
}) => {
  await page.route('**/jupyterlab-dvc/version*', route =>
    route.fulfill({ status: 404, body: 'not found' })
  );
  await page.goto('/tree');
  const notice = page.locator('.Toastify__toast');
  await expect(notice).toHaveCount(1);
  await expect(notice).toContainText(`pip install jupyterlab-dvc==${version}`);
});

test('syncs and runs a step in Notebook 7, its preview in a dialog', async ({
  page,
  baseURL
}, testInfo) => {
  test.setTimeout(120_000);
  const folder = makeProject(rootOf(baseURL), 'seven');
  await page.goto('/notebooks/seven/notebooks/1_sanitize.ipynb');
  const button = page.getByRole('button', { name: /^DVC: / });
  const choose = async (item: string): Promise<void> => {
    await button.click();
    await page.getByRole('menuitem', { name: item, exact: true }).click();
  };
  await expect(button).toHaveAccessibleName('DVC: Not synced');
  await choose('Preview');
  const dialog = page.getByRole('dialog');
  await expect(
    dialog.getByRole('region', { name: 'The script with its prose' })
  ).toBeVisible();
  await picture(page, testInfo, 'notebook-preview-light');
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Apply', exact: true }).click();
  const toast = page.locator('.Toastify__toast');
  await expect(toast.filter({ hasText: 'is synced' })).toBeVisible();
  await expect(dialog).toHaveCount(0);
  await choose('Run step');
  await expect(toast.filter({ hasText: 'is done' })).toBeVisible({
    timeout: 60_000
  });
  await picture(page, testInfo, 'notebook-run-light');
  expect(await violations(page)).toEqual([]);
  await expect(
    page.getByRole('log', { name: 'Output of the run' })
  ).toBeVisible();
  expect(existsSync(join(folder, 'data', 'sanitized.txt'))).toBe(true);
});
