import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';

import { expect, test } from '@jupyterlab/galata';
import type { NotebookPanel } from '@jupyterlab/notebook';

import { errorsOf } from './console';
import {
  addCell,
  makeProject,
  makeSyncedProject,
  NOTEBOOKS,
  plainNotebook,
  rootOf
} from './pipeline';
import { choose, open, picture, stepButton, toast } from './workbench';

test.use({ autoGoto: false });

test('five notebooks, synced one by one, run as a pipeline', async ({
  page,
  baseURL
}, testInfo) => {
  test.setTimeout(150_000);
  const folder = makeProject(rootOf(baseURL), 'demo');
  const errors = errorsOf(page);
  await page.goto();
  for (const name of NOTEBOOKS) {
    await open(page, `demo/notebooks/${name}.ipynb`, 'Not synced');
    if (name === '2_split') {
      await choose(page, 'Preview');
      await expect(
        page.getByRole('region', { name: 'The script with its prose' })
      ).toBeVisible();
      await page
        .getByRole('tab', { name: '2_split.ipynb', exact: true })
        .click();
    }
    await choose(page, 'Sync step');
    await expect(toast(page, 'is synced').last()).toBeVisible();
    await expect(stepButton(page)).toHaveAccessibleName('DVC: Stale');
  }
  await choose(page, 'Run pipeline');
  const log = page.getByRole('log', { name: 'Output of the run' });
  await expect(log).toBeVisible();
  await expect(toast(page, /Pipeline is done\. Ran: /)).toBeVisible({
    timeout: 90_000
  });
  await picture(page, testInfo, 'pipeline-done-light');
  await expect(stepButton(page)).toHaveAccessibleName('DVC: Up to date');
  expect(
    readFileSync(join(folder, 'data', 'sentence.txt'), 'utf-8').length
  ).toBeGreaterThan(10);

  // Another algorithm in step 4: it runs again, and what needs it.
  await page.activity.activateTab('4_convert_octals.ipynb');
  await page.evaluate(() => {
    const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
    for (const { sharedModel } of panel.content.model?.cells ?? []) {
      const source = sharedModel.getSource();
      if (source.includes('base=8)')) {
        sharedModel.setSource(
          source.replace(/chr\(int\(code, base=8\)\)/, '$&.upper()')
        );
      }
    }
  });
  await expect(stepButton(page)).toHaveAccessibleName(
    'DVC: Up to date, unsaved'
  );
  await choose(page, 'Sync step');
  await expect(toast(page, '4_convert_octals is synced').last()).toBeVisible();
  await expect(stepButton(page)).toHaveAccessibleName('DVC: Stale');
  await choose(page, 'Run pipeline');
  await expect(
    toast(page, 'Ran: mlvtools_4_convert_octals, mlvtools_5_sort. Skipped: ')
  ).toBeVisible({ timeout: 60_000 });
  expect(errors).toEqual([]);
});

test('a sync looks first where the settings say so', async ({
  page,
  baseURL
}) => {
  const folder = makeProject(rootOf(baseURL), 'always');
  const yaml = join(folder, 'dvc.yaml');
  await page.goto();
  await page.evaluate(async () => {
    await window.jupyterapp.serviceManager.settings.save(
      'jupyterlab-dvc:settings',
      '{"confirmSync": "always"}'
    );
  });
  await page.goto();
  await open(page, 'always/notebooks/1_sanitize.ipynb');
  await choose(page, 'Sync step');
  const write = page
    .getByRole('tabpanel')
    .getByRole('button', { name: 'Apply', exact: true });
  await expect(write).toBeVisible();
  expect(existsSync(yaml)).toBe(false);
  await write.click();
  await expect(toast(page, 'is synced')).toBeVisible();
  expect(existsSync(yaml)).toBe(true);
});

