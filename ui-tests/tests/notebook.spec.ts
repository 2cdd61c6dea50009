import { join } from 'path';

import { expect, test } from '@playwright/test';

import { version } from '../../package.json';
import { errorsOf } from './console';

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
