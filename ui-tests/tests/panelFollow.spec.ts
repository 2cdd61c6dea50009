import { readFileSync } from 'fs';
import { join } from 'path';

import { expect, test } from '@jupyterlab/galata';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Locator } from '@playwright/test';

import { errorsOf, unrefused } from './console';
import { openWithPanel, putCursor, sourceOf, typedByOthers } from './panelPage';
import { addCell, DOCSTRING, makeSyncedProject, rootOf } from './pipeline';
import { toast } from './workbench';

test.use({ autoGoto: false });

/** What stands behind the cursor on its line. */
function behindCursor(page: IJupyterLabPageFixture): Promise<string> {
  return page.evaluate(index => {
    const widget = window.jupyterapp.shell.currentWidget as NotebookPanel;
    const { editor } = widget.content.widgets[index] ?? {};
    const { line, column } = editor?.getCursorPosition() ?? {
      line: 0,
      column: 0
    };
    return (editor?.getLine(line) ?? '').slice(column);
  }, DOCSTRING);
}

test('panel and docstring follow each other, and nobody loses focus or cursor', async ({
  page,
  baseURL
}) => {
  makeSyncedProject(rootOf(baseURL), 'follow');
  const errors = errorsOf(page);
  await page.goto();
  const panel = await openWithPanel(page, 'follow/notebooks/2_split.ipynb');
  const edit = (name: string): Locator =>
    panel.getByRole('button', { name: `Edit ${name}`, exact: true });
  await expect(edit('path_to_octals')).toBeVisible();
  await expect(panel.getByRole('definition').first()).toHaveText('2_split');
  await expect(panel.getByRole('status')).toHaveText('Stale');
  await expect(panel).toContainText('data/sanitized.txt is missing');

  // What is typed in the docstring is a row, while one goes on typing.
  await putCursor(page, DOCSTRING, ':dvc-in ');
  await page.keyboard.type(':dvc-in: data/feed.txt\n');
  await expect(edit('data/feed.txt')).toBeVisible();
  await expect(panel.getByRole('status')).toHaveText('Stale, unsaved');
  await page.keyboard.type('#');
  expect(await sourceOf(page, DOCSTRING)).toContain(
    ':dvc-in: data/feed.txt\n#:dvc-in '
  );
  await expect(edit('./data/sanitized.txt')).toHaveCount(0);
  await page.keyboard.press('Backspace');
  await expect(edit('./data/sanitized.txt')).toBeVisible();
  expect(await behindCursor(page)).toBe(
    ':dvc-in path_to_sanitized: ./data/sanitized.txt'
  );

  // A change in the panel leaves the cursor of the docstring where it is: below it, and on its line.
  await panel
    .getByRole('button', { name: 'Remove data/feed.txt', exact: true })
    .click();
  await expect
    .poll(() => sourceOf(page, DOCSTRING))
    .not.toContain('data/feed.txt');
  expect(await behindCursor(page)).toBe(
    ':dvc-in path_to_sanitized: ./data/sanitized.txt'
  );

  // A form keeps what is typed, and its focus, while somebody else changes lines around its own.
  await edit('path_to_octals').click();
  const text = panel.getByRole('form').getByRole('textbox', { name: 'Text' });
  await text.fill('typed in the form');
  await text.press('Home');
  await typedByOthers(
    page,
    DOCSTRING,
    ':param Path path_to_sanitized',
    ':param int other: theirs\n'
  );
  await expect(edit('other')).toBeVisible();
  await expect(text).toBeFocused();
  await page.keyboard.type('was ');
  await expect(text).toHaveValue('was typed in the form');
  const untouched = await sourceOf(page, DOCSTRING);
  await page.keyboard.press('Enter');
  await expect
    .poll(() => sourceOf(page, DOCSTRING))
    .toBe(
      untouched.replace(
        'path_to_octals: one `index=code` a line, the code in octal digits',
        'path_to_octals: was typed in the form'
      )
    );

  // Its own line changed meanwhile: nothing of either is lost unasked.
  await edit('path_to_octals').click();
  const name = panel.getByRole('form').getByRole('textbox', { name: 'Name' });
  const alert = panel.getByRole('alert');
  await name.fill('1st');
  await expect(alert).toContainText('1st');
  await name.fill('path_to_octals');
  await text.fill('mine');
  // By then what was typed is checked.
  await expect(alert).toHaveCount(0);
  await typedByOthers(page, DOCSTRING, 'was typed in the form', 'theirs: it ');
  await typedByOthers(page, DOCSTRING, ':dvc-in ', ':dvc-in: data/late.csv\n');
  // Where this is shown, the line as it is now is read, too.
  await expect(edit('data/late.csv')).toBeVisible();
  await expect(text).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(alert).toContainText('The line was changed meanwhile');
  expect(await sourceOf(page, DOCSTRING)).toContain('theirs: it was');
  await expect(text).toHaveValue('mine');
  await text.press('Enter');
  await expect
    .poll(() => sourceOf(page, DOCSTRING))
    .toContain('path_to_octals: mine\n');
  expect(unrefused(errors)).toEqual([]);
});

