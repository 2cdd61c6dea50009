import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';

import { expect, test } from '@jupyterlab/galata';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { errorsOf } from './console';
import { Looks } from './looks';
import { showPanel } from './panelPage';
import { dvc, initialise, plainNotebook, rootOf, sync } from './pipeline';
import { choose, open, runStatus, toast } from './workbench';

test.use({ autoGoto: false });

const DOCSTRING = `"""
Repeat a text.

:param str source: the text
:param int times: how often
:param str end: what stands at the end. Defaults to "!".
:param str result: the repeated text

:dvc-in source: word.txt
:dvc-out result: out/repeated.txt
:dvc-extra: --times 2
"""
source, times, end, result = "word.txt", 2, "!", "out/repeated.txt"`;
const CODE = `import os

os.makedirs("out", exist_ok=True)
with open(source) as read, open(result, "w") as write:
    write.write(" ".join([read.read().strip()] * times + [end]))`;

/** A project with one step, synced. */
function makeStep(root: string, name: string): string {
  const folder = join(root, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'word.txt'), 'ha\n');
  writeFileSync(join(folder, 'other.txt'), 'ho\n');
  plainNotebook(join(folder, 'repeat.ipynb'), [DOCSTRING, CODE]);
  initialise(folder);
  sync(folder, 'repeat.ipynb');
  return folder;
}

/** Open the step's notebook, with the panel beside it. */
async function openStep(
  page: IJupyterLabPageFixture,
  project: string
): Promise<void> {
  await page.goto();
  await open(page, `${project}/repeat.ipynb`, /^DVC: Stale/);
  await showPanel(page);
  await expect(variants(page)).toBeVisible();
}

/** The list in the panel. */
function variants(page: IJupyterLabPageFixture): Locator {
  return page.getByRole('region', { name: /^Variants/ });
}

function row(page: IJupyterLabPageFixture, name: string): Locator {
  return variants(page)
    .getByRole('listitem')
    .filter({
      has: page.getByRole('button', { name: `Edit ${name}…`, exact: true })
    });
}

function dialog(page: IJupyterLabPageFixture): Locator {
  return page.getByRole('dialog');
}

/** Open the form of a new variant. */
async function duplicate(page: IJupyterLabPageFixture): Promise<Locator> {
  await variants(page).getByRole('button', { name: 'Duplicate step…' }).click();
  const form = dialog(page);
  await expect(
    form.getByRole('textbox', { name: 'Name of the stage' })
  ).toBeFocused();
  return form;
}

function stages(folder: string): string[] {
  return dvc(folder, 'stage', 'list', '--name-only').trim().split('\n');
}

function text(folder: string, name: string): string {
  return readFileSync(join(folder, name), 'utf-8');
}

