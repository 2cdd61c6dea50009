import { cpSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';

import { expect, test } from '@jupyterlab/galata';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Locator } from '@playwright/test';

import { errorsOf, unrefused } from './console';
import { openWithPanel, putCursor, sourceOf } from './panelPage';
import { makeSyncedProject, plainNotebook, rootOf } from './pipeline';
import { choose, makeReadOnly, toast } from './workbench';

test.use({ autoGoto: false });

interface ICell {
  cell_type: string;
  metadata: object;
  outputs?: object[];
  source: string[] | string;
}

/** Change the first code cell of a notebook file. */
function changeFirst(path: string, act: (cell: ICell) => void): void {
  const notebook = JSON.parse(readFileSync(path, 'utf-8')) as {
    cells: ICell[];
  };
  const cell = notebook.cells.find(one => one.cell_type === 'code');
  if (cell !== undefined) {
    act(cell);
  }
  writeFileSync(path, JSON.stringify(notebook));
}

const BROKEN = `"""
Prose with a \`:dvc-in\` in it.

:dvc-in: a.csv
and on
:dvc-out x y: b
:dvc-inn: c.csv
:returns: what it returns
:param: no name
:dvc-desc: once
:dvc-desc: twice
:dvc-out: made.csv
"""
x = 1`;

test('of a docstring that does not parse, what is understood is shown, and the place of the rest', async ({
  page,
  baseURL
}) => {
  const folder = makeSyncedProject(rootOf(baseURL), 'broken');
  plainNotebook(join(folder, 'lines.ipynb'), ['import os', 'print(os)']);
  plainNotebook(join(folder, 'quotes.ipynb'), [
    '# head\n\n"""\n:dvc-in: a.csv\n',
    'print(1)'
  ]);
  changeFirst(join(folder, 'lines.ipynb'), cell => {
    cell.source = BROKEN;
  });
  const errors = errorsOf(page);
  await page.goto();
  let panel = await openWithPanel(page, 'broken/lines.ipynb');
  const edit = (name: string): Locator =>
    panel.getByRole('button', { name: `Edit ${name}`, exact: true });
  await expect(edit('a.csv')).toBeVisible();
  await expect(edit('made.csv')).toBeVisible();
  // What isn't understood has no row to change, but its place.
  const others = panel.getByRole('region', { name: 'Other lines' });
  await expect(others).toContainText(':dvc-inn:');
  await expect(others).toContainText('twice');
  await expect(others).not.toContainText('returns');
  await others.getByRole('button', { name: 'Line 7' }).click();
  await expect(
    page.getByRole('button', { name: /^Ln 7, Col 2/ })
  ).toBeVisible();
  for (const line of [5, 6, 9]) {
    await expect(
      panel.getByRole('button', { name: `Line ${line}`, exact: true })
    ).toBeVisible();
  }
  // A change of what is understood leaves the rest as it is, to the byte.
  await edit('made.csv').click();
  const form = panel.getByRole('form');
  await form.getByRole('combobox', { name: 'Path' }).fill('other.csv');
  await form.getByRole('button', { name: 'Apply' }).click();
  await expect(edit('other.csv')).toBeVisible();
  expect(await sourceOf(page, 0)).toBe(BROKEN.replace('made.csv', 'other.csv'));

  // Quotes that aren't closed: nothing is understood, and nothing offered that would go wrong.
  panel = await openWithPanel(page, 'broken/quotes.ipynb');
  await expect(panel).toContainText("can't be read as a docstring");
  await expect(panel.getByRole('button', { name: 'Line 3' })).toBeVisible();
  await expect(
    panel.getByRole('button', { name: 'Make this notebook a step' })
  ).toHaveCount(0);
  await putCursor(page, 0, '');
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.insertText('"""\n');
  await expect(edit('a.csv')).toBeVisible();
  expect(unrefused(errors)).toEqual([]);
});

