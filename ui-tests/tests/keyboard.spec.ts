import { expect, test } from '@jupyterlab/galata';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { appendFileSync, existsSync, readFileSync } from 'fs';
import { join } from 'path';

import { entryOf } from './cutting';
import { panelOf, showPanel } from './panelPage';
import { addCell, makeProject, makeSyncedProject, rootOf } from './pipeline';
import {
  choose,
  open,
  output,
  reach,
  runStatus,
  stepButton,
  toast
} from './workbench';

test.use({ autoGoto: false });

/** From the notebook to the button of its toolbar, by the keys that lead there. */
function reachButton(page: IJupyterLabPageFixture): Promise<void> {
  return reach(page, stepButton(page), () =>
    page.evaluate(() =>
      document.activeElement?.closest('.jp-Toolbar') !== null
        ? 'ArrowLeft'
        : 'Shift+Tab'
    )
  );
}

/** Choose from the menu of the focused button; the arrows pass over what is disabled. */
async function press(
  page: IJupyterLabPageFixture,
  item: string
): Promise<void> {
  await page.keyboard.press('Enter');
  const entries = page.getByRole('menu').getByRole('menuitem');
  await expect(entries.first()).toBeVisible();
  const chosen = page
    .getByRole('menu')
    .getByRole('menuitem', { name: item, exact: true });
  for (let presses = 0; presses < 8; presses += 1) {
    if (/lm-mod-active/.test((await chosen.getAttribute('class')) ?? '')) {
      break;
    }
    await page.keyboard.press('ArrowDown');
  }
  await page.keyboard.press('Enter');
}

test('check, preview, sync, run and stop, by the keyboard alone', async ({
  page,
  baseURL
}) => {
  test.setTimeout(120_000);
  const folder = makeProject(rootOf(baseURL), 'keys');
  addCell(
    join(folder, 'notebooks', '1_sanitize.ipynb'),
    'import time\nprint("waiting", flush=True)\ntime.sleep(120)'
  );
  await page.goto();
  await open(page, 'keys/notebooks/1_sanitize.ipynb', 'Not synced');
  const button = stepButton(page);
  await page.keyboard.press('Escape');
  await reachButton(page);

  await page.keyboard.press('Enter');
  await expect(page.getByRole('menu')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(button).toBeFocused();

  await press(page, 'Check');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('The notebook has no script');
  await expect(dialog.getByRole('button', { name: 'Close' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
  await expect(button).toBeFocused();

  await press(page, 'Preview');
  const preview = page.getByRole('tabpanel', { name: /^Preview: / });
  await expect(preview).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(
    preview.getByRole('button', { name: 'Apply', exact: true })
  ).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(toast(page, 'is synced')).toBeVisible();
  await expect(preview).toHaveCount(0);
  // The notebook that the preview was asked from has the focus again.
  await expect
    .poll(() =>
      page.evaluate(
        () => document.activeElement?.closest('.jp-NotebookPanel') !== null
      )
    )
    .toBe(true);
  await reachButton(page);
  await press(page, 'Run step');
  await expect(output(page)).toContainText('waiting');
  await expect(button).toHaveAccessibleName('DVC: Running');
  await expect(button).toBeFocused();
  await press(page, 'Stop');
  await expect(runStatus(page)).toContainText('Stopped');
  await expect(button).toBeFocused();
});

test('other values from the palette, the pipeline and a lost hand edit by shortcuts, by the keyboard alone @faults', async ({
  page,
  baseURL
}) => {
  test.setTimeout(150_000);
  const folder = makeSyncedProject(rootOf(baseURL), 'palette');
  const script = join(folder, 'pipeline/scripts/mlvtools_2_split.py');
  await page.goto();
  await open(page, 'palette/notebooks/2_split.ipynb', 'Stale');
  const isInNotebook = (): Promise<boolean> =>
    page.evaluate(
      () => document.activeElement?.closest('.jp-NotebookPanel') !== null
    );
  // Opening a notebook takes the focus more than once, out of the palette too; by then it is done.
  await expect(
    page.locator('.jp-Notebook-ExecutionIndicator[data-status=idle]')
  ).toBeVisible();
  await expect.poll(isInNotebook).toBe(true);

  await page.keyboard.press('ControlOrMeta+Shift+C');
  await expect(page.locator('.lm-CommandPalette-input')).toBeFocused();
  await page.keyboard.type('run with other');
  await expect(
    page.getByRole('menuitem', { name: /Run with other values/i })
  ).toBeVisible();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  const size = dialog.getByRole('textbox', { name: /size_bin_data/ });
  await expect(size).toBeFocused();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('7');
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
  await expect(runStatus(page)).toContainText('Done', { timeout: 60_000 });
  await expect.poll(isInNotebook).toBe(true);

  await page.keyboard.press('ControlOrMeta+Shift+Y');
  await page.keyboard.press('p');
  await expect(toast(page, 'mlvtools_5_sort')).toBeVisible({ timeout: 60_000 });
  expect(existsSync(join(folder, 'data', 'sentence.txt'))).toBe(true);

  appendFileSync(script, '\nprint("by hand")\n');
  await expect.poll(isInNotebook).toBe(true);
  await page.keyboard.press('ControlOrMeta+Shift+Y');
  await page.keyboard.press('s');
  await expect(
    page.getByRole('region', { name: 'What would be lost' })
  ).toContainText('by hand');
  await reach(
    page,
    page.getByRole('button', { name: 'Overwrite and sync' }),
    'Tab'
  );
  await page.keyboard.press('Enter');
  await expect(toast(page, 'mlvtools_2_split is synced')).toBeVisible();
  expect(readFileSync(script, 'utf-8')).not.toContain('by hand');
});

test('what is typed into a form stands where the cursor is @faults', async ({
  page,
  baseURL
}) => {
  makeSyncedProject(rootOf(baseURL), 'cursor');
  await page.goto();
  await open(page, 'cursor/notebooks/2_split.ipynb', 'Stale');
  await showPanel(page);
  const dialog = page.getByRole('dialog');
  const forms: ReadonlyArray<[() => Promise<void>, string | RegExp]> = [
    [() => choose(page, 'Run with other values…'), /size_bin_data/],
    [
      () =>
        panelOf(page).getByRole('button', { name: 'Duplicate step…' }).click(),
      'Name of the stage'
    ],
    [async () => (await entryOf(page, 6)).click(), 'Name of the new notebook'],
    [
      () => page.menu.clickMenuItem('File>New>New pipeline step'),
      'Name of the notebook'
    ]
  ];
  for (const [show, name] of forms) {
    await show();
    const field = dialog.getByRole('textbox', { name });
    await field.fill('34');
    await field.press('Home');
    await page.keyboard.type('12');
    await expect(field).toHaveValue('1234');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect(dialog).toHaveCount(0);
  }
});
