import { cpSync, existsSync, readdirSync, readFileSync } from 'fs';
import { join } from 'path';

import { expect, test } from '@jupyterlab/galata';
import type { NotebookPanel } from '@jupyterlab/notebook';

import { errorsOf, unrefused } from './console';
import { cell, entryOf, form, ITEM, shown } from './cutting';
import type { ICell } from './cutting';
import { Looks } from './looks';
import { showPanel } from './panelPage';
import {
  command,
  dvc,
  dvcStatus,
  makeProject,
  makeSyncedProject,
  plainNotebook,
  rootOf
} from './pipeline';
import { choose, makeReadOnly, open, reach, toast } from './workbench';

test.use({ autoGoto: false });

/** The bytes of the files that the pipeline has in its data folder, but those that a cut added. */
function results(folder: string): Record<string, string> {
  const data = join(folder, 'data');
  return Object.fromEntries(
    readdirSync(data, { withFileTypes: true })
      .filter(entry => entry.isFile() && /\.(txt|json)$/.test(entry.name))
      .map(({ name }) => [name, readFileSync(join(data, name), 'latin1')])
  );
}

function cellsOf(path: string): ICell[] {
  return (JSON.parse(readFileSync(path, 'utf-8')) as { cells: ICell[] }).cells;
}

test('a step cut in two is put back, and cut again makes what it made', async ({
  page,
  baseURL
}) => {
  test.setTimeout(240_000);
  const folder = makeSyncedProject(rootOf(baseURL), 'halves');
  dvc(folder, 'repro', '--quiet');
  const made = results(folder);
  expect(made['binaries.txt']?.length).toBeGreaterThan(10);
  expect(made['sentence.txt']?.length).toBeGreaterThan(10);
  const path = join(folder, 'notebooks', '2_split.ipynb');
  const other = join(folder, 'notebooks', 'kinds.ipynb');
  const file = readFileSync(path, 'utf-8');
  const errors = errorsOf(page);
  await page.goto();
  await open(page, 'halves/notebooks/2_split.ipynb');
  const before = await shown(page);
  const split = async (): Promise<void> => {
    // A right click in a selection leaves another cell the active one.
    await page.notebook.selectCells(5, 8);
    await (await entryOf(page, 6)).click();
    const { dialog, name, accept } = form(page);
    await expect(name).toHaveValue('2_split_2');
    await expect(dialog).toContainText('Cells 6 to 9');
    // What was wrong with a name stops no other one.
    await name.fill('1_sanitize');
    await expect(dialog).toContainText('There is a file of this name already.');
    await expect(accept).toBeDisabled();
    await name.fill('kinds');
    const crossing = dialog.getByRole('list', { name: 'What crosses' });
    await expect(crossing.getByRole('listitem')).toHaveText([
      'words → data/2_split/words.pkl',
      'codes → data/2_split/codes.pkl'
    ]);
    await accept.click();
    await expect(toast(page, 'The cells are in kinds.ipynb now')).toBeVisible();
    await expect(dialog).toHaveCount(0);
  };

  await split();
  expect(cellsOf(other).at(-1)?.id).toBe('split-09');
  // Nothing of the notebook itself is saved by it.
  expect(readFileSync(path, 'utf-8')).toBe(file);
  await page.activity.activateTab('2_split.ipynb');
  expect((await shown(page)).cells.map(({ id }) => id).slice(0, -1)).toEqual(
    ['01', '02', '03', '04', '05'].map(id => `split-${id}`)
  );
  await toast(page, 'The cells are in')
    .getByRole('button', { name: 'Undo' })
    .click();
  await expect(toast(page, 'kinds.ipynb is deleted')).toBeVisible();
  expect(existsSync(other)).toBe(false);
  await page.activity.activateTab('2_split.ipynb');
  expect((await shown(page)).cells).toEqual(before.cells);
  const sessions = async (): Promise<string[]> => {
    const answer = await page.request.get(`${baseURL}/api/sessions`);
    const all = (await answer.json()) as { path: string }[];
    // The other tests' notebooks have kernels, too.
    return all.map(one => one.path).filter(one => one.startsWith('halves/'));
  };
  // Nor does its kernel go on.
  await expect.poll(sessions).toEqual(['halves/notebooks/2_split.ipynb']);

  await split();
  await toast(page, 'The cells are in')
    .getByRole('button', { name: 'Sync both' })
    .click();
  await expect(toast(page, 'mlvtools_2_split is synced')).toBeVisible();
  await expect(toast(page, 'mlvtools_kinds is synced')).toBeVisible();
  await page.activity.activateTab('2_split.ipynb');
  await choose(page, 'Run pipeline');
  await expect(toast(page, /Pipeline is done\. Ran: /)).toContainText(
    'mlvtools_kinds',
    { timeout: 90_000 }
  );
  expect(results(folder)).toEqual(made);
  expect(dvcStatus(folder)).toEqual({});
  expect(unrefused(errors)).toEqual([]);

  // In the notebooks themselves, too.
  cpSync(
    join(folder, 'data', 'sanitized.txt'),
    join(folder, 'scratch', 'sanitized.txt')
  );
  for (const name of ['2_split', 'kinds']) {
    await page.activity.activateTab(`${name}.ipynb`);
    await page.notebook.run();
  }
  expect(readFileSync(join(folder, 'scratch', 'binaries.txt'), 'latin1')).toBe(
    made['binaries.txt']
  );
});

