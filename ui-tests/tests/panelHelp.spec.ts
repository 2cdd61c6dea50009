import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';

import { expect, test } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { errorsOf } from './console';
import { putCursor, sourceOf } from './panelPage';
import { DOCSTRING, makeSyncedProject, rootOf } from './pipeline';
import { picture } from './workbench';

test.use({ autoGoto: false });

test('directives, parameters, paths and keys are completed on Tab', async ({
  page,
  baseURL
}, testInfo) => {
  makeSyncedProject(rootOf(baseURL), 'tab');
  const errors = errorsOf(page);
  await page.goto();
  await page.notebook.openByPath('tab/notebooks/2_split.ipynb');
  await expect(page.locator('.jp-DVCDirective').first()).toBeVisible();
  await putCursor(page, DOCSTRING, ':dvc-desc:');
  const completer = page.locator('.jp-Completer');
  const item = (text: string): Locator =>
    completer.locator(`[data-value="${text}"]`);
  const source = (): Promise<string> => sourceOf(page, DOCSTRING);

  // Of several, one is chosen.
  await page.keyboard.type(':dvc-ou');
  await page.keyboard.press('Tab');
  await expect(item('dvc-out')).toBeVisible();
  await expect(item('dvc-out-persist')).toBeVisible();
  await expect(completer.locator('.jp-Completer-item')).toHaveCount(2);
  await picture(page, testInfo, 'completion-light');
  await page.keyboard.press('Enter');
  await expect.poll(source).toContain('\n:dvc-out:dvc-desc:');

  for (const [typed, proposed, expected] of [
    [' path_to_oc', 'path_to_octals', '\n:dvc-out path_to_octals:dvc-desc:'],
    [': data/fe', 'data/feed.txt', 'octals: data/feed.txt:dvc-desc:'],
    ['\n:dvc-alw', 'dvc-always-changed', '\n:dvc-always-changed:dvc-desc:'],
    [':\n:dvc-param: siz', 'size_bin_data', ': size_bin_data:dvc-desc:'],
    ['\n:param flo', 'float', '\n:param float:dvc-desc:'],
    // What another step makes, though it isn't there yet.
    [
      ' x: y\n:dvc-in: data/sent',
      'data/sentence.txt',
      '\n:dvc-in: data/sentence.txt:dvc-desc:'
    ]
  ] as const) {
    await page.keyboard.type(typed);
    await page.keyboard.press('Tab');
    await expect(item(proposed)).toBeVisible();
    await page.keyboard.press('Enter');
    await expect.poll(source).toContain(expected);
  }

  // Outside of the docstring it has nothing to say: what is proposed is the code's own.
  await putCursor(page, DOCSTRING, 'from pathlib');
  await page.keyboard.type('dvc_one = dvc_two = 1\n\n');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.type(':dvc');
  await page.keyboard.press('Tab');
  await expect(item('dvc_one')).toBeVisible();
  await expect(item('dvc-out')).toHaveCount(0);
  expect(errors).toEqual([]);
});

test('what is wrong is underlined, with its sentence and a fix; a directive says what it does', async ({
  page,
  baseURL
}, testInfo) => {
  const folder = makeSyncedProject(rootOf(baseURL), 'squiggle');
  const notebook = join(folder, 'notebooks', '2_split.ipynb');
  writeFileSync(
    notebook,
    readFileSync(notebook, 'utf-8').replace(':dvc-desc:', ':dvc-dessc:')
  );
  const errors = errorsOf(page);
  await page.goto();
  await page.notebook.openByPath('squiggle/notebooks/2_split.ipynb');
  const cell = page.locator('.jp-Notebook .jp-Cell').nth(DOCSTRING);
  const underlined = (text: string): Locator =>
    cell.locator('.cm-lintRange', { hasText: text });
  const tooltip = page.locator('.cm-tooltip-lint');

  // Coloured, and unlike the text around.
  const directive = cell.locator('.jp-DVCDirective', { hasText: ':dvc-in' });
  await expect(directive).toHaveText(':dvc-in');
  const colourOf = (target: Locator): Promise<string> =>
    target.evaluate(node => getComputedStyle(node).color);
  expect(await colourOf(directive)).not.toBe(
    await colourOf(cell.getByText('Split the words into').last())
  );

  // From the start, and with its fix.
  await expect(underlined('dvc-dessc')).toBeVisible();
  const before = await sourceOf(page, DOCSTRING);
  await underlined('dvc-dessc').hover();
  await expect(tooltip).toContainText('dvc-dessc');
  await expect(tooltip).toContainText('DVC');
  await picture(page, testInfo, 'squiggle-light');
  await tooltip.getByRole('button', { name: 'Fix' }).click();
  await expect
    .poll(() => sourceOf(page, DOCSTRING))
    .toBe(before.replace(':dvc-dessc:', ':dvc-desc:'));
  await expect(underlined('dvc-dessc')).toHaveCount(0);

  // While one types; it goes as soon as it is right.
  await putCursor(page, DOCSTRING, ':dvc-in ');
  await page.keyboard.type(':param nonsense x: y\n');
  await expect(underlined('nonsense')).toBeVisible();
  await putCursor(page, DOCSTRING, 'nonsense');
  for (let presses = 0; presses < 'nonsense'.length; presses += 1) {
    await page.keyboard.press('Delete');
  }
  await page.keyboard.type('int');
  await expect(underlined('nonsense')).toHaveCount(0);

  // What the directive does.
  await directive.hover();
  const hover = page.locator('.jp-DVCHover');
  await expect(hover).toContainText(':dvc-in [param]: path');
  await expect(hover).toContainText('A file or folder that the step reads');
  await picture(page, testInfo, 'hover-light');

  // By the keyboard too, with what is wrong in the line; until the cursor moves.
  await page.mouse.move(5, 5);
  await expect(hover).toHaveCount(0);
  await putCursor(page, DOCSTRING, ':dvc-in ');
  const explain = 'Control+Shift+Space';
  await page.keyboard.press(explain);
  await expect(hover).toContainText('A file or folder that the step reads');
  await expect(cell.locator('.cm-announced')).toContainText('A file or folder');
  await page.keyboard.press('ArrowRight');
  await expect(hover).toHaveCount(0);
  await page.keyboard.press('Home');
  await page.keyboard.type(':param nonsense x: y\n');
  await expect(underlined('nonsense')).toBeVisible();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press(explain);
  await expect(hover).toContainText('nonsense');
  await expect(hover).toContainText('A parameter of the script.');
  await picture(page, testInfo, 'explained-light');
  await page.keyboard.press('Escape');
  await expect(hover).toHaveCount(0);
  expect(errors).toEqual([]);
});