test('what is wrong beside the other rows and in the project is said as it is typed @faults', async ({
  page,
  baseURL
}) => {
  const folder = makeSyncedProject(rootOf(baseURL), 'typing');
  await page.goto();
  const errors = errorsOf(page);
  const panel = await openWithPanel(page, 'typing/notebooks/2_split.ipynb');
  const button = (name: string): Locator =>
    panel.getByRole('button', { name, exact: true });
  const form = panel.getByRole('form');
  await expect(button('Edit size_bin_data').first()).toBeVisible();
  const before = await sourceOf(page, 2);
  const file = readFileSync(join(folder, 'params.yaml'), 'utf-8');
  const said = async (
    opener: Locator,
    role: 'combobox' | 'textbox',
    name: string,
    wrong: string,
    sentence: string | RegExp,
    right: string
  ): Promise<void> => {
    await opener.click();
    const field = form.getByRole(role, { name });
    await field.fill(wrong);
    await expect(form.getByRole('alert')).toContainText(sentence);
    await field.fill(right);
    await expect(form.getByRole('alert')).toHaveCount(0);
    await form.getByRole('button', { name: 'Cancel' }).click();
  };
  await said(
    button('Add output'),
    'combobox',
    'Path',
    './data/sentence.txt',
    'mlvtools_5_sort',
    './data/own.txt'
  );
  await said(
    button('Add input'),
    'combobox',
    'Path',
    './data/sentence.txt',
    '→ mlvtools_2_split',
    './data/feed.txt'
  );
  await said(
    button('Add parameter'),
    'textbox',
    'Name',
    'size_bin_data',
    'twice',
    'size'
  );
  await said(
    button('Edit params.yaml: size_bin_data'),
    'combobox',
    'Key',
    'no_key',
    'params.yaml has no key `no_key`',
    'size_bin_data'
  );

  const stage = panel.getByRole('textbox', { name: 'Stage name' });
  await stage.fill('mlvtools_1_sanitize');
  await expect(panel.getByRole('alert')).toContainText('mlvtools_1_sanitize');
  await expect(stage).toHaveAttribute('aria-invalid', 'true');
  await stage.press('Escape');
  await expect(panel.getByRole('alert')).toHaveCount(0);

  const value = panel.getByRole('textbox', {
    name: 'Value of size_bin_data in the pipeline'
  });
  await value.fill('seven');
  await expect(panel.getByRole('alert')).toContainText('seven');
  await value.press('Escape');
  await expect(panel.getByRole('alert')).toHaveCount(0);

  // Nothing of it was applied.
  expect(await sourceOf(page, 2)).toBe(before);
  expect(readFileSync(join(folder, 'params.yaml'), 'utf-8')).toBe(file);
  expect(unrefused(errors)).toEqual([]);
});

test('what cannot be changed says why, and nothing of it can be pressed @faults', async ({
  page,
  baseURL
}) => {
  const folder = makeSyncedProject(rootOf(baseURL), 'locked');
  const at = (name: string): string => join(folder, 'notebooks', name);
  changeFirst(at('1_sanitize.ipynb'), cell => {
    cell.metadata = { editable: false };
  });
  plainNotebook(at('plain.ipynb'), ["open('a').read()"]);
  await makeReadOnly(page, /locked\/notebooks\/(2_split|plain)\.ipynb$/);
  const errors = errorsOf(page);
  await page.goto();
  let panel = await openWithPanel(page, 'locked/notebooks/1_sanitize.ipynb');
  await expect(panel).toContainText(
    'Cell 3, which holds the docstring, is not editable.'
  );
  const expectLocked = async (): Promise<void> => {
    await expect(panel.getByRole('region', { name: /^Outputs/ })).toBeVisible();
    for (const name of ['Add parameter', 'Add input', 'Add output']) {
      await expect(panel.getByRole('button', { name })).toBeDisabled();
    }
    const rows = panel.getByRole('button', { name: /^(Edit|Remove) / });
    const areDisabled = await rows.evaluateAll(nodes =>
      nodes.map(node => node.matches(':disabled'))
    );
    expect(areDisabled.length).toBeGreaterThan(3);
    expect(areDisabled).not.toContain(false);
    await expect(
      panel.getByRole('checkbox', { name: 'Frozen' })
    ).toBeDisabled();
    await expect(
      panel.getByRole('textbox', { name: 'Description' })
    ).toBeDisabled();
  };
  await expectLocked();
  // Other cells have a role that can be changed.
  await page.notebook.selectCells(3);
  await expect(panel.getByRole('switch')).toBeEnabled();

  panel = await openWithPanel(page, 'locked/notebooks/2_split.ipynb');
  await expect(panel).toContainText('The notebook can only be read.');
  await expectLocked();
  await page.notebook.selectCells(3);
  await expect(panel.getByRole('switch')).toBeDisabled();
  await expect(panel.getByRole('switch')).toHaveAttribute(
    'title',
    'The notebook can only be read.'
  );

  panel = await openWithPanel(page, 'locked/notebooks/plain.ipynb');
  await expect(panel).toContainText('The notebook can only be read.');
  await expect(
    panel.getByRole('button', { name: 'Make this notebook a step' })
  ).toBeDisabled();
  expect(unrefused(errors)).toEqual([]);
});

