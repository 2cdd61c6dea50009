import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';

import { expect, galata, test } from '@jupyterlab/galata';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Locator } from '@playwright/test';

import { errorsOf, unrefused } from './console';
import { Looks } from './looks';
import {
  openWithPanel,
  panelOf,
  putCursor,
  showPanel,
  sourceOf
} from './panelPage';
import {
  initialise,
  makeProject,
  makeSyncedProject,
  plainNotebook,
  rootOf
} from './pipeline';
import { choose, open, output, picture, runStatus, toast } from './workbench';

test.use({ autoGoto: false });

/** The sources of all cells of the notebook in front. */
function sources(page: IJupyterLabPageFixture): Promise<string[]> {
  return page.evaluate(() => {
    const widget = window.jupyterapp.shell.currentWidget as NotebookPanel;
    return Array.from(widget.content.model?.cells ?? [], cell =>
      cell.sharedModel.getSource()
    );
  });
}

test('a row says who makes its path, what nobody makes, what is claimed and what goes in a circle @faults', async ({
  page,
  baseURL
}) => {
  const folder = makeSyncedProject(rootOf(baseURL), 'rows');
  plainNotebook(join(folder, 'notebooks', 'rows.ipynb'), [
    [
      '"""',
      ':param str source: read',
      ':param str result: written',
      ':param int size: from a file of values',
      ':param int level: from the arguments',
      ":param str word: by itself. Defaults to 'ho'.",
      ':param str lost: by nothing',
      ':dvc-in source: ./data/sanitized.txt',
      ':dvc-in: ./data/nowhere.csv',
      ':dvc-out result: ./data/sorted.txt',
      ':dvc-out: ./data/sentence.txt',
      ':dvc-param size: size_bin_data',
      ':dvc-extra: --level 3',
      '"""'
    ].join('\n'),
    'print(source, result, size, level, word, lost)'
  ]);
  await page.goto();
  const panel = await openWithPanel(page, 'rows/notebooks/rows.ipynb');
  const row = (name: string): Locator =>
    panel.getByRole('listitem').filter({
      has: page.getByRole('button', { name: `Edit ${name}`, exact: true })
    });
  await expect(row('./data/sanitized.txt')).toContainText(
    'made by mlvtools_1_sanitize'
  );
  await expect(row('./data/nowhere.csv')).toContainText('not there yet');
  await expect(row('./data/nowhere.csv')).toContainText('Note:');
  await expect(row('./data/sentence.txt')).toContainText(
    'Error: The stages `mlvtools_5_sort`'
  );
  for (const [name, origin] of [
    ['source', 'the input ./data/sanitized.txt'],
    ['result', 'the output ./data/sorted.txt'],
    ['level', '3, from the extra arguments'],
    ['word', "'ho', its default"],
    ['lost', 'nothing feeds it']
  ] as const) {
    await expect(row(name)).toContainText(origin);
  }
  await expect(
    row('size').getByRole('textbox', { name: 'Value of size in the pipeline' })
  ).toBeVisible();

  plainNotebook(join(folder, 'notebooks', 'circle.ipynb'), [
    '"""\n:dvc-in: ./data/sentence.txt\n:dvc-out: ./data/feed.txt\n"""',
    'print(1)'
  ]);
  await openWithPanel(page, 'rows/notebooks/circle.ipynb');
  const last = panelOf(page)
    .getByRole('listitem')
    .filter({
      has: page.getByRole('button', {
        name: 'Edit ./data/sentence.txt',
        exact: true
      })
    });
  await expect(last).toContainText('made by mlvtools_5_sort');
  await expect(last).toContainText('mlvtools_5_sort → mlvtools_circle');
});