test('a step is duplicated in a form, run, edited and removed again', async ({
  page,
  baseURL
}) => {
  test.setTimeout(150_000);
  const folder = makeStep(rootOf(baseURL), 'twice');
  const errors = errorsOf(page);
  await openStep(page, 'twice');
  await expect(variants(page)).toContainText('None.');

  const form = await duplicate(page);
  const name = form.getByRole('textbox', { name: 'Name of the stage' });
  const output = form.getByRole('combobox', { name: 'Output: path of result' });
  await expect(name).toHaveValue('mlvtools_repeat_2');
  await expect(output).toHaveValue('out/repeated-2.txt');
  await expect(form.getByRole('textbox', { name: /^times/ })).toHaveValue('2');
  await expect(form.getByRole('textbox', { name: /^end/ })).toHaveValue('!');

  // What is taken, or no value, is said at its field; nothing closes.
  const add = form.getByRole('button', { name: 'Add stage' });
  await name.fill('mlvtools_repeat');
  await expect(form).toContainText('There is a stage mlvtools_repeat already');
  await add.click();
  await expect(name).toBeFocused();
  await name.fill('loud');
  await expect(output).toHaveValue('out/repeated-loud.txt');
  await output.fill('out/repeated.txt');
  await expect(form).toContainText('both write `out/repeated.txt`');
  // What only the server can tell.
  await output.fill('out/repeated.txt/below.txt');
  await output.press('Tab');
  await add.click();
  await expect(output).toHaveAccessibleDescription(/lies in/);
  await expect(output).toBeFocused();
  await output.fill('out/loud.txt');
  await output.press('Tab');
  await form.getByRole('textbox', { name: /^times/ }).fill('three');
  await expect(form).toContainText("'three' for 'times' is not of its type");
  await form.getByRole('textbox', { name: /^times/ }).fill('3');
  await form
    .getByRole('combobox', { name: 'Input: path of source' })
    .fill('other.txt');
  await page.keyboard.press('Tab');
  await add.click();
  await expect(dialog(page)).toHaveCount(0);
  const added = toast(page, 'The stage loud is in dvc.yaml.');
  // A notification under the pointer stays, however long DVC takes.
  await added.hover();
  expect(stages(folder)).toEqual(['mlvtools_repeat', 'loud']);
  await expect(row(page, 'loud')).toContainText(
    'times = 3 · reads other.txt · writes out/loud.txt'
  );

  await added.getByRole('button', { name: 'Run' }).click();
  await expect(runStatus(page)).toContainText('Done', { timeout: 60_000 });
  expect(text(folder, 'out/loud.txt')).toBe('ho ho ho !');
  // That one alone.
  expect(existsSync(join(folder, 'out/repeated.txt'))).toBe(false);
  await expect(row(page, 'loud')).toContainText('Up to date');

  await row(page, 'loud').getByRole('button', { name: /^loud/ }).click();
  await dialog(page).getByRole('textbox', { name: /^end/ }).fill('<b>?</b>');
  await dialog(page)
    .getByRole('textbox', { name: 'Name of the stage' })
    .fill('louder');
  await dialog(page).getByRole('button', { name: 'Apply' }).click();
  await expect(dialog(page)).toHaveCount(0);
  await expect(row(page, 'louder')).toContainText('end = <b>?</b>');
  await expect(
    row(page, 'louder').getByRole('button', { name: /^louder/ })
  ).toBeFocused();
  dvc(folder, 'repro', 'louder');
  expect(text(folder, 'out/loud.txt')).toBe('ho ho ho <b>?</b>');

  // Removed and taken back to the byte, with what a hand wrote into it.
  const yaml = join(folder, 'dvc.yaml');
  writeFileSync(
    yaml,
    readFileSync(yaml, 'utf-8').replace(
      '  louder:\n',
      '  # mine\n  louder:\n    desc: my own\n'
    )
  );
  const before = readFileSync(yaml, 'utf-8');
  await row(page, 'louder').getByRole('button', { name: 'Edit' }).focus();
  await row(page, 'louder').getByRole('button', { name: 'Remove' }).click();
  const removed = toast(page, 'The stage louder is out of dvc.yaml');
  await removed.hover();
  await expect(variants(page)).toContainText('None.');
  await expect(
    variants(page).getByRole('button', { name: 'Duplicate step…' })
  ).toBeFocused();
  expect(stages(folder)).toEqual(['mlvtools_repeat']);
  await removed.getByRole('button', { name: 'Undo' }).click();
  await expect(row(page, 'louder')).toBeVisible();
  expect(readFileSync(yaml, 'utf-8')).toBe(before);
  // The browser's own word on the output that the server refused.
  expect(errors).toEqual([expect.stringMatching(/400 .*\/variants\?/)]);
});

