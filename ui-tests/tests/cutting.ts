import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Locator } from '@playwright/test';

/** The entry of a cell's menu that cuts the notebook there. */
export const ITEM = 'Split here into a new step…';

/** A cell as a file or the page has it. */
export interface ICell {
  readonly id: string;
  readonly source: string | string[];
  readonly outputs?: unknown;
  readonly attachments?: unknown;
}

/** All of the notebook in front, as the page has it. */
export function shown(
  page: IJupyterLabPageFixture
): Promise<{ cells: ICell[] }> {
  return page.evaluate(async () => {
    const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
    await panel.context.ready;
    return panel.context.model.toJSON() as unknown as { cells: ICell[] };
  });
}

/** The cell of a number, of the notebook in front. */
export function cell(page: IJupyterLabPageFixture, number: number): Locator {
  return page
    .locator('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook .jp-Cell')
    .nth(number - 1);
}

/** The entry of the menu that a cell has. */
export async function entryOf(
  page: IJupyterLabPageFixture,
  number: number
): Promise<Locator> {
  await cell(page, number)
    .locator('.jp-Cell-inputWrapper')
    .click({ button: 'right', position: { x: 30, y: 10 } });
  return page.getByRole('menuitem', { name: ITEM });
}

/** The dialog, and what is in it. */
export function form(page: IJupyterLabPageFixture): {
  readonly dialog: Locator;
  readonly name: Locator;
  readonly accept: Locator;
} {
  const dialog = page.getByRole('dialog');
  return {
    dialog,
    name: dialog.getByRole('textbox', { name: 'Name of the new notebook' }),
    accept: dialog.getByRole('button', { name: 'Split', exact: true })
  };
}