test('where a notebook can’t be cut, it says why and what to do @faults', async ({
  page,
  baseURL
}) => {
  test.setTimeout(120_000);
  const folder = makeProject(rootOf(baseURL), 'uncut');
  plainNotebook(join(folder, 'notebooks', 'kept.ipynb'), [
    '"""\nKept\n\n:dvc-in: data/feed.txt\n"""',
    'file = open("../data/feed.txt")\nsize = 1',
    'print(size)',
    'print(file.read())'
  ]);
  await page.goto();
  await open(page, 'uncut/notebooks/3_convert_binaries.ipynb');
  await expect(await entryOf(page, 2)).toBeDisabled();
  await page.keyboard.press('Escape');
  await (await entryOf(page, 3)).click();
  const { dialog, name, accept } = form(page);
  await expect(dialog).toContainText('(`:dvc-cmd:`) can');
  await expect(dialog).toContainText(
    'Write its inputs and outputs as directives first.'
  );
  await expect(accept).toBeDisabled();
  await expect(name).toBeFocused();
  await page.keyboard.press('Enter');
  await dialog.getByRole('button', { name: /cell 2$/ }).click();
  await expect(dialog).toHaveCount(0);
  await expect(cell(page, 2)).toHaveClass(/jp-mod-active/);

  await open(page, 'uncut/notebooks/kept.ipynb');
  // What can't be kept in a file stops a cut only where it would have to cross.
  await (await entryOf(page, 3)).click();
  await expect(dialog).toContainText('`file` is an open file');
  await dialog.getByRole('button', { name: /cell 2, line 1$/ }).click();
  await expect(cell(page, 2)).toHaveClass(/jp-mod-active/);
  await (await entryOf(page, 2)).click();
  await expect(dialog).toContainText('No variable crosses the cut.');
  for (const [typed, said] of [
    ['kept', 'There is a file of this name already.'],
    ['../kept', 'is no name for a notebook.'],
    ['Kept', 'belongs to another notebook']
  ] as const) {
    await name.fill(typed);
    await expect(dialog).toContainText(said);
    await expect(name).toHaveAttribute('aria-invalid', 'true');
    await expect(accept).toBeDisabled();
    await page.keyboard.press('Enter');
    // Nothing happens: what is typed next still goes into the field.
    await page.keyboard.press('End');
    await page.keyboard.type('_');
    await expect(name).toHaveValue(`${typed}_`);
  }
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect(
    readdirSync(join(folder, 'notebooks')).filter(one => one.endsWith('.ipynb'))
  ).toHaveLength(6);

  // A cell that has to stay: the panel says so at the button.
  await page.evaluate(() => {
    const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
    panel.content.model?.cells.get(3).setMetadata('deletable', false);
  });
  await showPanel(page);
  await page.notebook.selectCells(2);
  const section = page.getByRole('region', { name: 'Cell 3' });
  const button = section.getByRole('button', { name: ITEM });
  await expect(button).toBeDisabled();
  await expect(section).toContainText(
    'Cell 4 can’t be taken out of the notebook.'
  );
  await page.evaluate(() => {
    const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
    panel.content.model?.cells.get(3).deleteMetadata('deletable');
  });
  await page.notebook.selectCells(1);
  await page
    .getByRole('region', { name: 'Cell 2' })
    .getByRole('button', { name: ITEM })
    .click();
  await expect(dialog).toContainText('Cells 2 to 4');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
});

