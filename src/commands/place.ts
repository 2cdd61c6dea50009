import type {
  ReadonlyJSONObject,
  ReadonlyPartialJSONObject
} from '@lumino/coreutils';

import type { IState } from '../_api';
import { targetOf } from './workbench';
import type { ITarget, IWorkbench } from './workbench';

/** What a command is called with. */
export type Arguments = ReadonlyPartialJSONObject;

/** Commands that are at work, so that a second click doesn't do it twice. */
const atWork = new Set<string>();

/**
 * Do something about the notebook that a command is about; while that goes on, not once more.
 *
 * @param work - What is done: a command's ID, with what else it is about.
 */
export async function once(
  bench: IWorkbench,
  work: string,
  args: Arguments,
  act: (target: ITarget) => Promise<void>
): Promise<void> {
  const target = targetOf(bench, args);
  const key = `${work} ${target?.path ?? ''}`;
  if (target === null || atWork.has(key)) {
    return;
  }
  atWork.add(key);
  try {
    await act(target);
  } finally {
    atWork.delete(key);
  }
}

/** What is known of the notebook that a command is about. */
export function stateOf(bench: IWorkbench, args: Arguments): IState | null {
  const target = targetOf(bench, args);
  return target === null
    ? null
    : (bench.steps.get(target.localPath)?.state ?? null);
}

/** Whether a command is about a step, as far as is known. */
export function isStep(bench: IWorkbench, args: Arguments): boolean {
  const state = stateOf(bench, args);
  return (
    targetOf(bench, args) !== null &&
    (state === null || (state.step?.state ?? 'no-step') !== 'no-step')
  );
}

/** The arguments that say which notebook is meant. */
export function placeProperties({ trans }: IWorkbench): ReadonlyJSONObject {
  return {
    path: {
      type: 'string',
      description: trans.__(
        'The path of a notebook; the current one by default'
      )
    },
    fromFileBrowser: {
      type: 'boolean',
      description: trans.__('Take the notebook selected in the file browser')
    }
  };
}

export function placeSchema(bench: IWorkbench): ReadonlyJSONObject {
  return { type: 'object', properties: placeProperties(bench) };
}

export function runSchema(bench: IWorkbench): ReadonlyJSONObject {
  return {
    type: 'object',
    properties: {
      ...placeProperties(bench),
      force: {
        type: 'boolean',
        description: bench.trans.__('Run what is up to date, too')
      }
    }
  };
}
