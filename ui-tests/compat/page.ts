import { expect } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';

import { stepButton } from '../tests/workbench';
import { TOKEN } from './server';

// With no extension of ours installed they are there, too.
const OF_OTHERS: ReadonlyArray<RegExp> = [
  // https://github.com/jupyter/notebook/issues/7862
  /reading 'schema'\)\n[^\n]*\/notebook_core\./,
  // The timeline of jupyter-collaboration needs a status bar, which Notebook has not.
  /^Plugin '@jupyter\/docprovider-extension:statusBarTimeline' failed to activate/,
  // jupyter-collaboration asks for an open file, also in the moment in which DVC has taken it away for a run.
  /404 \(Not Found\) \([^\n]*\/api\/contents\/[^\n]*contentProviderId=/,
  /Invalid response: 404 Not Found\n[^]*\/@jupyter\/docprovider-extension\//
];

/** The errors that are not known to be those of others. */
export function unknownOf(errors: ReadonlyArray<string>): string[] {
  return errors.filter(error => !OF_OTHERS.some(known => known.test(error)));
}

/** An address of the application, below the base URL; the first of a page brings the token. */
export function address(
  application: string,
  path: string,
  query: Record<string, string> = {}
): string {
  const place = path.split('/').map(encodeURIComponent).join('/');
  const parameters = new URLSearchParams({ ...query, token: TOKEN });
  return `${application}/${place}?${parameters.toString()}`;
}

/** Open a notebook in a page, which gets the token with the address. */
export async function open(page: Page, url: string): Promise<void> {
  // On a slow machine JupyterLab asks whether to go on.
  await page.addLocatorHandler(
    page.getByRole('button', { name: 'Continue waiting' }),
    button => button.click()
  );
  await page.goto(url);
  await expect(stepButton(page)).toBeVisible({ timeout: 60_000 });
}

/** The state comes with the server's event, or with what the page does by itself. */
export async function expectState(page: Page, state: string): Promise<void> {
  await expect(stepButton(page)).toHaveAccessibleName(`DVC: ${state}`, {
    timeout: 30_000
  });
}

/** The open notebook's cells, those in sight; what it is called differs from version to version. */
export function notebook(page: Page): Locator {
  return page.locator('.jp-Notebook').locator('visible=true');
}

/** Type at the end of the notebook's last cell. */
export async function typeAtEnd(page: Page, typed: string): Promise<void> {
  const cells = notebook(page);
  await cells.hover();
  // Cells that are out of sight are not in the page.
  await page.mouse.wheel(0, 100_000);
  const editor = cells.getByRole('textbox').last();
  await editor.click();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type(typed);
}
