import { join } from 'path';

import { expect, test } from '@playwright/test';

import { version } from '../../package.json';
import { errorsOf } from './console';

test('the installed wheel loads without an error', async ({
  page
}, testInfo) => {
  const errors = errorsOf(page);
  const answer = page.waitForResponse(response =>
    response.url().includes('/jupyterlab-dvc/version')
  );
  await page.goto('/lab');
  expect(await (await answer).json()).toEqual({ version });
  await expect(
    page.getByRole('menuitem', { name: 'Help', exact: true })
  ).toBeVisible();
  await expect(page.locator('#jupyterlab-splash')).toHaveCount(0);
  await page.screenshot({
    path: join(testInfo.project.outputDir, 'installed.png')
  });
  // JupyterLab's own question about news may stand there.
  await expect(
    page.locator('.Toastify__toast', { hasText: 'jupyterlab-dvc' })
  ).toHaveCount(0);
  expect(errors).toEqual([]);
});