test('the panel makes a hyperparameter and takes it back; what can’t be written is said @faults', async ({
  page,
  baseURL
}) => {
  const folder = makeProject(rootOf(baseURL), 'made');
  plainNotebook(join(folder, 'sized.ipynb'), [
    '"""\n:param int size: how many\n:dvc-out: ./out.txt\n"""\nsize = 3',
    'open("out.txt", "w").write("x" * size)'
  ]);
  const params = join(folder, 'params.yaml');
  const before = readFileSync(params, 'utf-8');
  await page.goto();
  const panel = await openWithPanel(page, 'made/sized.ipynb');
  const make = panel.getByRole('button', {
    name: 'Make it a hyperparameter: size'
  });
  const source = await sourceOf(page, 0);
  await make.click();
  const told = toast(page, 'size is a hyperparameter now, in params.yaml: 3.');
  await expect(told).toBeVisible();
  expect(readFileSync(params, 'utf-8')).toMatch(/^size: 3$/m);
  await expect(
    panel.getByRole('textbox', { name: 'Value of size in the pipeline' })
  ).toHaveValue('3');
  await told.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => readFileSync(params, 'utf-8')).toBe(before);
  await expect.poll(() => sourceOf(page, 0)).toBe(source);

  writeFileSync(params, 'size: [\n');
  await expect(make).toBeVisible();
  await make.click();
  const half = toast(page, 'is a hyperparameter in the docstring, but has no');
  await expect(half).toBeVisible();
  await half.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => sourceOf(page, 0)).toBe(source);
  expect(readFileSync(params, 'utf-8')).toBe('size: [\n');
});

test('files and modules that no directive names are added at once, with what is not certain @faults', async ({
  page,
  baseURL
}) => {
  const folder = makeProject(rootOf(baseURL), 'found');
  for (const [name, text] of [
    ['helper.py', 'import inner\n'],
    ['inner.py', 'x = 1\n'],
    ['a.csv', '1'],
    ['b.csv', '2']
  ] as const) {
    writeFileSync(join(folder, name), text);
  }
  plainNotebook(join(folder, 'uses.ipynb'), [
    '"""\nUses\n\n:dvc-out: ./out.txt\n"""',
    'import helper\nfirst = open("a.csv").read()',
    'if first:\n    second = open("b.csv").read()',
    'open("out.txt", "w").write(first)'
  ]);
  const errors = errorsOf(page);
  await page.goto();
  const panel = await openWithPanel(page, 'found/uses.ipynb');
  const found = panel.getByRole('region', { name: 'Found in the code' });
  const row = (path: string): Locator =>
    found.getByRole('listitem').filter({ hasText: path });
  await expect(row('a.csv')).toContainText('read · cell 2');
  await expect(row('b.csv')).toContainText('cell 3');
  await expect(row('helper.py')).toContainText('imported');
  await expect(row('inner.py')).toContainText('imported');
  await row('b.csv').getByRole('button', { name: 'cell 3' }).click();
  await expect(page.locator('.jp-Notebook .jp-Cell').nth(2)).toHaveClass(
    /jp-mod-active/
  );
  await found.getByRole('button', { name: 'Add 4 inputs' }).click();
  await expect
    .poll(async () => (await sourceOf(page, 0)).match(/:dvc-in: .*/g) ?? [])
    .toEqual([
      ':dvc-in: a.csv',
      ':dvc-in: b.csv',
      ':dvc-in: helper.py',
      ':dvc-in: inner.py'
    ]);
  await expect(found).toHaveCount(0);
  expect(unrefused(errors)).toEqual([]);
});

