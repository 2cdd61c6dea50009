import { execFileSync } from 'child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';

/** The checkout. */
export const ROOT = join(__dirname, '..', '..');

const BIN = join(ROOT, '.venv', 'bin');

/** Run a command of the checkout's environment in a project; what it printed. */
export function command(
  folder: string,
  name: string,
  ...args: string[]
): string {
  return execFileSync(join(BIN, name), args, {
    cwd: folder,
    encoding: 'utf-8',
    // What a stage starts by name is of the same environment.
    env: { ...process.env, PATH: `${BIN}:${process.env['PATH'] ?? ''}` },
    stdio: 'pipe',
    timeout: 60_000
  });
}

/** Sync notebooks of a project from the command line. */
export function sync(folder: string, ...notebooks: string[]): void {
  command(folder, 'jupyterlab-dvc', 'sync', ...notebooks);
}

/** DVC in a project, which waits while the server half has it locked; what it printed. */
export function dvc(folder: string, ...args: string[]): string {
  return command(folder, 'dvc', '--wait-for-lock', ...args);
}

/** What DVC itself says of a project; nothing where all is up to date. */
export function dvcStatus(folder: string): unknown {
  return JSON.parse(dvc(folder, 'status', '--json'));
}

/** The root of the server at an address, as `playwright.config.ts` has it. */
export function rootOf(baseURL: string | undefined): string {
  return join(
    tmpdir(),
    `jupyterlab-dvc-ui-${new URL(baseURL ?? '').port || '80'}`
  );
}

/** Make a folder a project of git and DVC. */
export function initialise(folder: string): void {
  execFileSync('git', ['init', '--quiet'], { cwd: folder, stdio: 'ignore' });
  dvc(folder, 'init', '--quiet');
}

/** A fresh project with the example's five notebooks; its folder. */
export function makeProject(root: string, name: string): string {
  const folder = join(root, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
  cpSync(join(ROOT, 'examples', 'dummy'), folder, { recursive: true });
  initialise(folder);
  return folder;
}

/** The same with its notebooks synced from the command line, and what `change` does before. */
export function makeSyncedProject(
  root: string,
  name: string,
  change: (folder: string) => void = () => undefined
): string {
  const folder = makeProject(root, name);
  change(folder);
  sync(folder, ...NOTEBOOKS.map(one => `notebooks/${one}.ipynb`));
  // Experiments need a commit to start from.
  for (const args of [
    ['add', '.'],
    ['-c', 'user.name=t', '-c', 'user.email=t@t', 'commit', '-qm', 'Start']
  ]) {
    execFileSync('git', args, { cwd: folder, stdio: 'ignore' });
  }
  return folder;
}

/** Put a cell at the end of a notebook file. */
export function addCell(path: string, source: string): void {
  const notebook = JSON.parse(readFileSync(path, 'utf-8')) as {
    cells: object[];
  };
  notebook.cells.push({
    id: 'added',
    cell_type: 'code',
    execution_count: null,
    metadata: {},
    outputs: [],
    source
  });
  writeFileSync(path, JSON.stringify(notebook));
}

/** A notebook file as somebody has it who never heard of directives. */
export function plainNotebook(
  path: string,
  cells: ReadonlyArray<string>
): void {
  writeFileSync(
    path,
    JSON.stringify({
      cells: cells.map((source, index) => ({
        id: `c${index}`,
        cell_type: 'code',
        execution_count: null,
        metadata: {},
        outputs: [],
        source
      })),
      metadata: {
        kernelspec: {
          name: 'python3',
          display_name: 'Python 3 (ipykernel)',
          language: 'python'
        }
      },
      nbformat: 4,
      nbformat_minor: 5
    })
  );
}

/** Where the example's second notebook has its docstring; cells count from 0. */
export const DOCSTRING = 2;

/** The example's notebooks, in the order of the pipeline. */
export const NOTEBOOKS = [
  '1_sanitize',
  '2_split',
  '3_convert_binaries',
  '4_convert_octals',
  '5_sort'
] as const;
