import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';

import { expect, test } from '@jupyterlab/galata';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { NotebookPanel } from '@jupyterlab/notebook';

import { addCell, makeSyncedProject, rootOf, sync } from './pipeline';
import {
  choose,
  open,
  picture,
  runStatus,
  stepButton,
  toast
} from './workbench';

test.use({ autoGoto: false });

/** What the last cell of the notebook in front holds, and whether the page says that it is unsaved. */
function lastCell(
  page: IJupyterLabPageFixture
): Promise<{ source: string; dirty: boolean }> {
  return page.evaluate(() => {
    const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
    const cells = [...(panel.content.model?.cells ?? [])];
    return {
      source: cells.at(-1)?.sharedModel.getSource() ?? '',
      dirty: panel.context.model.dirty
    };
  });
}

async function typeAtEnd(
  page: IJupyterLabPageFixture,
  text: string
): Promise<void> {
  await page.notebook.selectCells((await page.notebook.getCellCount()) - 1);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+End');
  await page.keyboard.press('Enter');
  await page.keyboard.insertText(text);
}

test('what the command line and runs do leaves an open notebook alone', async ({
  page,
  baseURL
}, testInfo) => {
  const folder = makeSyncedProject(rootOf(baseURL), 'dirty');
  const notebook = join(folder, 'notebooks', '1_sanitize.ipynb');
  const script = join(folder, 'pipeline/scripts/mlvtools_1_sanitize.py');
  await page.goto();
  await open(page, 'dirty/notebooks/1_sanitize.ipynb', 'Stale');
  await typeAtEnd(page, 'typed = "in the page"');
  await expect(stepButton(page)).toHaveAccessibleName('DVC: Stale, unsaved');

  // Another change, of the file and not of the page, is what a sync in a terminal takes.
  const saved = readFileSync(notebook, 'utf-8');
  writeFileSync(
    notebook,
    saved.replace('stray characters dropped', 'characters dropped')
  );
  sync(folder, 'notebooks/1_sanitize.ipynb');
  expect(readFileSync(script, 'utf-8')).toContain('} characters dropped');
  expect(readFileSync(script, 'utf-8')).not.toContain('in the page');
  await expect(stepButton(page)).toHaveAccessibleName('DVC: Stale, unsaved');
  await choose(page, 'Preview');
  await expect(
    page.getByText('This is the notebook as it was saved')
  ).toBeVisible();
  await picture(page, testInfo, 'preview-unsaved-light');
  const tab = page.getByRole('tab', { name: '1_sanitize.ipynb', exact: true });
  await tab.click();

  await choose(page, 'Run step');
  await expect(runStatus(page)).toContainText('Done');
  await expect(toast(page, 'is done')).toBeVisible();
  await tab.click();
  await expect(stepButton(page)).toHaveAccessibleName(
    'DVC: Up to date, unsaved'
  );
  const { source, dirty } = await lastCell(page);
  expect(source).toContain('typed = "in the page"');
  expect(source).toContain('stray characters dropped');
  expect(dirty).toBe(true);
  expect(readFileSync(notebook, 'utf-8')).not.toContain('in the page');
});

test('views of files that a sync and a run changed show them as they are', async ({
  page,
  baseURL
}) => {
  const folder = makeSyncedProject(rootOf(baseURL), 'views');
  const made = join(folder, 'data', 'sanitized.txt');
  writeFileSync(made, 'before the run\n');
  writeFileSync(join(folder, 'data', 'notes.txt'), 'notes\n');
  addCell(join(folder, 'notebooks', '1_sanitize.ipynb'), 'more = 1');
  await page.goto();
  const text = (): Promise<string> =>
    page.evaluate(() => {
      const { currentWidget } = window.jupyterapp.shell;
      return (
        (currentWidget as NotebookPanel | null)?.context.model.toString() ?? ''
      );
    });
  const scriptPath = 'views/pipeline/scripts/mlvtools_1_sanitize.py';
  await page.filebrowser.open('views/data/sanitized.txt');
  await page.filebrowser.open('views/data/notes.txt');
  await page.locator('.cm-content').locator('visible=true').click();
  await page.keyboard.insertText('typed ');
  await page.filebrowser.open(scriptPath);
  expect(await text()).not.toContain('more = 1');
  await page.notebook.openByPath('views/notebooks/1_sanitize.ipynb');
  await choose(page, 'Sync step');
  await expect(toast(page, 'is synced')).toBeVisible();
  await page.activity.activateTab('mlvtools_1_sanitize.py');
  await expect.poll(text).toContain('more = 1');
  await page.activity.activateTab('1_sanitize.ipynb');
  // As a tool beside the page would.
  writeFileSync(join(folder, 'data', 'notes.txt'), 'of another program\n');
  await choose(page, 'Run step');
  await expect(toast(page, 'is done')).toBeVisible();
  expect(readFileSync(made, 'utf-8')).not.toContain('before the run');
  await page.activity.activateTab('sanitized.txt');
  await expect.poll(text).toBe(readFileSync(made, 'utf-8'));
  await page.activity.activateTab('notes.txt');
  expect(await text()).toContain('typed ');
});