test('several values of one parameter are a matrix, by the keyboard alone @faults', async ({
  page,
  baseURL
}) => {
  test.setTimeout(150_000);
  const folder = makeStep(rootOf(baseURL), 'matrix');
  const errors = errorsOf(page);
  await openStep(page, 'matrix');
  const keys = page.keyboard;
  await variants(page).getByRole('button', { name: 'Duplicate step…' }).focus();
  await keys.press('Enter');
  const form = dialog(page);
  await expect(
    form.getByRole('textbox', { name: 'Name of the stage' })
  ).toBeFocused();
  await keys.press('ControlOrMeta+A');
  await keys.type('each');
  await keys.press('Tab');
  await keys.press('ArrowDown');
  await expect(form.getByRole('radio', { name: /matrix/ })).toBeChecked();
  await keys.press('Tab');
  await expect(form.getByRole('combobox', { name: 'Parameter' })).toBeFocused();
  await keys.press('Tab');
  // Sent too soon: it says so, and the focus is where it is said.
  await keys.press('Enter');
  const values = form.getByRole('textbox', { name: 'Its values' });
  await expect(values).toBeFocused();
  await expect(values).toHaveAccessibleDescription(/at least one value/);
  await keys.type('1, 3');
  await expect(
    form.getByRole('combobox', { name: 'Output: path of result' })
  ).toHaveValue('out/repeated-{times}.txt');
  await keys.press('Enter');
  await expect(form).toHaveCount(0);
  await expect(
    variants(page).getByRole('button', { name: 'Duplicate step…' })
  ).toBeFocused();
  expect(stages(folder)).toEqual(['mlvtools_repeat', 'each@1', 'each@3']);
  await expect(row(page, 'each')).toContainText(
    'times: each of 1, 3 · writes out/repeated-{times}.txt'
  );
  await row(page, 'each').getByRole('button', { name: /^each/ }).focus();
  await keys.press('Tab');
  await expect(
    row(page, 'each').getByRole('button', { name: 'Run each' })
  ).toBeFocused();
  await keys.press('Enter');
  await expect(runStatus(page)).toContainText('Done', { timeout: 60_000 });
  expect(text(folder, 'out/repeated-1.txt')).toBe('ha !');
  expect(text(folder, 'out/repeated-3.txt')).toBe('ha ha ha !');
  await row(page, 'each').getByRole('button', { name: /^each/ }).focus();
  await keys.press('Delete');
  await expect(variants(page)).toContainText('None.');
  expect(stages(folder)).toEqual(['mlvtools_repeat']);
  // Its results are the user's.
  expect(text(folder, 'out/repeated-1.txt')).toBe('ha !');
  expect(errors).toEqual([]);
});

test('a renamed parameter: the sync names the variants that no longer fit, and mends them @faults', async ({
  page,
  baseURL
}) => {
  test.setTimeout(120_000);
  const folder = makeStep(rootOf(baseURL), 'mended');
  await openStep(page, 'mended');
  for (const [name, end] of [
    ['asks', '?'],
    ['shouts', '!!']
  ] as const) {
    const form = await duplicate(page);
    await form.getByRole('textbox', { name: 'Name of the stage' }).fill(name);
    await form.getByRole('textbox', { name: /^end/ }).fill(end);
    await form.getByRole('button', { name: 'Add stage' }).click();
    await expect(row(page, name)).toContainText(`end = ${end}`);
  }
  await page.notebook.setCell(0, 'code', DOCSTRING.replaceAll('end', 'tail'));
  await page.notebook.setCell(1, 'code', CODE.replace('[end]', '[tail]'));
  await page.keyboard.press('Escape');
  await choose(page, 'Sync step');
  const told = toast(page, '2 variants no longer fit: asks, shouts.');
  await told.hover();
  await expect(row(page, 'asks')).toContainText(
    'passes `--end`, which the script no longer takes'
  );
  expect(() => dvc(folder, 'repro', 'asks')).toThrow(
    /unrecognized arguments: --end/
  );
  await told.getByRole('button', { name: 'Mend…' }).click();
  const change = dialog(page).getByRole('region', {
    name: 'What mending asks changes'
  });
  await expect(change).toContainText('--end');
  await dialog(page).getByRole('button', { name: 'Mend', exact: true }).click();
  await toast(page, '2 variants are mended.').hover();
  await expect(dialog(page)).toHaveCount(0);
  await expect(variants(page)).not.toContainText('no longer takes');
  dvc(folder, 'repro', 'asks', 'shouts');
  expect(text(folder, 'out/repeated-asks.txt')).toBe('ha ha !');

  await toast(page, '2 variants are mended.')
    .getByRole('button', { name: 'Undo' })
    .click();
  await expect(row(page, 'shouts')).toContainText('no longer takes');
  await row(page, 'shouts')
    .getByRole('button', { name: 'Mend shouts…' })
    .click();
  await expect(dialog(page)).not.toContainText('asks');
  await dialog(page).getByRole('button', { name: 'Mend', exact: true }).click();
  await expect(row(page, 'shouts')).not.toContainText('no longer takes');
  await expect(row(page, 'asks')).toContainText('no longer takes');
});

