import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';

import { expect, test } from '@jupyterlab/galata';

import { Looks } from './looks';
import { addCell, makeSyncedProject, rootOf } from './pipeline';
import {
  choose,
  open,
  output,
  runStatus,
  stepButton,
  toast
} from './workbench';

test.use({ autoGoto: false });

test('the button in each of its states, in every theme @faults', async ({
  page,
  baseURL
}, testInfo) => {
  test.setTimeout(300_000);
  makeSyncedProject(rootOf(baseURL), 'states');
  let state = 'stale';
  // The edge is played here: it would take minutes to bring about all that a server can say.
  await page.route('**/jupyterlab-dvc/state*', async route => {
    const response = await route.fetch({ headers: { 'If-None-Match': '' } });
    const body = (await response.json()) as { rev: string; step: object };
    await route.fulfill({
      response,
      headers: {},
      json: { ...body, rev: state, step: { ...body.step, state } }
    });
  });
  await page.goto();
  await open(page, 'states/notebooks/1_sanitize.ipynb', 'Stale');
  const folder = join(testInfo.project.outputDir, 'screenshots');
  mkdirSync(folder, { recursive: true });
  const looks = new Looks(page, testInfo);
  await looks.inEach(async theme => {
    for (const [one, word] of [
      ['no-step', 'No step'],
      ['not-synced', 'Not synced'],
      ['queued', 'Queued'],
      ['running', 'Running'],
      ['failed', 'Failed'],
      ['stale', 'Stale'],
      ['up-to-date', 'Up to date'],
      ['unknown', 'Unknown']
    ] as const) {
      state = one;
      await page.evaluate(() => window.dispatchEvent(new Event('focus')));
      await expect(stepButton(page)).toHaveAccessibleName(`DVC: ${word}`);
      await page
        .getByRole('toolbar', { name: 'main area toolbar' })
        .locator('visible=true')
        .screenshot({ path: join(folder, `button-${one}-${theme}.png`) });
    }
  });
  await looks.at('button');
});

test('what a sync shows, in every theme @faults', async ({
  page,
  baseURL
}, testInfo) => {
  test.setTimeout(300_000);
  const folder = makeSyncedProject(rootOf(baseURL), 'syncs');
  const notebook = (name: string): string =>
    join(folder, 'notebooks', `${name}.ipynb`);
  appendFileSync(
    join(folder, 'pipeline/scripts/mlvtools_3_convert_binaries.py'),
    '\nprint("by hand")\n'
  );
  const octals = notebook('4_convert_octals');
  writeFileSync(
    octals,
    readFileSync(octals, 'utf-8').replace(
      ':dvc-in path_to_octals:',
      ':dvc-in path_to_octal:'
    )
  );
  addCell(octals, 'x = 1\nreturn x');
  addCell(notebook('5_sort'), 'letters = len(sentence)\nprint(letters)');
  await page.goto();
  const looks = new Looks(page, testInfo);
  const close = async (): Promise<void> => {
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  };

  await open(page, 'syncs/notebooks/4_convert_octals.ipynb', 'Unknown');
  await choose(page, 'Check');
  await expect(
    page.getByRole('dialog').getByRole('button', { name: /, line 2$/ })
  ).toBeVisible();
  await looks.at('check');
  await close();

  await open(page, 'syncs/notebooks/2_split.ipynb', 'Stale');
  await choose(page, 'Run with other values…');
  await page
    .getByRole('dialog')
    .getByRole('textbox', { name: /size_bin_data/ })
    .fill('seven');
  await looks.at('other-values');
  await close();

  await open(page, 'syncs/notebooks/3_convert_binaries.ipynb', 'Not synced');
  await choose(page, 'Sync step');
  await expect(
    page.getByRole('region', { name: 'What would be lost' })
  ).toContainText('by hand');
  await looks.at('preview-clash');

  await open(page, 'syncs/notebooks/5_sort.ipynb', 'Not synced');
  await stepButton(page).click();
  await expect(
    page.getByRole('menuitem', { name: 'Check', exact: true })
  ).toBeVisible();
  await looks.at('menu');
  await page.keyboard.press('Escape');
  await choose(page, 'Run step');
  await expect(page.getByRole('dialog')).toContainText('is not synced');
  await looks.at('ask-to-sync');
  await close();
  await choose(page, 'Preview');
  await expect(
    page.getByRole('region', { name: 'The script with its prose' })
  ).toContainText('letters');
  await looks.at('preview');
  await page
    .getByRole('tabpanel', { name: /^Preview: 5/ })
    .getByRole('button', { name: 'Apply', exact: true })
    .click();
  // A notification under the pointer stays.
  await toast(page, 'is synced').hover();
  await looks.at('notification-synced');
});

test('what a run shows, in every theme @faults', async ({
  page,
  baseURL
}, testInfo) => {
  test.setTimeout(300_000);
  const folder = makeSyncedProject(rootOf(baseURL), 'runs', one => {
    addCell(
      join(one, 'notebooks', '1_sanitize.ipynb'),
      `import os, time
for percent in range(0, 101, 20):
    print(f"\\rreading {percent:3}%", end="", flush=True)
print()
for name, code in [("red", 31), ("green", 32), ("yellow", 33), ("blue", 34), ("magenta", 35), ("cyan", 36), ("grey", 90)]:
    print(f"\\x1b[{code}m{name}\\x1b[0m \\x1b[1;{code}mbold\\x1b[0m \\x1b[{code + 10}m on it \\x1b[0m \\x1b[38;5;{code}mnumbered\\x1b[0m")
print("waiting", flush=True)
while not os.path.exists("go"):
    time.sleep(0.05)`
    );
    addCell(
      join(one, 'notebooks', '2_split.ipynb'),
      'raise ValueError("no code is left")'
    );
  });
  await page.goto();
  const looks = new Looks(page, testInfo);
  await open(page, 'runs/notebooks/2_split.ipynb', 'Stale');
  await choose(page, 'Run step');
  await expect(output(page)).toContainText('waiting');
  // It waits for the step before it, which runs.
  await expect(stepButton(page)).toHaveAccessibleName('DVC: Queued');
  await page.sidebar.openTab('jp-running-sessions');
  await expect(page.getByText('mlvtools_2_split: Running')).toBeVisible();
  await looks.at('run');
  writeFileSync(join(folder, 'go'), '');
  await expect(runStatus(page)).toContainText('Failed');
  await expect(toast(page, 'failed')).toBeVisible();
  await expect(stepButton(page)).toHaveAccessibleName('DVC: Failed');
  await page.sidebar.openTab('filebrowser');
  await looks.at('run-failed');
  await page.filebrowser.openDirectory('runs/notebooks');
  await open(page, 'runs/notebooks/1_sanitize.ipynb', 'Up to date');
  await choose(page, 'Run step');
  await toast(page, 'is done. Skipped: ').hover();
  await looks.at('run-done');
  await page
    .getByRole('listitem', { name: /^Name: 1_sanitize\.ipynb/ })
    .click({ button: 'right' });
  await page
    .locator('.lm-Menu')
    .getByRole('listitem')
    .filter({ hasText: /^DVC$/ })
    .hover();
  await expect(
    page.locator('.lm-Menu').getByRole('menuitem', { name: 'Sync step' })
  ).toBeVisible();
  await looks.at('file-browser-menu');
});
