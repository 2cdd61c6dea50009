import type { ILabShell, JupyterFrontEnd } from '@jupyterlab/application';
import type { WidgetTracker } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Widget } from '@lumino/widgets';

import type { Watch } from '../project/watch';
import type { Runs } from '../runs/runs';
import type { ISettings } from '../settings';
import type { Steps } from '../step/steps';

/** What the commands work with; what an application may lack is null. */
export interface IWorkbench {
  readonly app: JupyterFrontEnd;
  readonly trans: TranslationBundle;
  readonly server: ServerConnection.ISettings;
  readonly steps: Steps;
  readonly runs: Runs;
  readonly watch: Watch;
  readonly documents: IDocumentManager;
  readonly notebooks: INotebookTracker | null;
  readonly browsers: IFileBrowserFactory | null;
  /** The logs in the bottom area; each has its run's ID in its own. */
  readonly logs: WidgetTracker<Widget>;
  readonly labShell: ILabShell | null;
  readonly languages: IEditorLanguageRegistry | null;
  readonly settings: ISettings;
}

/** The notebook that a command is about. */
export interface ITarget {
  /** For Jupyter's contents: may begin with a drive. */
  readonly path: string;
  /** For the server half. */
  readonly localPath: string;
  /** Null where it isn't open in this page. */
  readonly panel: NotebookPanel | null;
}

/** Where a command was called from, as its described arguments say. */
export interface IPlace {
  readonly path?: unknown;
  readonly fromFileBrowser?: unknown;
}

/** The notebook of a path; else the selected one of the file browser, or the current one. */
export function targetOf(bench: IWorkbench, place: IPlace): ITarget | null {
  if (typeof place.path === 'string') {
    return targetAt(bench, place.path);
  }
  if (place.fromFileBrowser === true) {
    const items = bench.browsers?.tracker.currentWidget?.selectedItems();
    const selected = [...(items ?? [])];
    const [only] = selected;
    return selected.length === 1 && only?.type === 'notebook'
      ? targetAt(bench, only.path)
      : null;
  }
  const panel = bench.notebooks?.currentWidget ?? null;
  return panel === null ? null : targetAt(bench, panel.context.path);
}

/** A cell that a command is about, counted from 0, of a notebook that is open. */
export interface ICellTarget {
  readonly target: ITarget;
  readonly panel: NotebookPanel;
  readonly index: number;
}

/** The cell that the context menu was opened on where that was asked for; else the active one. */
export function cellOf(
  bench: IWorkbench,
  place: IPlace & { readonly isContextMenu?: unknown }
): ICellTarget | null {
  if (place.isContextMenu !== true) {
    const target = targetOf(bench, place);
    const panel = target?.panel ?? null;
    const index = panel?.content.activeCellIndex ?? -1;
    return target === null || panel === null || index < 0
      ? null
      : { target, panel, index };
  }
  // A right click makes no cell of a selection the active one, and the menu's key none at all.
  const node = bench.app.contextMenuHitTest(one =>
    one.classList.contains('jp-Cell')
  );
  const panel = bench.notebooks?.find(
    one => node !== undefined && one.content.node.contains(node)
  );
  const index =
    panel?.content.widgets.findIndex(cell => cell.node === node) ?? -1;
  return panel === undefined || index < 0
    ? null
    : { target: targetAt(bench, panel.context.path), panel, index };
}

/** The notebook at a path of Jupyter's contents. */
export function targetAt(bench: IWorkbench, path: string): ITarget {
  return {
    path,
    localPath: bench.app.serviceManager.contents.localPath(path),
    panel: bench.notebooks?.find(one => one.context.path === path) ?? null
  };
}

/** A folder that a command names; else the one that the file browser shows, else the root. */
export function folderOf(bench: IWorkbench, given: unknown): string {
  if (typeof given === 'string') {
    return given;
  }
  const notebook = bench.notebooks?.currentWidget ?? null;
  if (bench.labShell === null && notebook !== null) {
    // A page of Notebook is one notebook; it has a file browser that nobody sees.
    const target = targetAt(bench, notebook.context.path);
    return besides(bench, target, PathExt.dirname(target.localPath));
  }
  return bench.browsers?.tracker.currentWidget?.model.path ?? '';
}

/** A path of the server half as one of the drive that a notebook, or a folder, is on. */
export function besides(
  { app }: IWorkbench,
  { path }: Pick<ITarget, 'path'>,
  localPath: string
): string {
  const drive = app.serviceManager.contents.driveName(path);
  return drive === '' ? localPath : `${drive}:${localPath}`;
}
