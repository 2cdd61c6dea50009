import { existsSync } from 'fs';
import { join } from 'path';

import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';

import { version } from '../../package.json';
import { errorsOf } from './console';
import { violations } from './looks';
import { makeProject, rootOf } from './pipeline';
import { choose, picture, stepButton } from './workbench';

// Notebook's own shortcuts plugin asks the settings of another one too early, with no extension installed too:
// https://github.com/jupyter/notebook/issues/7862
// Its sign of cells at work asks for a notebook's settings on the tree page, too, with none of ours in it.
const OF_NOTEBOOK =
  /reading 'schema'\)\n[^\n]*\/notebook_core\.|reading 'updateRenderOption'\)[^\n]*\/notebook_core\./;

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
  await expect(stepButton(page)).toHaveAccessibleName('DVC: Not synced');
  await choose(page, 'Preview');
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
  await choose(page, 'Run step');
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

test('makes a new step in Notebook 7 in the folder that is shown, and opens it', async ({
  page,
  baseURL
}, testInfo) => {
  test.setTimeout(120_000);
  const folder = makeProject(rootOf(baseURL), 'newseven');
  const errors = errorsOf(page);
  await page.goto('/tree/newseven/notebooks');
  await expect(
    page.getByRole('listitem', { name: /^Name: 1_sanitize\.ipynb/ })
  ).toBeVisible();
  const dialog = page.getByRole('dialog');
  const name = dialog.getByRole('textbox', { name: 'Name of the notebook' });
  const create = dialog.getByRole('button', { name: 'Create' });
  const fromMenu = async (at: Page): Promise<void> => {
    await at.getByRole('menuitem', { name: 'File', exact: true }).click();
    await at.getByRole('menu').getByText('New', { exact: true }).click();
    await at.getByRole('menuitem', { name: 'New pipeline step' }).click();
  };
  const opened = async (
    file: string,
    act: () => Promise<void>
  ): Promise<Page> => {
    const [tab] = await Promise.all([
      page.context().waitForEvent('page'),
      act()
    ]);
    await expect(tab).toHaveURL(
      new RegExp(`/notebooks/newseven/notebooks/${file}$`)
    );
    await expect(tab.getByRole('button', { name: /^DVC: / })).toBeVisible();
    expect(existsSync(join(folder, 'notebooks', file))).toBe(true);
    return tab;
  };

  await fromMenu(page);
  await expect(name).toBeFocused();
  await picture(page, testInfo, 'notebook-new-step-light');
  expect(await violations(page)).toEqual([]);
  // A name that is taken is said to be, and what was typed stays.
  await name.fill('1_sanitize');
  await dialog
    .getByRole('combobox', { name: 'Path of an input' })
    .fill('data/feed.txt');
  await create.click();
  await expect(dialog.getByRole('alert')).toContainText(
    'There is a file of this name already.'
  );
  await expect(
    dialog.getByRole('combobox', { name: 'Path of an input' })
  ).toHaveValue('data/feed.txt');
  await name.fill('6_more');
  const made = await opened('6_more.ipynb', () => create.click());
  await expect(made.locator('.jp-Notebook')).toContainText(
    ':dvc-in path_to_feed: data/feed.txt'
  );
  const notice = page.locator('.Toastify__toast', { hasText: '6_more' });
  await notice.getByRole('button', { name: 'Sync', exact: true }).click();
  await expect(
    page.locator('.Toastify__toast', { hasText: 'is synced' })
  ).toBeVisible();
  expect(
    existsSync(join(folder, 'pipeline', 'scripts', 'mlvtools_6_more.py'))
  ).toBe(true);

  // The file browser's own menu, and a notebook's page, which has no file browser to see.
  await page
    .getByRole('listitem', { name: /^Name: 1_sanitize\.ipynb/ })
    .click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'New Pipeline Step…' }).click();
  await name.fill('7_more');
  await opened('7_more.ipynb', () => create.click());
  await fromMenu(made);
  const there = made.getByRole('dialog');
  await there
    .getByRole('textbox', { name: 'Name of the notebook' })
    .fill('8_more');
  await opened('8_more.ipynb', () =>
    there.getByRole('button', { name: 'Create' }).click()
  );
  expect(errors.filter(error => !OF_NOTEBOOK.test(error))).toEqual([]);
});

test('cuts a notebook in two in Notebook 7, the new one in a tab', async ({
  page,
  baseURL
}) => {
  const folder = makeProject(rootOf(baseURL), 'cutseven');
  const other = join(folder, 'notebooks', '2_split_2.ipynb');
  await page.goto('/notebooks/cutseven/notebooks/2_split.ipynb');
  await expect(
    page.getByRole('button', { name: /^DVC: / })
  ).toHaveAccessibleName('DVC: Not synced');
  await page
    .locator('.jp-Notebook .jp-Cell', { hasText: 'def is_binary' })
    .click({ button: 'right' });
  await page
    .getByRole('menuitem', { name: 'Split here into a new step…' })
    .click();
  const dialog = page.getByRole('dialog');
  const accept = dialog.getByRole('button', { name: 'Split', exact: true });
  await expect(accept).toBeEnabled();
  const [tab] = await Promise.all([
    page.context().waitForEvent('page'),
    accept.click()
  ]);
  await expect(tab.locator('.jp-Notebook')).toContainText('def is_binary');
  const cells = page.locator('.jp-Notebook');
  await expect(cells).not.toContainText('def is_binary');
  expect(existsSync(other)).toBe(true);
  await page.bringToFront();
  await page
    .locator('.Toastify__toast', { hasText: 'The cells are in' })
    .getByRole('button', { name: 'Undo' })
    .click();
  await expect(cells).toContainText('def is_binary');
  await expect.poll(() => existsSync(other)).toBe(false);
});
