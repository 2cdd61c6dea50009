import { mkdirSync } from 'fs';
import { join } from 'path';

import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
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

/** Bring a notebook to the front, and wait until the button says its state: that one, or any that is known. */
export async function open(
  page: IJupyterLabPageFixture,
  path: string,
  state: string | RegExp = /^DVC: (?!Unknown)/
): Promise<void> {
  await page.notebook.openByPath(path);
  await expect(stepButton(page)).toHaveAccessibleName(
    typeof state === 'string' ? `DVC: ${state}` : state
  );
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

/**
 * Have the server say of notebooks that they can only be read.
 *
 * It is played: where the tests run as root, every file can be written.
 */
export async function makeReadOnly(
  page: Pick<Page, 'route'>,
  notebooks: RegExp
): Promise<void> {
  await page.route(
    url =>
      url.pathname.includes('/api/contents/') && notebooks.test(url.pathname),
    async route => {
      const response = await route.fetch();
      const body = (await response.json()) as object;
      await route.fulfill({ response, json: { ...body, writable: false } });
    }
  );
}

/** Press a key, or the one that leads on from where the focus is, until something has the focus. */
export async function reach(
  page: Pick<Page, 'keyboard'>,
  target: Locator,
  key: string | (() => Promise<string>) = 'Tab'
): Promise<void> {
  for (let presses = 0; presses < 120; presses += 1) {
    if (await target.evaluate(node => node === document.activeElement)) {
      return;
    }
    await page.keyboard.press(typeof key === 'string' ? key : await key());
  }
  await expect(target).toBeFocused();
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
