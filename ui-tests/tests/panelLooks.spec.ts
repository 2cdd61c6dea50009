import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';

import { expect, test } from '@jupyterlab/galata';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { Looks } from './looks';
import { openWithPanel, putCursor } from './panelPage';
import { addCell, makeSyncedProject, plainNotebook, rootOf } from './pipeline';
import { makeReadOnly } from './workbench';

test.use({ autoGoto: false });

/** Rest the mouse on something until what that brings out is there. */
async function rest(
  page: IJupyterLabPageFixture,
  on: Locator,
  shown: Locator
): Promise<void> {
  // From elsewhere: a mouse that doesn't move brings out nothing.
  await page.mouse.move(5, 5);
  await expect(shown).toHaveCount(0);
  await on.hover();
  await expect(shown).toBeVisible();
}

test('the panel, in every theme @faults', async ({
  page,
  baseURL
}, testInfo) => {
  test.setTimeout(200_000);
  const folder = makeSyncedProject(rootOf(baseURL), 'panellooks');
  const notebook = join(folder, 'notebooks', '2_split.ipynb');
  writeFileSync(
    notebook,
    readFileSync(notebook, 'utf-8').replace(
      ':dvc-out path_to_octals: ./data/octals.txt',
      ':dvc-out path_to_octal: ./data/octals.txt\\n",\n    ":dvc-in: nowhere.csv\\n",\n    ":dvc-inn: typo.csv\\n",\n    ":dvc-param: other.key'
    )
  );
  addCell(
    notebook,
    'extra = open("more.csv").read() + open(f"{extra}.csv").read()'
  );
  plainNotebook(join(folder, 'plain.ipynb'), ["print(open('a.csv').read())"]);
  plainNotebook(join(folder, 'broken.ipynb'), ['"""\n:dvc-in: a.csv\n']);
  await page.goto();
  const looks = new Looks(page, testInfo);
  let panel = await openWithPanel(page, 'panellooks/plain.ipynb');
  await expect(
    panel.getByRole('button', { name: 'Make this notebook a step' })
  ).toBeVisible();
  await looks.at('panel-no-step');
  panel = await openWithPanel(page, 'panellooks/broken.ipynb');
  await expect(panel.getByRole('button', { name: 'Line 1' })).toBeVisible();
  await looks.at('panel-broken');

  panel = await openWithPanel(page, 'panellooks/notebooks/2_split.ipynb');
  await expect(
    panel.getByRole('button', { name: 'Add 1 input' })
  ).toBeAttached();
  await looks.at('panel');
  await panel.getByText('size_bin_data').first().hover();
  await looks.at('panel-row');
  await panel
    .getByRole('button', { name: 'Edit size_bin_data' })
    .first()
    .click();
  const form = panel.getByRole('form');
  await form.getByRole('textbox', { name: 'Name' }).fill('1st');
  await expect(form.getByRole('alert')).toContainText('1st');
  const type = form.getByRole('combobox', { name: 'Type' });
  await type.fill('');
  await looks.at('panel-form', async () => {
    await type.focus();
    await expect(form.getByRole('option', { name: 'Path' })).toBeVisible();
    await type.press('ArrowDown');
  });
  await type.press('Escape');
  await expect(form.getByRole('listbox')).toHaveCount(0);
  await looks.at('panel-complaint');
  await form.getByRole('button', { name: 'Cancel' }).click();
  await panel
    .getByRole('region', { name: /^Found in the code/ })
    .scrollIntoViewIfNeeded();
  await looks.at('panel-found');
  await panel
    .getByRole('region', { name: /^Other lines/ })
    .scrollIntoViewIfNeeded();
  await looks.at('panel-below');

  // The labels of the cells, and what is underlined.
  await page.sidebar.close('right');
  const wrong = page.locator('.cm-lintRange').locator('visible=true').first();
  await looks.at('docstring', async () => {
    await rest(page, wrong, page.locator('.cm-tooltip-lint'));
  });
});

test('a docstring’s help and a locked panel, in every theme @faults', async ({
  page,
  baseURL
}, testInfo) => {
  test.setTimeout(200_000);
  makeSyncedProject(rootOf(baseURL), 'helplooks');
  await makeReadOnly(page, /helplooks\/notebooks\/5_sort\.ipynb$/);
  await page.goto();
  const looks = new Looks(page, testInfo);
  const panel = await openWithPanel(page, 'helplooks/notebooks/5_sort.ipynb');
  await expect(panel).toContainText('The notebook can only be read.');
  await looks.at('panel-locked');
  await page.sidebar.close('right');
  await page.notebook.openByPath('helplooks/notebooks/1_sanitize.ipynb');
  await putCursor(page, 2, ':dvc-desc:');
  await page.keyboard.type(':dvc-');
  await page.keyboard.press('Tab');
  await expect(page.locator('.jp-Completer-item').first()).toBeVisible();
  await looks.at('completion');
  await page.keyboard.press('Escape');
  for (let presses = 0; presses < ':dvc-'.length; presses += 1) {
    await page.keyboard.press('Backspace');
  }
  const directive = page
    .locator('.jp-DVCDirective', { hasText: ':dvc-out' })
    .locator('visible=true')
    .first();
  await looks.at('hover', async () => {
    await rest(page, directive, page.locator('.jp-DVCHover'));
  });
});

test('the dialog of a new step, in every theme @faults', async ({
  page,
  baseURL
}, testInfo) => {
  test.setTimeout(200_000);
  makeSyncedProject(rootOf(baseURL), 'newlooks');
  await page.goto();
  await page.filebrowser.openDirectory('newlooks');
  const looks = new Looks(page, testInfo);
  await page.menu.clickMenuItem('File>New>New pipeline step');
  const dialog = page.getByRole('dialog');
  await expect(
    dialog.getByRole('textbox', { name: 'Name of the notebook' })
  ).toBeFocused();
  await looks.at('new-step-empty');
  await dialog
    .getByRole('textbox', { name: 'Name of the notebook' })
    .fill('a/b');
  const output = dialog.getByRole('combobox', { name: 'Path of an output' });
  await output.fill('data/result.csv');
  await output.press('Enter');
  // Its list stands over what is below, until the focus goes.
  await dialog.getByRole('textbox', { name: 'Name of the notebook' }).focus();
  await dialog.getByRole('button', { name: 'Add hyperparameter' }).click();
  await expect(dialog).toContainText('it has no slash');
  await looks.at('new-step');
  const input = dialog.getByRole('combobox', { name: 'Path of an input' });
  await input.fill('data/s');
  await expect(dialog.getByRole('option', { name: /sanitized/ })).toContainText(
    'made by'
  );
  await input.press('ArrowDown');
  await looks.at('new-step-proposals');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
});