test('a second notebook of the name is told, and overwrites nothing @faults', async ({
  page,
  baseURL
}) => {
  const folder = makeSyncedProject(rootOf(baseURL), 'twice');
  cpSync(
    join(folder, 'notebooks', '5_sort.ipynb'),
    join(folder, '5_sort.ipynb')
  );
  const script = join(folder, 'pipeline', 'scripts', 'mlvtools_5_sort.py');
  const before = readFileSync(script, 'utf-8');
  const stages = readFileSync(join(folder, 'dvc.yaml'), 'utf-8');
  await page.goto();
  const panel = await openWithPanel(page, 'twice/5_sort.ipynb');
  await expect(panel).toContainText('Error:');
  await expect(panel).toContainText('notebooks/5_sort.ipynb');
  await choose(page, 'Sync step');
  await expect(toast(page, 'notebooks/5_sort.ipynb')).toBeVisible();
  expect(readFileSync(script, 'utf-8')).toBe(before);
  expect(readFileSync(join(folder, 'dvc.yaml'), 'utf-8')).toBe(stages);
});

test('an untrusted notebook is as a trusted one; one changed on disk is shown as it is now @faults', async ({
  page,
  baseURL
}) => {
  const folder = makeSyncedProject(rootOf(baseURL), 'disk');
  const path = join(folder, 'notebooks', '3_convert_binaries.ipynb');
  changeFirst(path, cell => {
    cell.source = '"""\n:dvc-in: from/page.csv\n"""\nx = 1';
    cell.outputs = [
      {
        output_type: 'display_data',
        data: { 'text/html': '<script>window.pwned = 1</script>hello' },
        metadata: {}
      }
    ];
  });
  await page.goto();
  const panel = await openWithPanel(
    page,
    'disk/notebooks/3_convert_binaries.ipynb'
  );
  const edit = (name: string): Locator =>
    panel.getByRole('button', { name: `Edit ${name}`, exact: true });
  await expect(edit('from/page.csv')).toBeVisible();
  expect(
    await page.evaluate(() => {
      const widget = window.jupyterapp.shell.currentWidget as NotebookPanel;
      return widget.content.model?.cells.get(1).trusted;
    })
  ).toBe(false);
  await panel.getByRole('button', { name: 'Stage', exact: true }).click();
  const frozen = panel.getByRole('checkbox', { name: 'Frozen' });
  await frozen.click();
  await expect
    .poll(() => sourceOf(page, 1))
    .toContain('from/page.csv\n:dvc-frozen:\n');
  expect(await page.evaluate(() => 'pwned' in window)).toBe(false);

  // Somebody else's change of the file isn't overwritten by a sync, nor is ours lost unasked.
  changeFirst(path, cell => {
    cell.source = '"""\n:dvc-in: from/disk.csv\n"""\nx = 1';
  });
  await panel.getByRole('button', { name: 'Sync', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Revert' }).click();
  await expect(edit('from/disk.csv')).toBeVisible();
  await expect(frozen).not.toBeChecked();
  expect(readFileSync(path, 'utf-8')).toContain('from/disk.csv');
  await expect(panel.getByRole('button', { name: 'Add input' })).toBeEnabled();
});

test('five hundred parameters are shown and changed @faults', async ({
  page,
  baseURL
}) => {
  test.setTimeout(120_000);
  const folder = makeSyncedProject(rootOf(baseURL), 'many');
  const names = Array.from({ length: 500 }, (_, index) => `p_${index}`);
  writeFileSync(
    join(folder, 'params.yaml'),
    names.map(name => `${name}: 1\n`).join('')
  );
  plainNotebook(join(folder, 'many.ipynb'), [
    [
      '"""',
      ...names.map(name => `:param int ${name}: one of many`),
      ...names.map(name => `:dvc-param ${name}: ${name}`),
      '"""',
      ...names.map(name => `${name} = 1`)
    ].join('\n'),
    'print(p_499)'
  ]);
  const errors = errorsOf(page);
  await page.goto();
  const panel = await openWithPanel(page, 'many/many.ipynb');
  const edit = (name: string): Locator =>
    panel.getByRole('button', { name: `Edit ${name}`, exact: true }).first();
  await expect(
    panel.getByRole('region', { name: /^Parameters/ }).getByRole('listitem')
  ).toHaveCount(500);
  await edit('p_499').click();
  const form = panel.getByRole('form');
  await form.getByRole('textbox', { name: 'Text' }).fill('the last one');
  await form.getByRole('button', { name: 'Apply' }).click();
  await expect
    .poll(() => sourceOf(page, 0))
    .toContain(':param int p_499: the last one\n:dvc-param p_0');
  // Typing goes on meanwhile.
  await putCursor(page, 0, ':param int p_7:');
  await page.keyboard.type(':param str fresh: typed\n');
  await expect(edit('fresh')).toBeVisible();
  expect(await sourceOf(page, 0)).toContain(
    ':param str fresh: typed\n:param int p_7:'
  );
  expect(unrefused(errors)).toEqual([]);
});

// Without a slash, since files are called so.
const PICTURE = '<img src=x onerror=window.pwned=1>';

test('markup in names and texts is text @faults', async ({ page, baseURL }) => {
  const folder = makeSyncedProject(rootOf(baseURL), 'markup');
  writeFileSync(join(folder, `${PICTURE}.csv`), '1\n');
  writeFileSync(join(folder, 'params.yaml'), `k: "${PICTURE}"\n`);
  plainNotebook(join(folder, 'markup.ipynb'), [
    [
      '"""',
      `${PICTURE}`,
      `:param str name: ${PICTURE}`,
      `:param ${PICTURE} bad: x`,
      `:dvc-in: ${PICTURE}.csv`,
      `:dvc-out: ${PICTURE}/${PICTURE}`,
      `:dvc-inn: ${PICTURE}`,
      ':dvc-param name: k',
      `:dvc-extra: --other=${PICTURE}`,
      `:dvc-desc: ${PICTURE}`,
      '"""',
      `name = "${PICTURE}"`
    ].join('\n'),
    `open("${PICTURE}.txt", "w").write(name)`
  ]);
  const errors = errorsOf(page);
  await page.goto();
  const panel = await openWithPanel(page, 'markup/markup.ipynb');
  const inert = async (): Promise<void> => {
    await expect(
      page
        .locator('[class*="jp-DVC"], .Toastify__toast, .cm-tooltip, .jp-Dialog')
        .locator('img[src="x"]')
    ).toHaveCount(0);
    expect(await page.evaluate(() => 'pwned' in window)).toBe(false);
  };
  await expect(
    panel.getByRole('button', { name: `Edit ${PICTURE}.csv` })
  ).toBeVisible();
  await expect(panel).toContainText(`${PICTURE}.txt`);
  await expect(
    panel.getByRole('textbox', { name: 'Value of name in the pipeline' })
  ).toHaveValue(PICTURE);
  await inert();
  await panel.getByRole('button', { name: 'Add input' }).click();
  const form = panel.getByRole('form');
  await form.getByRole('combobox', { name: 'Path' }).fill('<');
  await expect(
    form.getByRole('option', { name: `${PICTURE}.csv` })
  ).toBeVisible();
  await inert();
  await form.getByRole('button', { name: 'Cancel' }).click();
  await panel.getByRole('button', { name: 'Add parameter' }).click();
  await form.getByRole('textbox', { name: 'Name' }).fill(PICTURE);
  await expect(form.getByRole('alert')).toContainText('<img');
  await inert();
  await form.getByRole('button', { name: 'Cancel' }).click();
  await page.locator('.cm-lintRange').first().hover();
  await expect(page.locator('.cm-tooltip-lint')).toContainText('DVC');
  await inert();
  const value = panel.getByRole('textbox', {
    name: 'Value of name in the pipeline'
  });
  await value.fill(`${PICTURE} `);
  await value.press('Enter');
  await expect(toast(page, 'k is now')).toContainText(PICTURE);
  await inert();
  expect(unrefused(errors)).toEqual([]);
});
