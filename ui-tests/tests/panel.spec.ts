import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync
} from 'fs';
import { join } from 'path';

import { expect, test } from '@jupyterlab/galata';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Locator } from '@playwright/test';

import { errorsOf, unrefused } from './console';
import { panelOf, showPanel } from './panelPage';
import { dvcStatus, initialise, plainNotebook, ROOT, rootOf } from './pipeline';
import { choose, picture, stepButton, toast } from './workbench';

test.use({ autoGoto: false });

test('three plain notebooks become a running pipeline in 12 clicks', async ({
  page,
  baseURL
}) => {
  test.setTimeout(180_000);
  const folder = join(rootOf(baseURL), 'three');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'raw.csv'), '3\n1\n2\n');
  plainNotebook(join(folder, 'one.ipynb'), [
    'import csv',
    "rows = open('raw.csv').read().split()",
    "with open('clean.csv', 'w') as f:\n    f.write('\\n'.join(sorted(rows)))"
  ]);
  plainNotebook(join(folder, 'two.ipynb'), [
    'FACTOR = 3',
    "rows = [int(x) * FACTOR for x in open('clean.csv').read().split()]",
    "with open('scaled.csv', 'w') as f:\n    f.write('\\n'.join(map(str, rows)))"
  ]);
  plainNotebook(join(folder, 'three.ipynb'), [
    "rows = [int(x) for x in open('scaled.csv').read().split()]",
    "with open('sum.txt', 'w') as f:\n    f.write(str(sum(rows)))"
  ]);
  initialise(folder);
  const errors = errorsOf(page);
  await page.goto('tree/three');
  await expect(
    page.getByRole('listitem', { name: /^Name: one\.ipynb/ })
  ).toBeVisible();

  // Everything from here on is counted.
  let acts = 0;
  const click = async (target: Locator): Promise<void> => {
    acts += 1;
    await target.click();
  };
  const chooseFile = async (name: string): Promise<void> => {
    acts += 1;
    await page.getByRole('listitem', { name: `Name: ${name}` }).dblclick();
  };
  const button = (name: string): Locator =>
    panelOf(page).getByRole('button', { name, exact: true });

  await click(page.getByRole('tab', { name: 'Property Inspector' }));
  for (const name of ['one', 'two', 'three']) {
    await chooseFile(`${name}.ipynb`);
    await click(button('Make this notebook a step'));
    await click(button('Sync'));
    await expect(button('Run')).toBeEnabled();
  }
  await click(button('Run'));
  await expect(panelOf(page).getByRole('status')).toHaveText('Up to date', {
    timeout: 90_000
  });
  expect(acts).toBeLessThanOrEqual(12);
  expect(readFileSync(join(folder, 'sum.txt'), 'utf-8')).toBe('18');
  const yaml = readFileSync(join(folder, 'dvc.yaml'), 'utf-8');
  expect(yaml.match(/^ {2}mlvtools_\w+:$/gm)).toEqual([
    '  mlvtools_one:',
    '  mlvtools_two:',
    '  mlvtools_three:'
  ]);
  expect(dvcStatus(folder)).toEqual({});
  expect(errors).toEqual([]);
});

test('the first cell of a new step runs, and no value that is none of Python gets into it', async ({
  page,
  baseURL
}) => {
  const folder = join(rootOf(baseURL), 'fresh');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'steps', 'deep'), { recursive: true });
  writeFileSync(join(folder, 'words.txt'), 'a b');
  initialise(folder);
  const errors = errorsOf(page);
  await page.goto('tree/fresh/steps/deep');
  await page.menu.clickMenuItem('File>New Launcher');
  await page
    .locator('.jp-LauncherCard', { hasText: 'New pipeline step' })
    .locator('visible=true')
    .click();
  const dialog = page.getByRole('dialog');
  const asked = (name: string): Locator =>
    dialog.getByRole('textbox', { name, exact: true });
  await asked('Name of the notebook').fill('train');
  await dialog
    .getByRole('combobox', { name: 'Path of an input' })
    .fill('words.txt');
  await dialog.getByRole('button', { name: 'Add hyperparameter' }).click();
  await asked('Name of parameter 1').fill('layers');
  await asked('Type of parameter 1').fill('list[int]');
  const create = dialog.getByRole('button', { name: 'Create' });
  for (const wrong of ['abc', '8 +', '[16, 32']) {
    await asked('Value of parameter 1').fill(wrong);
    await expect(dialog.getByRole('alert')).toContainText(
      'A hyperparameter’s value is a number'
    );
    await expect(create).toBeDisabled();
  }
  await asked('Value of parameter 1').fill('[16, 32]');
  await expect(dialog.getByRole('alert')).toBeEmpty();
  await create.click();
  await expect(page.getByRole('tab', { name: 'train.ipynb' })).toHaveAttribute(
    'aria-selected',
    'true'
  );
  await page.notebook.runCell(0);
  const ran = (): Promise<unknown> =>
    page.evaluate(() => {
      const widget = window.jupyterapp.shell.currentWidget as NotebookPanel;
      const cell = widget.content.model?.cells.get(0).toJSON();
      return { count: cell?.execution_count, outputs: cell?.outputs };
    });
  await expect
    .poll(ran, { timeout: 30_000 })
    .toEqual({ count: 1, outputs: [] });
  // What stands there is where the first cell says it is.
  await page.notebook.setCell(
    1,
    'code',
    'print(path_to_words.read_text(), layers)'
  );
  await page.notebook.runCell(1);
  await expect(
    page.locator('.jp-OutputArea-output').locator('visible=true')
  ).toHaveText('a b [16, 32]');
  expect(readFileSync(join(folder, 'params.yaml'), 'utf-8')).toBe(
    'layers:\n- 16\n- 32\n'
  );
  expect(errors).toEqual([]);
});