test('a plain notebook becomes a step: its literals move to a new first cell, and Undo moves them back @faults', async ({
  page,
  baseURL
}) => {
  const folder = makeProject(rootOf(baseURL), 'becomes');
  writeFileSync(join(folder, 'raw.csv'), '3\n1\n');
  plainNotebook(join(folder, 'plain.ipynb'), [
    'import csv\nFACTOR = 3',
    "rows = [int(x) * FACTOR for x in open('raw.csv').read().split()]",
    "with open('scaled.csv', 'w') as f:\n    f.write(str(rows))"
  ]);
  await page.goto();
  await openWithPanel(page, 'becomes/plain.ipynb');
  const before = await sources(page);
  await panelOf(page)
    .getByRole('button', { name: 'Make this notebook a step' })
    .click();
  const told = toast(page, 'The notebook is a step now');
  await expect(told).toContainText('1 parameter');
  const after = await sources(page);
  expect(after).toHaveLength(before.length + 1);
  expect(after[0]).toContain(':dvc-in');
  expect(after[0]).toContain('raw.csv');
  expect(after[0]).toContain('FACTOR = 3');
  expect(after[1]).not.toContain('FACTOR');
  expect(after[1]).toContain('import csv');
  expect(after.slice(2)).toEqual(before.slice(1));
  await told.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => sources(page)).toEqual(before);
});

test('the panel offers what is due: Stop while it runs, Run after it failed @faults', async ({
  page,
  baseURL
}, testInfo) => {
  test.setTimeout(200_000);
  const folder = makeProject(rootOf(baseURL), 'due');
  plainNotebook(join(folder, 'slow.ipynb'), [
    '"""\n:dvc-out: ./out.txt\n"""',
    'import time\nprint("on", flush=True)\ntime.sleep(120)'
  ]);
  plainNotebook(join(folder, 'wrong.ipynb'), [
    '"""\n:dvc-out: ./never.txt\n"""',
    'raise ValueError("of course")'
  ]);
  await page.goto();
  const looks = new Looks(page, testInfo);
  const panel = await openWithPanel(page, 'due/slow.ipynb');
  const due = (name: string): Locator =>
    panelOf(page).getByRole('button', { name, exact: true });
  const state = panelOf(page).getByRole('status');
  await due('Sync').click();
  await due('Run').click();
  await expect(output(page)).toContainText('on', { timeout: 60_000 });
  await expect(state).toHaveText('Running');
  await looks.at('panel-running');
  await due('Stop').click();
  await expect(runStatus(page)).toContainText('Stopped', { timeout: 30_000 });
  await expect(due('Run')).toBeEnabled();
  await expect(panel).toContainText('mlvtools_slow');

  await openWithPanel(page, 'due/wrong.ipynb');
  await due('Sync').click();
  await due('Run').click();
  await expect(state).toHaveText('Failed', { timeout: 60_000 });
  await expect(panelOf(page)).toContainText('of course');
  await expect(due('Run')).toBeEnabled();
  await looks.at('panel-failed');
});

test('a preview marks changed lines, and is applied and run @faults', async ({
  page,
  baseURL
}) => {
  const folder = makeSyncedProject(rootOf(baseURL), 'apply');
  await page.goto();
  await open(page, 'apply/notebooks/1_sanitize.ipynb');
  await page.evaluate(() => {
    const widget = window.jupyterapp.shell.currentWidget as NotebookPanel;
    const shared = widget.content.model?.sharedModel;
    shared?.insertCell(shared.cells.length, {
      cell_type: 'code',
      source: 'print("and more")'
    });
  });
  await page.notebook.save();
  await choose(page, 'Preview');
  const script = page.getByRole('region', {
    name: 'The script with its prose'
  });
  await expect(script.locator('.cm-changedLine')).not.toHaveCount(0);
  await expect(script).toContainText('and more');
  await page.getByRole('button', { name: 'Apply and run' }).click();
  await expect(output(page)).toContainText('and more', { timeout: 60_000 });
  await expect(toast(page, 'Ran: mlvtools_1_sanitize')).toBeVisible();
  expect(
    readFileSync(
      join(folder, 'pipeline', 'scripts', 'mlvtools_1_sanitize.py'),
      'utf-8'
    )
  ).toContain('and more');
});

