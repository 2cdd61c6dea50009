import { existsSync } from 'fs';
import { join } from 'path';

import { expect, test } from '@jupyterlab/galata';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';

import { errorsOf } from './console';
import { makeProject, rootOf } from './pipeline';
import { choose, picture, stepButton, toast } from './workbench';

test.use({ autoGoto: false });

async function set(
  page: IJupyterLabPageFixture,
  values: Record<string, string | boolean>
): Promise<void> {
  // By the settings editor's own way, so that a page that is open is told.
  await page.evaluate(async text => {
    const registry = (await window.galata.getPlugin(
      '@jupyterlab/apputils-extension:settings'
    )) as unknown as { upload(id: string, raw: string): Promise<void> };
    await registry.upload('jupyterlab-dvc:settings', text);
  }, JSON.stringify(values));
}

test('the settings say what is shown, asked and made', async ({
  page,
  baseURL
}, testInfo) => {
  test.setTimeout(150_000);
  const folder = makeProject(rootOf(baseURL), 'wishes');
  const errors = errorsOf(page);
  await page.goto();
  await page.notebook.openByPath('wishes/notebooks/2_split.ipynb');
  const cells = page.locator('.jp-Notebook');
  const label = cells.getByText('metadata', { exact: true });
  const coloured = cells.locator('.jp-DVCDirective');
  const marked = cells.locator('.cm-lintRange');
  await expect(label).toBeVisible();
  await expect(coloured.first()).toBeVisible();
  await expect(marked.first()).toBeVisible();

  await set(page, {
    cellLabels: false,
    directiveColours: false,
    problemMarks: false
  });
  await expect(label).toHaveCount(0);
  await expect(coloured).toHaveCount(0);
  await expect(marked).toHaveCount(0);
  await picture(page, testInfo, 'plain-docstring');

  await set(page, {
    confirmRun: 'sync',
    stepName: '6_',
    stepFolder: 'more/notebooks'
  });
  await expect(label).toBeVisible();
  await expect(coloured.first()).toBeVisible();
  await expect(marked.first()).toBeVisible();

  // Synced and run without a question.
  await expect(stepButton(page)).toHaveAccessibleName('DVC: Not synced');
  await choose(page, 'Run step');
  await expect(toast(page, 'mlvtools_2_split is synced')).toBeVisible();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(
    page.getByRole('log', { name: 'Output of the run' })
  ).toBeVisible({ timeout: 30_000 });

  // Made in a folder that wasn't there, under a name that was begun.
  await page.evaluate(() => {
    void window.jupyterapp.commands.execute('dvc:new-step', {
      cwd: 'wishes/notebooks'
    });
  });
  const dialog = page.getByRole('dialog');
  const name = dialog.getByRole('textbox', { name: 'Name of the notebook' });
  await expect(name).toHaveValue('6_');
  await name.fill('6_count');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await expect(page.getByRole('tab', { name: '6_count.ipynb' })).toBeVisible({
    timeout: 30_000
  });
  expect(existsSync(join(folder, 'more', 'notebooks', '6_count.ipynb'))).toBe(
    true
  );
  expect(errors).toEqual([]);
});

test('the settings stand in the editor, with words for each', async ({
  page
}, testInfo) => {
  await page.goto();
  await page.evaluate(async () => {
    await window.jupyterapp.commands.execute('settingeditor:open', {
      query: 'DVC'
    });
  });
  const editor = page.locator('#json-setting-editor, .jp-SettingsPanel');
  await expect(
    page.getByText('Look before a sync writes').first()
  ).toBeVisible();
  for (const title of ['Label cells', 'Folder of new steps']) {
    await expect(editor.getByText(title).first()).toBeVisible();
  }
  // Only what can be set is listed.
  await expect(page.getByRole('tab', { name: 'DVC' })).toHaveCount(1);
  await picture(page, testInfo, 'preferences');
});
