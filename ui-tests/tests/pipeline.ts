import { execFileSync } from 'child_process';
import { cpSync, mkdirSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';

const ROOT = join(__dirname, '..', '..');

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

/** The example's notebooks, in the order of the pipeline. */
export const NOTEBOOKS = [
  '1_sanitize',
  '2_split',
  '3_convert_binaries',
  '4_convert_octals',
  '5_sort'
] as const;
