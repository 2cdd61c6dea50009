import type { IError, IRun } from '../_api';
import { getLogEnd, preview } from '../api';
import { blamedLine } from '../runs/traceback';
import type { IWorkbench } from './workbench';

/** Where a run failed, in a notebook. */
export type Place = Pick<IError, 'path' | 'cell' | 'line'>;

/** A traceback longer than this ends in what it is about, too. */
const END = 32_768;

const known = new Map<string, Promise<Place | null>>();

/**
 * The cell that a run failed in: as the server half says it, else by the last
 * line of the stage's script in what the run printed. Null where it isn't
 * known, as where the script is no longer that of the notebook. Never rejects.
 */
export function placeOfFailure(
  bench: IWorkbench,
  run: IRun
): Promise<Place | null> {
  let place = known.get(run.id);
  if (place === undefined) {
    place = found(bench, run)
      .catch(() => null)
      .then(one => {
        if (one === null) {
          // Its step may not be known yet.
          known.delete(run.id);
        }
        return one;
      });
    if (run.ended !== null) {
      known.set(run.id, place);
    }
  }
  return place;
}

async function found(bench: IWorkbench, run: IRun): Promise<Place | null> {
  const { error } = run;
  if (error !== null && error.cell !== null) {
    return error;
  }
  const failed = run.stages.find(({ state }) => state === 'failed');
  const path = bench.steps.all
    .filter(({ state }) => state?.project === run.project)
    .flatMap(({ state }) => state?.stages ?? [])
    // One of a group is that of the group's notebook.
    .find(({ name }) => name === failed?.name.split('@')[0])?.notebook;
  if (failed === undefined || path === undefined || path === null) {
    return null;
  }
  const [{ script_path, script_diff, lines }, output] = await Promise.all([
    preview(bench.server, path),
    getLogEnd(bench.server, run, END)
  ]);
  const script =
    run.project === ''
      ? script_path
      : script_path.slice(run.project.length + 1);
  const line = script_diff === '' ? blamedLine(output, script) : null;
  const place = line === null ? null : lines[line - 1];
  return place ? { path, cell: place[0], line: place[1] } : null;
}