/** What a person pastes into the notebooks of the example's pipeline: code that knows of no directive. */
const PASTED = {
  clean: `import re

feed = path_to_feed.read_text(encoding="utf-8")
sanitized = re.sub(r"[^0-9=\\s]", "", feed)
path_to_sanitized.write_text(sanitized, encoding="utf-8")`,
  split: `words = path_to_sanitized.read_text(encoding="utf-8").split()
codes = [word.partition("=")[2] for word in words]
binaries = [w for w, c in zip(words, codes) if len(c) == size_bin_data and set(c) <= set("01")]
octals = [w for w, c in zip(words, codes) if len(c) == 3 and set(c) <= set("01234567")]
path_to_binaries.write_text("\\n".join(binaries), encoding="utf-8")
path_to_octals.write_text("\\n".join(octals), encoding="utf-8")`,
  binaries: `import json

words = [word.partition("=") for word in open("data/binaries.txt").read().split()]
letters = {index: chr(int(code, base=2)) for index, _, code in words}
json.dump(letters, open("data/letters_from_binaries.json", "w"))`,
  octals: `import json
from pathlib import Path

words = [word.partition("=") for word in Path("data/octals.txt").read_text().split()]
letters = {index: chr(int(code, base=8)) for index, _, code in words}
Path("data/letters_from_octals.json").write_text(json.dumps(letters))`,
  sort: `import json

letters = {}
for path in [path_to_letters_from_binaries, path_to_octals]:
    letters.update(json.loads(path.read_text()))
sentence = "".join(letters[index] for index in sorted(letters, key=int))
path_to_sentence.write_text(sentence)`
} as const;

