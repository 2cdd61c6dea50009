import { readFileSync, renameSync, writeFileSync } from 'fs';
import { join } from 'path';

import { expect, test } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { addCell, makeProject, rootOf } from './pipeline';
import {
  choose,
  output,
  picture,
  runStatus,
  stepButton,
  toast
} from './workbench';

test.use({ autoGoto: false });

// What a page must never run, wherever it stands; without a slash, since a file is called so.
const PICTURE = '<img src=x onerror=window.pwned=1>';
// What Markdown would make a link or a picture of.
const MARKDOWN =
  '[click](javascript:window.pwned=2) ![](x) <svg onload=window.pwned=3>';

interface INotebook {
  cells: { cell_type: string; source: string | string[] }[];
}

test('attacks 14 and 15: no script of a notebook’s name, prose, output or error runs in the page @faults', async ({
  page,
  baseURL
}, testInfo) => {
  const folder = makeProject(rootOf(baseURL), 'hostile');
  const path = join(folder, 'notebooks', `${PICTURE}.ipynb`);
  renameSync(join(folder, 'notebooks', '2_split.ipynb'), path);
  writeFileSync(join(folder, 'data', 'sanitized.txt'), '1=00000000\n');
  const notebook = JSON.parse(readFileSync(path, 'utf-8')) as INotebook;
  for (const cell of notebook.cells) {
    const source = [cell.source].flat().join('');
    cell.source =
      cell.cell_type === 'markdown'
        ? `${PICTURE} ${MARKDOWN}\n${source}`
        : source
            .replace('Split the words into', `${PICTURE} ${MARKDOWN}\n$&`)
            .replace('how many digits', `${PICTURE} ${MARKDOWN} $&`)
            .replace(/:dvc-desc: /, `$&${PICTURE} `)
            .replace('./data/octals.txt', `./data/${PICTURE}.txt`);
  }
  writeFileSync(path, JSON.stringify(notebook));
  addCell(
    path,
    `print(${JSON.stringify(PICTURE + MARKDOWN)}, flush=True)\nraise ValueError(${JSON.stringify(PICTURE + MARKDOWN)})`
  );
  // JupyterLab's own nodes hold what its sanitizer left of the prose: an image that does nothing.
  const ours = (): Locator =>
    page
      .locator(
        '[class*="jp-DVC"], .Toastify__toast, .jp-Dialog, .jp-RunningSessions, .lm-Menu'
      )
      .locator('img[src="x"], svg[onload], a[href^="javascript:"]');
  const expectInert = async (): Promise<void> => {
    await expect(ours()).toHaveCount(0);
    expect(await page.evaluate(() => 'pwned' in window)).toBe(false);
  };

  await page.goto();
  // Galata's way to open one puts the name into an address.
  await page.evaluate(async name => {
    await window.jupyterapp.commands.execute('docmanager:open', {
      path: `hostile/notebooks/${name}`
    });
  }, `${PICTURE}.ipynb`);
  await expect(stepButton(page)).toHaveAccessibleName('DVC: Not synced');
  await choose(page, 'Check');
  const dialog = page.getByRole('dialog');
  await expect(dialog.or(toast(page, 'Nothing is wrong'))).toBeVisible();
  await expectInert();
  if (await dialog.isVisible()) {
    await page.keyboard.press('Escape');
  }

  await choose(page, 'Preview');
  await expect(
    page.getByRole('region', { name: 'The script with its prose' })
  ).toContainText(PICTURE);
  await expect(
    page.getByRole('region', { name: 'Change of dvc.yaml' })
  ).toContainText(PICTURE);
  await picture(page, testInfo, 'hostile-preview-light');
  await expectInert();
  await page
    .getByRole('tabpanel', { name: /^Preview: / })
    .getByRole('button', { name: 'Apply', exact: true })
    .click();
  await expect(toast(page, 'is synced')).toBeVisible();
  await expectInert();

  await choose(page, 'Run with other values…');
  await expect(dialog).toContainText(PICTURE);
  await expectInert();
  await page.keyboard.press('Escape');

  await choose(page, 'Run step');
  await expect(runStatus(page)).toContainText('Failed');
  await expect(output(page)).toContainText(PICTURE);
  await expect(toast(page, 'failed')).toBeVisible();
  await picture(page, testInfo, 'hostile-failed-light');
  await expectInert();
  await page.sidebar.openTab('jp-running-sessions');
  await expectInert();
});
