import { appendFileSync, readFileSync } from 'fs';
import { join } from 'path';

import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';

import { errorsOf } from '../tests/console';
import { makeProject, rootOf } from '../tests/pipeline';
import { choose, stepButton, toast } from '../tests/workbench';
import { address, expectState, notebook, open, unknownOf } from './page';

const PROJECT = 'deutsch';

/** The button's tooltip has this among the reasons, once one looks. */
async function expectReason(page: Page, reason: string): Promise<void> {
  await stepButton(page).hover();
  await expect
    .poll(async () =>
      ((await stepButton(page).getAttribute('title')) ?? '').split('\n')
    )
    .toContain(reason);
}

test('where the pack of its language is installed, all is in German', async ({
  page,
  baseURL
}, testInfo) => {
  test.setTimeout(360_000);
  const folder = makeProject(rootOf(baseURL), PROJECT);
  const errors = errorsOf(page);
  const picture = (name: string): string =>
    join(testInfo.project.outputDir, `german-${name}.png`);
  await open(
    page,
    address('lab/workspaces/german/tree', `${PROJECT}/notebooks/2_split.ipynb`)
  );

  // The button and its menu.
  await expectState(page, 'Nicht abgeglichen');
  const unsynced =
    'Abgleichen würde pipeline/scripts/mlvtools_2_split.py anlegen';
  await expectReason(page, unsynced);
  await stepButton(page).click();
  const menu = page.getByRole('menu');
  for (const item of ['Vorschau', 'Schritt ausführen', 'Prüfen', 'Anhalten']) {
    await expect(
      menu.getByRole('menuitem', { name: item, exact: true })
    ).toBeVisible();
  }
  await page.screenshot({ path: picture('menu') });
  await page.keyboard.press('Escape');

  // The cells' labels.
  await expect(notebook(page).getByText('Metadaten').first()).toBeVisible();

  // The panel, whose place in JupyterLab has a name of the language pack's.
  // eslint-disable-next-line jupyter/galata-prefer-sidebar-activity-helper -- these pages are not Galata's
  await page
    .locator('.jp-SideBar.jp-mod-right [data-id="jp-property-inspector"]')
    .click();
  await expect(
    page.getByText('Pipeline-Schritt', { exact: true })
  ).toBeVisible();
  const panel = page.locator('.jp-DVCPanelTool');
  for (const group of ['Parameter 4', 'Eingaben 1', 'Ausgaben 2']) {
    await expect(panel.getByRole('region', { name: group })).toBeVisible();
  }
  await expect(panel).toContainText(unsynced);
  await page.screenshot({ path: picture('panel') });

  // What is said after a sync, and an error's sentence.
  await choose(page, 'Schritt abgleichen');
  await expect(toast(page, 'mlvtools_2_split ist abgeglichen')).toBeVisible();
  await expectState(page, 'Veraltet');
  const stale = 'data/sanitized.txt fehlt';
  await expectReason(page, stale);
  await expect(panel).toContainText(stale);
  const script = join(folder, 'pipeline', 'scripts', 'mlvtools_2_split.py');
  appendFileSync(script, '\nprint("by hand")\n');
  await choose(page, 'Schritt abgleichen');
  await expect(
    page.getByRole('region', { name: 'Was verloren ginge' })
  ).toContainText('by hand');
  await expect(
    page.getByText('Etwas von Hand Geändertes ginge verloren.')
  ).toBeVisible();
  await page.screenshot({ path: picture('preview') });
  expect(readFileSync(script, 'utf-8')).toContain('by hand');

  // The settings.
  await page.keyboard.press('ControlOrMeta+,');
  const editor = page.locator('.jp-SettingsPanel, .jp-PluginEditor').first();
  await expect(editor).toBeVisible({ timeout: 30_000 });
  await page.getByRole('tab', { name: 'DVC', exact: true }).click();
  await expect(page.getByText('Vor dem Schreiben ansehen')).toBeVisible();
  await expect(page.getByText('Zellen beschriften')).toBeVisible();
  await expect(
    page.getByText('Notebooks als Schritte einer DVC-Pipeline.').first()
  ).toBeVisible();
  await page.screenshot({ path: picture('settings') });
  // The browser tells of a refused sync what the page has shown.
  const others = unknownOf(errors).filter(
    error => !/409 \(Conflict\) .*\/sync\?/.test(error)
  );
  expect(others).toEqual([]);
});
