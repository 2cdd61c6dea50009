import { join } from 'path';

import { expect, test } from '@jupyterlab/galata';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Response } from '@playwright/test';

import { version } from '../../package.json';
import { errorsOf } from './console';

const ROUTE = '**/jupyterlab-dvc/version*';

test.use({ autoGoto: false });

function answered(page: IJupyterLabPageFixture): Promise<Response> {
  return page.waitForResponse(response =>
    response.url().includes('/jupyterlab-dvc/version')
  );
}

test('loads without an error, in light and in dark', async ({
  page
}, testInfo) => {
  const errors = errorsOf(page);
  const answer = answered(page);
  await page.goto();
  expect(await (await answer).json()).toEqual({ version });
  expect(
    await page.evaluate(() =>
      window.jupyterapp.hasPlugin('jupyterlab-dvc:version')
    )
  ).toBe(true);
  await page.screenshot({
    path: join(testInfo.project.outputDir, 'lab-light.png')
  });
  await page.theme.setDarkTheme();
  await page.screenshot({
    path: join(testInfo.project.outputDir, 'lab-dark.png')
  });
  await expect(page.locator('.Toastify__toast')).toHaveCount(0);
  expect(errors).toEqual([]);
});

test('says once what to install where the server half is missing', async ({
  page
}, testInfo) => {
  let asked = 0;
  await page.route(ROUTE, async route => {
    asked += 1;
    await route.fulfill({ status: 404, body: 'not found' });
  });
  await page.goto();
  const notice = page.locator('.Toastify__toast');
  await expect(notice).toHaveCount(1);
  await expect(notice).toContainText(`pip install jupyterlab-dvc==${version}`);
  await expect(notice).toContainText('restart Jupyter.');
  expect(asked).toBe(1);
  await page.screenshot({
    path: join(testInfo.project.outputDir, 'lab-missing.png')
  });
});

test('names both versions where they differ', async ({ page }) => {
  await page.route(ROUTE, route =>
    route.fulfill({ json: { version: '7.8.9' } })
  );
  await page.goto();
  const notice = page.locator('.Toastify__toast');
  await expect(notice).toHaveCount(1);
  await expect(notice).toContainText(version);
  await expect(notice).toContainText('7.8.9');
  await expect(notice).toContainText('reload the page.');
});
