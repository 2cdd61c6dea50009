import { readFileSync } from 'fs';
import { join } from 'path';

import { expect, test } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { errorsOf, unrefused } from './console';
import { panelOf, sourceOf } from './panelPage';
import { DOCSTRING, makeSyncedProject, rootOf } from './pipeline';
import { reach, stepButton, toast } from './workbench';

test.use({ autoGoto: false });

test('rows, values and a cell’s role are changed by the keyboard alone @faults', async ({
  page,
  baseURL
}) => {
  test.setTimeout(120_000);
  const folder = makeSyncedProject(rootOf(baseURL), 'panelkeys');
  const params = join(folder, 'params.yaml');
  const errors = errorsOf(page);
  await page.goto();
  await page.evaluate(async () => {
    await window.jupyterapp.commands.execute('docmanager:open', {
      path: 'panelkeys/notebooks/2_split.ipynb'
    });
  });
  await expect(stepButton(page)).toHaveAccessibleName('DVC: Stale');
  const before = await sourceOf(page, DOCSTRING);
  const values = readFileSync(params, 'utf-8');

  // JupyterLab's own shortcut shows the panel.
  await page.keyboard.press('Escape');
  await page.keyboard.press('ControlOrMeta+Shift+U');
  const panel = panelOf(page);
  const button = (name: string): Locator =>
    panel.getByRole('button', { name, exact: true });
  const row = (name: string): Locator =>
    panel.getByRole('listitem').getByRole('button', { name }).first();
  const form = panel.getByRole('form');
  await expect(button('Add input')).toBeEnabled();

  // Added: the form has the focus at once, Enter takes it.
  await reach(page, button('Add input'));
  await page.keyboard.press('Enter');
  const path = form.getByRole('combobox', { name: 'Path' });
  await expect(path).toBeFocused();
  await page.keyboard.type('data/fe');
  await expect(
    form.getByRole('option', { name: 'data/feed.txt' })
  ).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(path).toHaveValue('data/feed.txt');
  await page.keyboard.press('Enter');
  await expect(form).toHaveCount(0);
  await expect
    .poll(() => sourceOf(page, DOCSTRING))
    .toContain(':dvc-in: data/feed.txt\n');
  await expect(button('Add input')).toBeFocused();

  // Edited; Escape leaves a form as it was.
  await reach(page, row('data/feed.txt'));
  await page.keyboard.press('Enter');
  await expect(path).toBeFocused();
  await page.keyboard.press('End');
  await page.keyboard.type('.not');
  await page.keyboard.press('Escape');
  await expect(row('data/feed.txt')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(path).toBeFocused();
  await page.keyboard.press('End');
  await page.keyboard.type('.bak');
  await page.keyboard.press('Enter');
  await expect
    .poll(() => sourceOf(page, DOCSTRING))
    .toContain(':dvc-in: data/feed.txt.bak\n');
  await expect(row('data/feed.txt.bak')).toBeFocused();

  // Moved: the focus goes along.
  await page.keyboard.press('Alt+ArrowUp');
  await expect
    .poll(() => sourceOf(page, DOCSTRING))
    .toMatch(/feed\.txt\.bak\n:dvc-in path_to_sanitized/);
  await expect(row('data/feed.txt.bak')).toBeFocused();
  await page.keyboard.press('Alt+ArrowDown');
  await expect
    .poll(() => sourceOf(page, DOCSTRING))
    .toMatch(/path_to_sanitized: [^\n]*\n:dvc-in: data\/feed\.txt\.bak\n/);

  // Removed: nothing else has changed, and the focus stays near.
  await expect(row('data/feed.txt.bak')).toBeFocused();
  await page.keyboard.press('Delete');
  await expect.poll(() => sourceOf(page, DOCSTRING)).toBe(before);
  await expect(panel.getByText('data/feed.txt.bak')).toHaveCount(0);
  await expect(row('./data/sanitized.txt')).toBeFocused();

  // A hyperparameter's value goes to params.yaml, not to the docstring.
  const value = panel.getByRole('textbox', {
    name: 'Value of size_bin_data in the pipeline'
  });
  await reach(page, value, 'Shift+Tab');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('seven');
  await page.keyboard.press('Enter');
  await expect(value).toHaveAccessibleDescription(/seven/);
  expect(readFileSync(params, 'utf-8')).toBe(values);
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('7');
  await page.keyboard.press('Enter');
  await expect
    .poll(() => readFileSync(params, 'utf-8'))
    .toBe(values.replace('size_bin_data: 8', 'size_bin_data: 7'));
  await expect(toast(page, 'size_bin_data is now 7.')).toBeVisible();
  expect(await sourceOf(page, DOCSTRING)).toBe(before);

  // A flag of the stage, in a section that is opened first.
  const stage = button('Stage');
  await reach(page, stage);
  if ((await stage.getAttribute('aria-expanded')) === 'false') {
    await page.keyboard.press('Enter');
  }
  const always = panel.getByRole('checkbox', { name: 'Always changed' });
  await reach(page, always);
  await page.keyboard.press('Space');
  await expect
    .poll(() => sourceOf(page, DOCSTRING))
    .toBe(before.replace(/\n"""\n/, '\n:dvc-always-changed:\n"""\n'));
  await expect(always).toBeChecked();
  await page.keyboard.press('Space');
  await expect.poll(() => sourceOf(page, DOCSTRING)).toBe(before);

  // The role of the active cell: its tag is set, and taken back.
  const cells = page.locator('.jp-Notebook .jp-Cell');
  await reach(page, cells.first(), 'Shift+Tab');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(button('Cell 4')).toBeVisible();
  const role = panel.getByRole('switch', { name: 'Part of the step' });
  await expect(role).toBeChecked();
  await reach(page, role);
  await page.keyboard.press('Space');
  await expect(role).not.toBeChecked();
  await expect(cells.nth(3)).toContainText('no effect');
  await page.keyboard.press('Space');
  await expect(role).toBeChecked();
  await expect(cells.nth(3)).not.toContainText('no effect');
  expect(unrefused(errors)).toEqual([]);
});