test('a new step goes to the folder that is shown, from the launcher and from the file browser @faults', async ({
  page,
  baseURL
}, testInfo) => {
  test.setTimeout(120_000);
  const folder = join(rootOf(baseURL), 'where');
  rmSync(folder, { recursive: true, force: true });
  for (const name of ['here', 'there']) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  initialise(folder);
  await page.goto('tree/where/here');
  await page.menu.clickMenuItem('File>New Launcher');
  await page.filebrowser.openDirectory('where/there');
  const dialog = page.getByRole('dialog');
  const create = async (name: string): Promise<void> => {
    await dialog
      .getByRole('textbox', { name: 'Name of the notebook' })
      .fill(name);
    // Enter in a field that is complete is the button; the dialog goes once all is made.
    await page.keyboard.press('Enter');
    await expect(dialog).toHaveCount(0);
    await expect(toast(page, `${name}.ipynb is there.`)).toBeVisible();
  };
  const card = page
    .locator('.jp-LauncherCard', { hasText: 'New pipeline step' })
    .locator('visible=true');
  await card.scrollIntoViewIfNeeded();
  await new Looks(page, testInfo).inEach(theme =>
    picture(page, testInfo, `launcher-${theme}`)
  );
  await card.click();
  await create('one');
  expect(readFileSync(join(folder, 'there', 'one.ipynb'), 'utf-8')).toContain(
    'one'
  );
  await page.filebrowser.openDirectory('where/here');
  await page
    .locator('.jp-DirListing-content')
    .click({ button: 'right', position: { x: 100, y: 300 } });
  await page
    .getByRole('menu')
    .getByRole('menuitem', { name: /^New Pipeline Step/i })
    .click();
  // What isn't complete is not made, and nothing of it is lost.
  await dialog.getByRole('button', { name: 'Add hyperparameter' }).click();
  await page.keyboard.type('size');
  await page.keyboard.press('Enter');
  await expect(dialog).toBeVisible();
  await dialog.getByRole('textbox', { name: 'Value of parameter 1' }).fill('3');
  await create('two');
  const two = readFileSync(join(folder, 'here', 'two.ipynb'), 'utf-8');
  expect(two).toContain('size = 3');
  expect(readFileSync(join(folder, 'params.yaml'), 'utf-8')).toContain(
    'size: 3'
  );
  await showPanel(page);
});

test('a comment that leaves a cell out goes by the switch, and comes back by Undo @faults', async ({
  page,
  baseURL
}) => {
  makeProject(rootOf(baseURL), 'comment');
  await page.goto();
  const panel = await openWithPanel(page, 'comment/notebooks/1_sanitize.ipynb');
  const cell = page.locator('.jp-Notebook .jp-Cell').nth(5);
  const before = await sourceOf(page, 5);
  expect(before).toContain('# No effect\n');
  await page.notebook.selectCells(5);
  await expect(panel).toContainText(
    'Left out of the script by a comment in it.'
  );
  await expect(cell).toContainText('no effect');
  const role = panel.getByRole('switch', { name: 'Part of the step' });
  await expect(role).not.toBeChecked();
  await role.click();
  await expect(role).toBeChecked();
  expect(await sourceOf(page, 5)).toBe(before.replace('# No effect\n', ''));
  await expect(cell.locator('.jp-DVCBadge')).toHaveText('step');
  await page.notebook.enterCellEditingMode(5);
  await page.keyboard.press('ControlOrMeta+z');
  await expect.poll(() => sourceOf(page, 5)).toBe(before);
  await expect(role).not.toBeChecked();
});

test.describe('where completion comes as one types', () => {
  test.use({
    mockSettings: {
      ...galata.DEFAULT_SETTINGS,
      '@jupyterlab/completer-extension:manager': { autoCompletion: true }
    }
  });

  test('directives are proposed as they are typed @faults', async ({
    page,
    baseURL
  }) => {
    makeProject(rootOf(baseURL), 'astyped');
    await page.goto();
    await openWithPanel(page, 'astyped/notebooks/2_split.ipynb');
    await putCursor(page, 2, ':dvc-in ');
    await page.keyboard.type(':dvc-ou', { delay: 60 });
    await expect(
      page.locator('.jp-Completer [data-value="dvc-out"]')
    ).toBeVisible();
  });
});