test('a notebook that can only be read is not cut', async ({
  page,
  baseURL
}) => {
  makeProject(rootOf(baseURL), 'fixed');
  await makeReadOnly(page, /fixed\/notebooks\/2_split\.ipynb$/);
  await page.goto();
  await open(page, 'fixed/notebooks/2_split.ipynb');
  await expect(await entryOf(page, 6)).toBeDisabled();
  await page.keyboard.press('Escape');
  await showPanel(page);
  const section = page.getByRole('region', { name: 'Cell 6' });
  await expect(section.getByRole('button', { name: ITEM })).toBeDisabled();
  await expect(section).toContainText('The notebook can only be read.');
});

test('a cut stays before its cell when somebody puts another one above @faults', async ({
  page,
  baseURL
}) => {
  const folder = makeSyncedProject(rootOf(baseURL), 'shifted');
  await page.goto();
  await open(page, 'shifted/notebooks/2_split.ipynb');
  const before = (await shown(page)).cells.map(({ id }) => id);
  await (await entryOf(page, 6)).click();
  const { dialog, name, accept } = form(page);
  await expect(dialog).toContainText(`Cells 6 to ${before.length}`);
  await expect(accept).toBeEnabled();
  await page.evaluate(() => {
    const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
    panel.content.model?.sharedModel.insertCell(2, {
      cell_type: 'markdown',
      source: 'theirs'
    });
  });
  // What is asked for the other name is about the notebook as it is now.
  await name.fill('kinds');
  await expect(dialog).toContainText(`Cells 7 to ${before.length + 1}`);
  await accept.click();
  await expect(toast(page, 'The cells are in kinds.ipynb')).toBeVisible();
  const other = JSON.parse(
    readFileSync(join(folder, 'notebooks', 'kinds.ipynb'), 'utf-8')
  ) as { cells: ReadonlyArray<{ id: string }> };
  const moved = before.slice(5);
  expect(other.cells.map(({ id }) => id).slice(-moved.length)).toEqual(moved);
});

test('a cell takes its results, pictures and ID along @faults', async ({
  page,
  baseURL
}) => {
  const folder = makeProject(rootOf(baseURL), 'along');
  const path = join(folder, 'notebooks', 'along.ipynb');
  const other = join(folder, 'notebooks', 'along_2.ipynb');
  const picture = { 'dot.png': { 'image/png': 'iVBORw0KGgo=' } };
  const outputs = [
    { name: 'stdout', output_type: 'stream', text: '3\n' },
    {
      data: { 'text/html': '<b>4</b>', 'text/plain': '4' },
      execution_count: 7,
      metadata: {},
      output_type: 'execute_result'
    }
  ];
  plainNotebook(path, ['"""\nAlong\n"""', 'x = 3', 'print(x)\nx + 1', 'y = x']);
  command(
    folder,
    'python',
    '-c',
    'import json, sys\npath, outputs, picture = sys.argv[1:]\n' +
      'notebook = json.load(open(path))\n' +
      'notebook["cells"][2] |= {"outputs": json.loads(outputs), "execution_count": 7,' +
      ' "metadata": {"tags": ["seen"]}}\n' +
      'notebook["cells"].insert(2, {"cell_type": "markdown", "id": "md", "metadata": {},' +
      ' "source": "![dot](attachment:dot.png)", "attachments": json.loads(picture)})\n' +
      'json.dump(notebook, open(path, "w"))',
    path,
    JSON.stringify(outputs),
    JSON.stringify(picture)
  );
  await page.goto();
  await open(page, 'along/notebooks/along.ipynb');
  const before = await shown(page);
  await (await entryOf(page, 3)).click();
  await form(page).accept.click();
  await expect(toast(page, 'The cells are in along_2.ipynb')).toBeVisible();
  const cells = cellsOf(other);
  const [prose, code, last] = cells.slice(-3);
  expect(prose).toMatchObject({ id: 'md', attachments: picture });
  expect(code).toMatchObject({
    id: 'c2',
    execution_count: 7,
    metadata: { tags: ['seen'] }
  });
  expect(last?.id).toBe('c3');
  expect(JSON.stringify(code?.outputs)).toContain('<b>4</b>');
  expect(new Set(cells.map(({ id }) => id)).size).toBe(cells.length);
  command(
    folder,
    'python',
    '-W',
    'error',
    '-c',
    'import sys, nbformat\nfor path in sys.argv[1:]:\n    nbformat.validate(nbformat.read(path, 4))',
    other
  );
  // What somebody ran in the new notebook isn't thrown away.
  await expect(cell(page, cells.length)).toContainText('y = x');
  await page.notebook.selectCells(cells.length - 1);
  await page.keyboard.press('Enter');
  await page.keyboard.insertText('\n# typed');
  await toast(page, 'The cells are in')
    .getByRole('button', { name: 'Undo' })
    .click();
  await expect(
    toast(page, 'The cells are back. along_2.ipynb stays: it was changed.')
  ).toBeVisible();
  expect(existsSync(other)).toBe(true);
  await page.activity.activateTab('along.ipynb');
  expect((await shown(page)).cells).toEqual(before.cells);
});

