import { execFileSync } from 'child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';

/** The checkout. */
export const ROOT = join(__dirname, '..', '..');

/** The root of the server at an address, as `playwright.config.ts` has it. */
export function rootOf(baseURL: string | undefined): string {
  return join(
    tmpdir(),
    `jupyterlab-dvc-ui-${new URL(baseURL ?? '').port || '80'}`
  );
}

/** A fresh project with the example's five notebooks; its folder. */
export function makeProject(root: string, name: string): string {
  const folder = join(root, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
  cpSync(join(ROOT, 'examples', 'dummy'), folder, { recursive: true });
  const options = { cwd: folder, stdio: 'ignore' as const };
  execFileSync('git', ['init', '--quiet'], options);
  execFileSync(join(ROOT, '.venv', 'bin', 'dvc'), ['init', '--quiet'], options);
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
  execFileSync(
    join(ROOT, '.venv', 'bin', 'jupyterlab-dvc'),
    ['sync', ...NOTEBOOKS.map(one => `notebooks/${one}.ipynb`)],
    { cwd: folder, stdio: 'ignore' }
  );
  // Experiments need a commit to start from.
  for (const command of [
    ['add', '.'],
    ['-c', 'user.name=t', '-c', 'user.email=t@t', 'commit', '-qm', 'Start']
  ]) {
    execFileSync('git', command, { cwd: folder, stdio: 'ignore' });
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

/** The example's notebooks, in the order of the pipeline. */
export const NOTEBOOKS = [
  '1_sanitize',
  '2_split',
  '3_convert_binaries',
  '4_convert_octals',
  '5_sort'
] as const;