test('a hand edit is shown before it is lost', async ({ page, baseURL }) => {
  const folder = makeSyncedProject(rootOf(baseURL), 'edited');
  const script = join(folder, 'pipeline', 'scripts', 'mlvtools_1_sanitize.py');
  appendFileSync(script, '\nprint("by hand")\n');
  await page.goto();
  await open(page, 'edited/notebooks/1_sanitize.ipynb');
  await choose(page, 'Sync step');
  const lost = page.getByRole('region', { name: 'What would be lost' });
  await expect(lost).toContainText('by hand');
  expect(readFileSync(script, 'utf-8')).toContain('by hand');
  await page.getByRole('button', { name: 'Overwrite and sync' }).click();
  await expect(toast(page, 'mlvtools_1_sanitize')).toBeVisible();
  expect(readFileSync(script, 'utf-8')).not.toContain('by hand');
  await expect(lost).toHaveCount(0);
});

test('other values are asked for in a form, and run as an experiment', async ({
  page,
  baseURL
}) => {
  const folder = makeSyncedProject(rootOf(baseURL), 'values');
  await page.goto();
  await open(page, 'values/notebooks/2_split.ipynb');
  await choose(page, 'Run with other values…');
  const dialog = page.getByRole('dialog');
  const size = dialog.getByRole('textbox', { name: /size_bin_data/ });
  await expect(size).toHaveValue('8');
  await expect(
    dialog.getByRole('textbox', { name: /path_to_sanitized/ })
  ).toBeDisabled();
  await size.fill('seven');
  await expect(size).toHaveAccessibleDescription(
    "'seven' for 'size_bin_data' is not of its type, int."
  );
  await expect(dialog.getByRole('button', { name: 'Run' })).toBeDisabled();
  await size.fill('7');
  await dialog.getByRole('button', { name: 'Run' }).click();
  await expect(toast(page, /is done\./)).toBeVisible({ timeout: 60_000 });
  expect(readFileSync(join(folder, 'params.yaml'), 'utf-8')).toContain('8');
});

test('a parameter becomes a hyperparameter where its value is asked for', async ({
  page,
  baseURL
}) => {
  const folder = makeProject(rootOf(baseURL), 'hyper');
  const notebook = join(folder, 'sized.ipynb');
  plainNotebook(notebook, [
    [
      '"""',
      ':param int bits: one is a hyperparameter already',
      ':param int size: how many',
      ":param str word: which. Defaults to 'ho'.",
      ':dvc-param bits: size_bin_data',
      ':dvc-out: ./out.txt',
      '"""',
      'bits = 4',
      'size = 3',
      'word = "hum"'
    ].join('\n'),
    'open("out.txt", "w").write(word * size)'
  ]);
  await page.goto();
  await open(page, 'hyper/sized.ipynb');
  const dialog = page.getByRole('dialog');
  const make = (name: string): Promise<void> =>
    dialog
      .getByRole('button', { name: `Make it a hyperparameter: ${name}` })
      .click();
  await choose(page, 'Sync step');
  await expect(toast(page, 'is synced')).toBeVisible();
  await choose(page, 'Run with other values…');
  await expect(dialog.getByRole('textbox', { name: /size/ })).toBeDisabled();
  await make('size');
  const made = toast(page, 'size is a hyperparameter now, in params.yaml: 3.');
  await expect(made).toBeVisible();
  expect(readFileSync(join(folder, 'params.yaml'), 'utf-8')).toMatch(
    /^size: 3$/m
  );
  await made.getByRole('button', { name: 'Sync step' }).click();
  await expect
    .poll(() => readFileSync(notebook, 'utf-8'))
    .toContain(':dvc-param size: size');
  await expect
    .poll(() => readFileSync(join(folder, 'dvc.yaml'), 'utf-8'))
    .toContain("--size='${size}'");
  await choose(page, 'Run with other values…');
  await expect(dialog.getByRole('textbox', { name: /size/ })).toHaveValue('3');

  // A default is Python's text: the value is what it means. Undo takes both out again.
  const params = (): string =>
    readFileSync(join(folder, 'params.yaml'), 'utf-8');
  const before = params();
  await make('word');
  const again = toast(
    page,
    'word is a hyperparameter now, in params.yaml: ho.'
  );
  await expect(again).toBeVisible();
  expect(params()).toMatch(/^word: ho$/m);
  const docstring = page.locator('.jp-Notebook .jp-Cell').first();
  await expect(docstring).toContainText(':dvc-param word: word');
  await again.getByRole('button', { name: 'Undo' }).click();
  await expect(docstring).not.toContainText(':dvc-param word');
  await expect.poll(params).toBe(before);
});

