import { mkdirSync } from 'fs';
import { join } from 'path';

import { expect } from '@playwright/test';
import type { Locator, Page, TestInfo } from '@playwright/test';

/** A page, Galata's or a plain one. */
export type Lab = Pick<
  Page,
  'getByRole' | 'getByText' | 'locator' | 'keyboard' | 'screenshot' | 'goto'
>;

/** The button in the toolbar of the notebook that is in front. */
export function stepButton(page: Lab): Locator {
  return page.getByRole('button', { name: /^DVC: / }).locator('visible=true');
}

/** Choose from the menu of the toolbar's button. */
export async function choose(page: Lab, item: string): Promise<void> {
  await stepButton(page).click();
  await page
    .getByRole('menu')
    .getByRole('menuitem', { name: item, exact: true })
    .click();
}

/** Open a notebook by its address, with nothing of an earlier layout. */
export async function openAlone(
  page: Lab,
  server: string,
  path: string
): Promise<void> {
  await page.goto(`${server}/lab/tree/${encodeURI(path)}?reset`);
  await expect(stepButton(page)).toBeVisible({ timeout: 30_000 });
  await expect(page.locator('#jupyterlab-splash')).toHaveCount(0);
}

export function toast(page: Lab, text: string | RegExp): Locator {
  return page.locator('.Toastify__toast', { hasText: text });
}

/** What a run printed. */
export function output(page: Lab): Locator {
  return page
    .getByRole('log', { name: 'Output of the run' })
    .locator('visible=true');
}

/** How the run in front stands, in words. */
export function runStatus(page: Lab): Locator {
  return page.locator('.jp-DVCRun').getByRole('status').locator('visible=true');
}

/** Leave a picture of a page for people to look at. */
export async function picture(
  page: Lab,
  testInfo: TestInfo,
  name: string
): Promise<void> {
  const folder = join(testInfo.project.outputDir, 'screenshots');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