test('who has never seen a directive builds the example from the launcher @faults', async ({
  page,
  baseURL
}, testInfo) => {
  test.setTimeout(300_000);
  const folder = join(rootOf(baseURL), 'scratch');
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(ROOT, 'examples', 'dummy', 'data'), join(folder, 'data'), {
    recursive: true
  });
  const errors = errorsOf(page);
  await page.goto('tree/scratch');
  const dialog = page.getByRole('dialog');
  const form = panelOf(page).getByRole('form');
  const button = (name: string): Locator =>
    panelOf(page).getByRole('button', { name, exact: true });
  const asked = (name: string): Locator =>
    dialog.getByRole('textbox', { name, exact: true });
  const path = async (
    what: 'input' | 'output',
    text: string
  ): Promise<void> => {
    const field = dialog.getByRole('combobox', { name: `Path of an ${what}` });
    await field.fill(text);
    await dialog.getByRole('button', { name: `Add ${what}` }).click();
  };
  const make = async (
    name: string,
    code: string,
    fill: () => Promise<void> = () => Promise.resolve()
  ): Promise<void> => {
    await page.menu.clickMenuItem('File>New Launcher');
    await page
      .locator('.jp-LauncherCard', { hasText: 'New pipeline step' })
      .locator('visible=true')
      .click();
    await asked('Name of the notebook').fill(name);
    await fill();
    await picture(page, testInfo, `new-step-${name}`);
    await dialog.getByRole('button', { name: 'Create' }).click();
    await expect(
      page.getByRole('tab', { name: `${name}.ipynb` })
    ).toHaveAttribute('aria-selected', 'true');
    await expect(stepButton(page)).toHaveAccessibleName(/^DVC: [^…]/);
    await page.notebook.enterCellEditingMode(1);
    await page.keyboard.insertText(code);
    await showPanel(page);
  };
  const sync = async (): Promise<void> => {
    await button('Sync').click();
    await expect(button('Run')).toBeEnabled();
  };

  await make('1_sanitize', PASTED.clean, async () => {
    await dialog
      .getByRole('combobox', { name: 'Path of an input' })
      .fill('data/f');
    await dialog.getByRole('option', { name: 'data/feed.txt' }).click();
    await dialog.getByRole('button', { name: 'Add input' }).click();
    await path('output', 'data/sanitized.txt');
  });
  // The folder is no project yet: whatever is tried offers to make one, until it is.
  await expect(stepButton(page)).toHaveAccessibleName(/^DVC: No project/);
  const offer = 'Make a project here';
  const [made, refused] = [
    toast(page, 'in no DVC project yet'),
    toast(page, 'neither the folder nor one above it')
  ];
  await expect(made.getByRole('button', { name: offer })).toBeVisible();
  await choose(page, 'Sync step');
  await refused.getByRole('button', { name: offer }).click();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toHaveCount(0);
  expect(existsSync(join(folder, '.dvc'))).toBe(false);
  await button(offer).click();
  await dialog.getByRole('button', { name: 'Make it' }).click();
  await expect(toast(page, 'is a DVC project now')).toBeVisible();
  await expect(toast(page, '1_sanitize.ipynb is there.')).toBeVisible();
  await expect(made).toHaveCount(0);
  expect(existsSync(join(folder, '.dvc'))).toBe(true);
  await sync();

  await make('2_split', PASTED.split, async () => {
    // What another step makes is proposed.
    const input = dialog.getByRole('combobox', { name: 'Path of an input' });
    await input.fill('data/s');
    await expect(
      dialog.getByRole('option', { name: /data\/sanitized\.txt/ })
    ).toContainText('made by mlvtools_1_sanitize');
    await input.press('ArrowDown');
    await input.press('Enter');
    await expect(input).toHaveValue('data/sanitized.txt');
    await input.press('Enter');
    await path('output', 'data/binaries.txt');
    // Typed without being added: it is meant all the same.
    await dialog
      .getByRole('combobox', { name: 'Path of an output' })
      .fill('data/octals.txt');
    await dialog.getByRole('button', { name: 'Add hyperparameter' }).click();
    await asked('Name of parameter 1').fill('size_bin_data');
    await asked('Value of parameter 1').fill('8');
  });
  await sync();

  for (const [name, code] of [
    ['3_convert_binaries', PASTED.binaries],
    ['4_convert_octals', PASTED.octals]
  ] as const) {
    await make(name, code);
    // The paths that the code has are found in it.
    await button('Add 1 input').click();
    await button('Add 1 output').click();
    await expect(button('Add 1 output')).toHaveCount(0);
    await sync();
  }

  await make('5_sort', PASTED.sort, async () => {
    await path('input', 'data/letters_from_binaries.json');
    await path('output', 'data/sentence.txt');
  });
  // What was forgotten is added in the panel: a parameter, and the input that feeds it.
  await button('Add parameter').click();
  await form.getByRole('textbox', { name: 'Name' }).fill('path_to_octals');
  await form.getByRole('combobox', { name: 'Type' }).fill('Path');
  await form.getByRole('button', { name: 'Add' }).click();
  await expect(form).toHaveCount(0);
  await button('Add input').click();
  await form
    .getByRole('combobox', { name: 'Path' })
    .fill('data/letters_from_octals.json');
  await form
    .getByRole('combobox', { name: 'Parameter' })
    .selectOption('path_to_octals');
  await form.getByRole('button', { name: 'Add' }).click();
  await expect(form).toHaveCount(0);
  await sync();

  await choose(page, 'Run pipeline');
  await expect(toast(page, /Pipeline is done\. Ran: /)).toBeVisible({
    timeout: 120_000
  });
  await expect(panelOf(page).getByRole('status')).toHaveText('Up to date');
  const sentence = readFileSync(join(folder, 'data', 'sentence.txt'), 'utf-8');
  expect(sentence).toBe('Your notebooks keep in step.');
  expect(readFileSync(join(folder, 'params.yaml'), 'utf-8')).toBe(
    'size_bin_data: 8\n'
  );
  expect(dvcStatus(folder)).toEqual({});
  await picture(page, testInfo, 'panel-up-to-date-light');
  expect(unrefused(errors)).toEqual([]);
});