test('dvc.yaml that changed meanwhile is said, and what is typed stays @faults', async ({
  page,
  baseURL
}) => {
  const folder = makeStep(rootOf(baseURL), 'meanwhile');
  await openStep(page, 'meanwhile');
  const form = await duplicate(page);
  const name = form.getByRole('textbox', { name: 'Name of the stage' });
  await name.fill('mine');
  await form.getByRole('textbox', { name: /^times/ }).fill('5');
  const yaml = join(folder, 'dvc.yaml');
  const theirs = `${readFileSync(yaml, 'utf-8')}  theirs:\n    cmd: 'true'\n`;
  writeFileSync(yaml, theirs);
  await form.getByRole('button', { name: 'Add stage' }).click();
  await expect(form.getByRole('alert').last()).toContainText(
    'dvc.yaml has changed since the page read it; nothing was written.'
  );
  await expect(
    form.getByRole('region', { name: 'What would be written to dvc.yaml now' })
  ).toContainText('+  mine:');
  expect(readFileSync(yaml, 'utf-8')).toBe(theirs);
  await expect(name).toHaveValue('mine');
  await form.getByRole('button', { name: 'Add stage' }).click();
  await expect(form).toHaveCount(0);
  expect(stages(folder)).toEqual(['mlvtools_repeat', 'theirs', 'mine']);
  expect(readFileSync(yaml, 'utf-8')).toContain('--times=5');
});

test('variants in every theme @faults', async ({ page, baseURL }, testInfo) => {
  test.setTimeout(300_000);
  const folder = makeStep(rootOf(baseURL), 'looks');
  await openStep(page, 'looks');
  const looks = new Looks(page, testInfo);
  const form = await duplicate(page);
  await form.getByRole('textbox', { name: /^times/ }).fill('many');
  await looks.at('variant-form');
  await form.getByRole('radio', { name: /matrix/ }).check();
  await form.getByRole('textbox', { name: 'Its values' }).fill('1, 3, 1');
  await looks.at('variant-matrix');
  await form.getByRole('textbox', { name: 'Its values' }).fill('1, 3');
  await form.getByRole('button', { name: 'Add stage' }).click();
  await expect(row(page, 'mlvtools_repeat_2')).toBeVisible();
  const other = await duplicate(page);
  await other.getByRole('textbox', { name: /^end/ }).fill('<i>?</i>');
  await other.getByRole('button', { name: 'Add stage' }).click();
  await expect(row(page, 'mlvtools_repeat_3')).toBeVisible();
  plainNotebook(join(folder, 'repeat.ipynb'), [
    DOCSTRING.replaceAll('end', 'tail'),
    CODE.replace('[end]', '[tail]')
  ]);
  sync(folder, 'repeat.ipynb');
  const mend = variants(page).getByRole('button', { name: /^Mend/ });
  // Above what the notifications cover.
  await page.setViewportSize({ width: 1280, height: 1300 });
  await expect(mend).toBeVisible();
  await looks.at('variants');
  await mend.click();
  await expect(dialog(page)).toContainText('--end');
  await looks.at('variants-mend');
});
