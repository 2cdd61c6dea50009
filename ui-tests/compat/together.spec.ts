import { existsSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';

import { expect, test } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';

import { errorsOf } from '../tests/console';
import { addCell, makeProject, rootOf } from '../tests/pipeline';
import { choose, output, stepButton, toast } from '../tests/workbench';
import {
  address,
  expectState,
  notebook,
  open,
  typeAtEnd,
  unknownOf
} from './page';

// The stage waits for a file, so that a test says when it ends. An editor indents as the last line is.
const WAITING =
  'import os, time\nprint("waiting", flush=True)\nwhile not os.path.exists("go"):\n    time.sleep(0.1)\nprint("went")';

/** The cell in which everybody types. */
function lastCell(page: Page): Locator {
  return notebook(page)
    .locator('.jp-Cell', { hasText: 'from one' })
    .locator('.jp-Cell-inputWrapper');
}

async function execute(page: Page, command: string): Promise<void> {
  await page.keyboard.press('ControlOrMeta+Shift+C');
  await page.locator('.lm-CommandPalette-input').fill(command);
  await page.getByRole('menuitem', { name: command }).first().click();
}

async function openPath(page: Page, path: string): Promise<void> {
  await execute(page, 'Open from Path');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill(path);
  await dialog.getByRole('button', { name: 'Open' }).click();
  await expect(dialog).toHaveCount(0);
}

/** Open a notebook of a project in both pages; gives the errors of each from now on. */
async function openInBoth(
  one: Page,
  two: Page,
  project: string,
  name: string
): Promise<string[][]> {
  const errors = [errorsOf(one), errorsOf(two)];
  const path = `${project}/notebooks/${name}.ipynb`;
  await open(one, address(`lab/workspaces/${project}-1/tree`, path));
  await open(two, address(`lab/workspaces/${project}-2/tree`, path));
  return errors;
}

/** The panel beside the notebook, once it has read it. */
async function panelIn(page: Page): Promise<Locator> {
  // Its first tab is the one with the notebook's tools.
  await page.keyboard.press('ControlOrMeta+j');
  const panel = page.locator('.jp-DVCPanel').locator('visible=true');
  await expect(editOf(panel, 'path_to_octals')).toBeVisible({
    timeout: 30_000
  });
  return panel;
}

function editOf(panel: Locator, name: string): Locator {
  return panel.getByRole('button', { name: `Edit ${name}`, exact: true });
}

/** Open a parameter's form and fill in its text; the form stays open. */
async function fillText(
  panel: Locator,
  name: string,
  text: string
): Promise<Locator> {
  await editOf(panel, name).click();
  const field = panel.getByRole('form').getByRole('textbox', { name: 'Text' });
  await field.fill(text);
  return field;
}

test('two pages on one notebook sync and run it, and lose nothing', async ({
  page: one,
  browser,
  baseURL,
  viewport
}, testInfo) => {
  test.setTimeout(360_000);
  const name = `together-${testInfo.project.name}`;
  const folder = makeProject(rootOf(baseURL), name);
  const file = join(folder, 'notebooks', '1_sanitize.ipynb');
  const script = join(folder, 'pipeline', 'scripts', 'mlvtools_1_sanitize.py');
  const go = join(folder, 'go');
  addCell(file, WAITING);

  const context = await browser.newContext({
    baseURL: baseURL ?? '',
    viewport
  });
  const two = await context.newPage();
  const errors = await openInBoth(one, two, name, '1_sanitize');
  // Once the first page knows its kernel the shared document isn't the file any more, bar its sources.
  for (const page of [one, two]) {
    await expect(stepButton(page)).toHaveAccessibleName(/^DVC: Not synced/, {
      timeout: 30_000
    });
  }

  // What was typed a moment ago is saved by the sync, and reaches the other page.
  await typeAtEnd(one, '\nprint("from one")');
  await choose(one, 'Sync step');
  await expect(toast(one, 'mlvtools_1_sanitize is synced')).toBeVisible();
  expect(readFileSync(script, 'utf-8')).toContain('print("from one")');
  expect(readFileSync(file, 'utf-8')).toContain('from one');
  await expectState(one, 'Stale');
  await expectState(two, 'Stale');

  // While one page runs it the other one types: nobody's text is lost or saved by the run.
  await choose(one, 'Run step');
  await expect(output(one)).toContainText('waiting', { timeout: 60_000 });
  await expectState(two, 'Running');
  await typeAtEnd(two, '\nresult.write_text("from two")');
  await expect(notebook(two)).toContainText('from one');
  await expect(notebook(two)).toContainText('from two');
  writeFileSync(go, '');
  await expect(toast(one, 'is done. Ran: mlvtools_1_sanitize')).toBeVisible({
    timeout: 30_000
  });
  await expectState(
    two,
    testInfo.project.name === 'unsaved' ? 'Up to date, unsaved' : 'Not synced'
  );
  for (const page of [one, two]) {
    await expect(notebook(page)).toContainText('from one');
    await expect(notebook(page)).toContainText('from two');
  }

  // The other page's sync; a file that its run writes is shown anew in the first.
  await openPath(one, `${name}/data/sanitized.txt`);
  const shown = one.locator('.jp-FileEditor .cm-content');
  await expect(shown).toBeVisible();
  await expect(shown).not.toContainText('from two');
  await choose(two, 'Sync step');
  await expect(toast(two, 'mlvtools_1_sanitize is synced')).toBeVisible();
  expect(readFileSync(script, 'utf-8')).toContain('from two');
  await choose(two, 'Run step');
  await expect(toast(two, 'is done. Ran: mlvtools_1_sanitize')).toBeVisible({
    timeout: 60_000
  });
  await expect(shown).toContainText('from two');
  await one.screenshot({
    path: join(testInfo.project.outputDir, 'together-one.png')
  });
  await expectState(two, 'Up to date');

  // A run that the one started is stopped by the other.
  rmSync(go);
  await typeAtEnd(two, '\nprint("again")');
  await choose(two, 'Sync step');
  await expectState(two, 'Stale');
  await choose(two, 'Run step');
  await expect(output(two)).toContainText('waiting', { timeout: 60_000 });
  await one.getByRole('tab', { name: '1_sanitize.ipynb', exact: true }).click();
  await expectState(one, 'Running');
  await choose(one, 'Stop');
  await expect(toast(two, 'was stopped')).toBeVisible({ timeout: 30_000 });
  await expect(stepButton(one)).not.toHaveAccessibleName('DVC: Running');
  for (const page of [one, two]) {
    await expect(notebook(page)).toContainText('again');
  }

  // While the one looks at a cut, the other one puts a cell above: nothing is cut elsewhere, and nothing lost.
  await lastCell(one).click({
    button: 'right',
    position: { x: 30, y: 10 }
  });
  await one
    .getByRole('menuitem', { name: 'Split here into a new step…' })
    .click();
  const accept = one
    .getByRole('dialog')
    .getByRole('button', { name: 'Split', exact: true });
  await expect(accept).toBeEnabled();
  await lastCell(two).click();
  await two.keyboard.press('Escape');
  await two.keyboard.press('a');
  await two.keyboard.press('Enter');
  await two.keyboard.type('# put above');
  await expect(notebook(one)).toContainText('# put above');
  await accept.click();
  await expect(
    toast(one, 'The notebook changed meanwhile. Try again.')
  ).toBeVisible();
  for (const page of [one, two]) {
    await expect(notebook(page)).toContainText('# put above');
    await expect(notebook(page)).toContainText('again');
  }
  expect(existsSync(join(folder, 'notebooks', '1_sanitize_2.ipynb'))).toBe(
    false
  );
  expect(errors.map(unknownOf)).toEqual([[], []]);
  await context.close();
});

test('two people edit one step in their panels, and each sees and keeps what the other does', async ({
  page: one,
  browser,
  baseURL,
  viewport
}, testInfo) => {
  test.setTimeout(180_000);
  const name = `panels-${testInfo.project.name}`;
  makeProject(rootOf(baseURL), name);
  const context = await browser.newContext({
    baseURL: baseURL ?? '',
    viewport
  });
  const two = await context.newPage();
  const errors = await openInBoth(one, two, name, '2_split');
  const [mine, theirs] = [await panelIn(one), await panelIn(two)];

  // While the one types in a form, the other changes another row: neither is in the other's way.
  const text = await fillText(theirs, 'path_to_octals', 'typed by two');
  await (await fillText(mine, 'path_to_binaries', 'by one')).press('Enter');
  await expect(theirs).toContainText('by one');
  await expect(text).toBeFocused();
  await expect(text).toHaveValue('typed by two');
  await text.press('Enter');
  await expect(mine).toContainText('typed by two');
  for (const page of [one, two]) {
    await expect(notebook(page)).toContainText('path_to_binaries: by one');
    await expect(notebook(page)).toContainText('path_to_octals: typed by two');
  }
  await one.screenshot({
    path: join(testInfo.project.outputDir, 'panels-one.png')
  });

  // Undo takes back one's own change, not the newest.
  await notebook(one).getByText('path_to_binaries: by one').click();
  await one.keyboard.press('ControlOrMeta+z');
  await expect(mine).not.toContainText('by one');
  await expect(theirs).not.toContainText('by one');
  for (const page of [one, two]) {
    await expect(notebook(page)).toContainText('path_to_octals: typed by two');
  }

  // The same row: who comes second is told, and decides.
  const second = await fillText(theirs, 'path_to_octals', 'from two');
  await (await fillText(mine, 'path_to_octals', 'from one')).press('Enter');
  await expect(mine).toContainText('from one');
  await (await fillText(mine, 'path_to_binaries', 'later')).press('Enter');
  // Where this is shown, the line as it is now is read, too.
  await expect(theirs).toContainText('later');
  await second.press('Enter');
  await expect(theirs.getByRole('alert')).toContainText(
    'The line was changed meanwhile'
  );
  await expect(notebook(two)).toContainText('path_to_octals: from one');
  await second.press('Enter');
  await expect(notebook(one)).toContainText('path_to_octals: from two');
  await expect(mine).toContainText('from two');
  expect(errors.map(unknownOf)).toEqual([[], []]);
  await context.close();
});