test('dvc.yaml edited behind an open preview: the difference is shown, comments stay', async ({
  page,
  baseURL
}, testInfo) => {
  const folder = makeSyncedProject(rootOf(baseURL), 'behind');
  const yaml = join(folder, 'dvc.yaml');
  addCell(join(folder, 'notebooks', '1_sanitize.ipynb'), 'more = 1');
  await page.goto();
  await open(page, 'behind/notebooks/1_sanitize.ipynb', 'Not synced');
  await choose(page, 'Preview');
  const preview = page.getByRole('tabpanel', { name: /^Preview: / });
  const write = preview.getByRole('button', { name: 'Apply', exact: true });
  await expect(write).toBeEnabled();
  const edited = `# a comment of ours\n${readFileSync(yaml, 'utf-8').replace(
    '--path-to-feed=./data/feed.txt',
    '$& --by-hand'
  )}`;
  expect(edited).toContain('--by-hand');
  writeFileSync(yaml, edited);
  await write.click();
  const lost = page.getByRole('region', { name: 'What would be lost' });
  await expect(lost).toContainText('--by-hand');
  expect(readFileSync(yaml, 'utf-8')).toBe(edited);
  await picture(page, testInfo, 'preview-clash-yaml-light');
  await preview.getByRole('button', { name: 'Overwrite and sync' }).click();
  await expect(toast(page, 'is synced')).toBeVisible();
  const written = readFileSync(yaml, 'utf-8');
  expect(written).toContain('# a comment of ours');
  expect(written).not.toContain('--by-hand');
});

test('a notebook is synced and run from the file browser, without opening it', async ({
  page,
  baseURL
}, testInfo) => {
  makeSyncedProject(rootOf(baseURL), 'browsed', folder => {
    addCell(join(folder, 'notebooks', '1_sanitize.ipynb'), 'more = 1');
  });
  await page.goto();
  await page.filebrowser.openDirectory('browsed/notebooks');
  const file = page.getByRole('listitem', { name: /^Name: 1_sanitize\.ipynb/ });
  const chooseOf = async (item: string): Promise<void> => {
    await file.click({ button: 'right' });
    // Lumino gives a submenu's entry no role of a menu's.
    await page
      .locator('.lm-Menu')
      .getByRole('listitem')
      .filter({ hasText: /^DVC$/ })
      .hover();
    const entry = page
      .locator('.lm-Menu')
      .getByRole('menuitem', { name: item, exact: true });
    await expect(entry).toBeVisible();
    if (item === 'Sync step') {
      await picture(page, testInfo, 'file-browser-menu-light');
    }
    await entry.click();
  };
  await chooseOf('Check');
  await expect(toast(page, 'Nothing is wrong with the step.')).toBeVisible();
  await chooseOf('Sync step');
  const synced = toast(page, 'mlvtools_1_sanitize');
  await expect(synced).toBeVisible();
  await picture(page, testInfo, 'notification-synced-light');
  await synced.getByRole('button', { name: 'Open script' }).click();
  await expect(
    page.getByRole('tab', { name: 'mlvtools_1_sanitize.py' })
  ).toBeVisible();
  await chooseOf('Sync step');
  await toast(page, 'mlvtools_1_sanitize')
    .last()
    .getByRole('button', { name: 'Run' })
    .click();
  await expect(runStatus(page)).toContainText('Done');
  const done = toast(page, 'mlvtools_1_sanitize is done. Ran: mlvtools_1');
  await expect(done).toBeVisible();
  await chooseOf('Run step');
  await expect(
    toast(page, 'mlvtools_1_sanitize is done. Skipped: mlvtools_1')
  ).toBeVisible();
  await expect(page.getByRole('tab', { name: '1_sanitize.ipynb' })).toHaveCount(
    0
  );
});
