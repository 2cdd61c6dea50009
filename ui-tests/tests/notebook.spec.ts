import { join } from 'path';

import { expect, test } from '@playwright/test';

import { version } from '../../package.json';
import { errorsOf } from './console';

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
  expect(errors).toEqual([]);
});