test('each change in the panel is one step to undo, and restores every byte @faults', async ({
  page,
  baseURL
}) => {
  const folder = makeSyncedProject(rootOf(baseURL), 'undo', root => {
    addCell(
      join(root, 'notebooks', '2_split.ipynb'),
      'more = open("../data/more.csv").read()'
    );
  });
  const errors = errorsOf(page);
  await page.goto();
  const panel = await openWithPanel(page, 'undo/notebooks/2_split.ipynb');
  const button = (name: string): Locator =>
    panel.getByRole('button', { name, exact: true });
  const form = panel.getByRole('form');
  await expect(button('Add input')).toBeEnabled();
  const before = await sourceOf(page, DOCSTRING);

  const add = async (): Promise<void> => {
    await button('Add output').click();
    await form.getByRole('combobox', { name: 'Kind' }).selectOption('metric');
    await form.getByRole('combobox', { name: 'Path' }).fill('data/m "x".json');
    await form.getByRole('button', { name: 'Add' }).click();
  };
  const replace = async (): Promise<void> => {
    await button('Edit size_bin_data').click();
    await form.getByRole('combobox', { name: 'Type' }).fill('float');
    await form.getByRole('button', { name: 'Apply' }).click();
  };
  const describe = async (): Promise<void> => {
    const field = panel.getByRole('textbox', { name: 'Description' });
    await field.fill('With ünicode, "quotes" and a \\');
    await field.press('Enter');
  };
  const changes: [() => Promise<void>, string][] = [
    [add, ':dvc-metric: data/m "x".json\n'],
    [replace, ':param float size_bin_data: how many digits'],
    [
      () => button('Move path_to_octals up').click(),
      'octal digits\n:param Path path_to_binaries'
    ],
    [() => button('Remove path_to_octals').click(), 'binary digits\n\n'],
    [
      () => panel.getByRole('checkbox', { name: 'Frozen' }).click(),
      ':dvc-frozen:\n'
    ],
    [describe, ':dvc-desc: With ünicode, "quotes" and a \\\\\n'],
    [() => button('Add 1 input').click(), ':dvc-in: data/more.csv\n'],
    [
      () => button('Remove params.yaml: size_bin_data').click(),
      'sanitized.txt\n:dvc-out'
    ]
  ];
  for (const [change, expected] of changes) {
    await change();
    await expect.poll(() => sourceOf(page, DOCSTRING)).toContain(expected);
    await page.notebook.enterCellEditingMode(DOCSTRING);
    await page.keyboard.press('ControlOrMeta+z');
    await expect.poll(() => sourceOf(page, DOCSTRING)).toBe(before);
    await expect(button('Edit path_to_octals')).toBeVisible();
  }

  // A value is params.yaml's: its comment stays, and the notification takes it back.
  const params = join(folder, 'params.yaml');
  const values = readFileSync(params, 'utf-8');
  const value = panel.getByRole('textbox', {
    name: 'Value of size_bin_data in the pipeline'
  });
  await value.fill('07');
  await value.press('Enter');
  await expect
    .poll(() => readFileSync(params, 'utf-8'))
    .toBe(values.replace('size_bin_data: 8', 'size_bin_data: 7'));
  await toast(page, 'size_bin_data is now 7.')
    .getByRole('button', { name: 'Undo' })
    .click();
  await expect.poll(() => readFileSync(params, 'utf-8')).toBe(values);
  await expect(value).toHaveValue('8');
  expect(await sourceOf(page, DOCSTRING)).toBe(before);
  expect(unrefused(errors)).toEqual([]);
});
