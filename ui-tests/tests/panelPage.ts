import { expect } from '@jupyterlab/galata';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Locator } from '@playwright/test';

/** The section of the right sidebar for the notebook that is in front. */
export function panelOf(page: IJupyterLabPageFixture): Locator {
  return page.locator('.jp-DVCPanel').locator('visible=true');
}

/** Open a notebook with the panel beside it. */
export async function openWithPanel(
  page: IJupyterLabPageFixture,
  path: string
): Promise<Locator> {
  await page.notebook.openByPath(path);
  await showPanel(page);
  // It is the one of this notebook as soon as its cells are read.
  await expect(
    page.getByRole('tab', { name: path.split('/').pop() ?? '', exact: true })
  ).toHaveAttribute('aria-selected', 'true');
  const panel = panelOf(page);
  await expect(panel.getByRole('status')).toBeVisible();
  return panel;
}

export async function showPanel(page: IJupyterLabPageFixture): Promise<void> {
  await page.sidebar.openTab('jp-property-inspector');
}

/** What a cell of the notebook in front holds; cells count from 0. */
export function sourceOf(
  page: IJupyterLabPageFixture,
  cell: number
): Promise<string> {
  return page.evaluate(index => {
    const widget = window.jupyterapp.shell.currentWidget as NotebookPanel;
    return widget.content.model?.cells.get(index).sharedModel.getSource() ?? '';
  }, cell);
}

/** Put the cursor before a text of a cell, which then has the focus. */
export async function putCursor(
  page: IJupyterLabPageFixture,
  cell: number,
  before: string
): Promise<void> {
  await page.notebook.enterCellEditingMode(cell);
  await page.evaluate(
    ([index, text]) => {
      const widget = window.jupyterapp.shell.currentWidget as NotebookPanel;
      const { editor } = widget.content.widgets[index] ?? {};
      const source = editor?.model.sharedModel.getSource() ?? '';
      const position = editor?.getPositionAt(source.indexOf(text));
      if (position !== undefined) {
        editor?.setCursorPosition(position);
      }
    },
    [cell, before] as const
  );
}

/** What somebody else types, who sees the notebook too. */
export async function typedByOthers(
  page: IJupyterLabPageFixture,
  cell: number,
  before: string,
  text: string
): Promise<void> {
  await page.evaluate(
    ([index, place, added]) => {
      const widget = window.jupyterapp.shell.currentWidget as NotebookPanel;
      const shared = widget.content.model?.cells.get(index).sharedModel;
      const at = (shared?.getSource() ?? '').indexOf(place);
      shared?.updateSource(at, at, added);
    },
    [cell, before, text] as const
  );
}
