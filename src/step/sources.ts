import type { NotebookPanel } from '@jupyterlab/notebook';

/** The source of each cell of an open notebook, as the page has it. */
export function sourcesOf(panel: NotebookPanel): string[] {
  return Array.from(panel.content.model?.cells ?? [], cell =>
    cell.sharedModel.getSource()
  );
}