test('a run is stopped, seen in the Running panel, and found again by a new page', async ({
  page,
  baseURL
}) => {
  makeSyncedProject(rootOf(baseURL), 'stopped', folder => {
    addCell(
      join(folder, 'notebooks', '1_sanitize.ipynb'),
      'import time\nprint("\\x1b[31mred\\x1b[0m and waiting", flush=True)\ntime.sleep(120)'
    );
  });
  await page.goto();
  await open(page, 'stopped/notebooks/1_sanitize.ipynb');
  await choose(page, 'Run step');
  const log = page.getByRole('log', { name: 'Output of the run' });
  await expect(log).toContainText('red and waiting', { timeout: 30_000 });
  await expect(stepButton(page)).toHaveAccessibleName('DVC: Running');
  // The page that is restored shows the notebook: the Launcher, which the helper awaits, isn't active.
  const restored = { waitUntil: 'load', waitForIsReady: false } as const;
  await page.reload(restored);
  await expect(stepButton(page)).toHaveAccessibleName('DVC: Running');
  await page.sidebar.openTab('jp-running-sessions');
  await expect(page.getByText('mlvtools_1_sanitize: Running')).toBeVisible();
  await page.getByText('mlvtools_1_sanitize: Running').click();
  await expect(log).toContainText('red and waiting');
  await page
    .getByRole('region', { name: /down/i })
    .or(page.locator('.jp-DVCRun'))
    .getByRole('button', { name: 'Stop' })
    .click();
  await expect(toast(page, 'was stopped')).toBeVisible({ timeout: 30_000 });
  await expect(stepButton(page)).not.toHaveAccessibleName('DVC: Running');
});

test('problems lead to their cell, by the keyboard alone', async ({
  page,
  baseURL
}) => {
  const folder = makeProject(rootOf(baseURL), 'checked');
  addCell(join(folder, 'notebooks', '1_sanitize.ipynb'), 'x = 1\nreturn x');
  await page.goto();
  await open(page, 'checked/notebooks/1_sanitize.ipynb', 'Unknown');
  await stepButton(page).focus();
  await page.keyboard.press('Enter');
  const check = page.getByRole('menuitem', { name: 'Check', exact: true });
  await expect(check).toBeVisible();
  await page.keyboard.press('c');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  const place = dialog.getByRole('button', { name: /, line 2$/ });
  await expect(place).toBeVisible();
  // JupyterLab gives a dialog the focus when the page is idle; it mustn't take it away later.
  await expect(dialog.getByRole('button', { name: 'Close' })).toBeFocused();
  await place.focus();
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
  await expect(
    page.getByRole('button', { name: /^Ln 2, Col 1/ })
  ).toBeVisible();
});

test('what a killed DVC left behind is repaired where it is told of', async ({
  page,
  baseURL
}) => {
  const folder = makeSyncedProject(rootOf(baseURL), 'repaired');
  const list = join(folder, '.dvc', 'tmp', 'rwlock');
  const errors = errorsOf(page);
  await page.goto();
  await open(page, 'repaired/notebooks/1_sanitize.ipynb', 'Stale');
  writeFileSync(list, '');
  await choose(page, 'Run step');
  await toast(page, "list of files in use can't be read")
    .getByRole('button', { name: 'Repair' })
    .click();
  await expect(toast(page, 'it was removed')).toBeVisible();
  await choose(page, 'Run step');
  await expect(toast(page, 'is done. Ran: mlvtools_1_sanitize')).toBeVisible({
    timeout: 60_000
  });
  expect(errors).toEqual([]);
});