test('a cut and the way back, by the keyboard alone @faults', async ({
  page,
  baseURL
}) => {
  const folder = makeProject(rootOf(baseURL), 'typedcut');
  const other = join(folder, 'notebooks', 'typed.ipynb');
  await page.goto();
  await open(page, 'typedcut/notebooks/2_split.ipynb');
  const run = async (label: string): Promise<void> => {
    await page.keyboard.press('Control+Shift+C');
    await expect(page.locator('.lm-CommandPalette-input')).toBeFocused();
    await page.keyboard.type(label);
    await expect(
      page.locator('.lm-CommandPalette-item.lm-mod-active', { hasText: label })
    ).toBeVisible();
    await page.keyboard.press('Enter');
  };
  // The focus comes once the notebook is drawn.
  await expect(cell(page, 1)).toHaveClass(/jp-mod-active/);
  await expect(cell(page, 1)).toBeFocused();
  for (let number = 2; number <= 6; number += 1) {
    await page.keyboard.press('ArrowDown');
    await expect(cell(page, number)).toHaveClass(/jp-mod-active/);
  }
  await run('Split here into a new step');
  const { dialog, name } = form(page);
  await expect(dialog).toContainText('Cells 6 to 9');
  await expect(name).toBeFocused();
  await page.keyboard.press('Control+A');
  // Enter comes before the server's answer: the cut is made when it is there.
  await page.keyboard.type('typed');
  await page.keyboard.press('Enter');
  await expect(toast(page, 'The cells are in typed.ipynb')).toBeVisible();
  expect(existsSync(other)).toBe(true);
  const undo = toast(page, 'The cells are in').getByRole('button', {
    name: 'Undo'
  });
  await reach(page, undo);
  await page.keyboard.press('Enter');
  await expect.poll(() => existsSync(other)).toBe(false);
});

test('the dialog of a cut, in every theme @faults', async ({
  page,
  baseURL
}, testInfo) => {
  test.setTimeout(180_000);
  const folder = makeProject(rootOf(baseURL), 'themedcut');
  plainNotebook(join(folder, 'notebooks', 'looks.ipynb'), [
    '"""\nLooks\n\n:dvc-in: data/feed.txt\n:dvc-out: data/looks.json\n"""',
    'import json\nimport random\nfrom collections import Counter\n\nrandom.seed(3)\nfile = open("../data/feed.txt")',
    'def long(word, least=3):\n    return len(word) > least\n\n\nwords = file.read().split()\nif words:\n    first = words[0]',
    'counts = Counter(filter(long, words))\nprint(first, random.random())',
    'json.dump(counts, open("../data/looks.json", "w"))\nprint(file.name)'
  ]);
  await page.goto();
  const looks = new Looks(page, testInfo);
  await open(page, 'themedcut/notebooks/looks.ipynb');
  await (await entryOf(page, 4)).click();
  const { dialog, name, accept } = form(page);
  await expect(dialog).toContainText('`file` is an open file');
  await looks.at('split-refused');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await page.evaluate(() => {
    const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
    const shared = panel.content.model?.cells.get(4).sharedModel;
    shared?.setSource(shared.getSource().replace('\nprint(file.name)', ''));
  });
  await (await entryOf(page, 4)).click();
  await expect(
    dialog.getByRole('list', { name: 'What is repeated' })
  ).toContainText('long');
  await expect(accept).toBeEnabled();
  await looks.at('split');
  await name.fill('1_sanitize');
  await expect(dialog).toContainText('There is a file of this name already');
  await looks.at('split-name');
  await name.fill('looks_2');
  // The dialog grows by it: the button moves.
  await expect(
    dialog.getByRole('list', { name: 'What is repeated' })
  ).toBeVisible();
  await accept.click();
  await expect(toast(page, 'The cells are in looks_2.ipynb')).toBeVisible();
  await showPanel(page);
  await page.activity.activateTab('looks.ipynb');
  await expect(
    page.locator('.jp-DVCPanel').getByRole('button', { name: ITEM })
  ).toBeVisible();
  await looks.at('split-done');
});
