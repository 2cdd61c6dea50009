import type { TranslationBundle } from '@jupyterlab/translation';

import type { IHolder, IRun, IRunStage } from '../_api';
import { sentence } from '../sentence';

/** The word for how a stage of a run stands; a state of a later server as it is. */
export function stageWord(state: string, trans: TranslationBundle): string {
  switch (state) {
    case 'pending':
      return trans.__('waiting');
    case 'running':
      return trans.__('running');
    case 'ran':
      return trans.__('ran');
    case 'restored':
      return trans.__('restored');
    case 'committed':
      return trans.__('recorded');
    case 'skipped':
      return trans.__('skipped');
    case 'failed':
      return trans.__('failed');
    case 'changed':
      return trans.__('changed while it ran');
    case 'stopped':
      return trans.__('stopped');
    default:
      return state;
  }
}

/**
 * What ran and what was skipped, each once, in the order of the run.
 *
 * @param isFailureSaid - What failed is named beside it already.
 */
export function runSummary(
  run: IRun,
  trans: TranslationBundle,
  isFailureSaid = false
): string {
  const named = (
    states: ReadonlyArray<string>,
    sentence: (names: string, count: number) => string
  ): string[] => {
    const names = run.stages
      .filter(({ state }) => states.includes(state))
      .map(({ name }) => name);
    return names.length === 0 ? [] : [sentence(listed(names), names.length)];
  };
  const parts = [
    ...(isFailureSaid
      ? []
      : named(['failed', 'changed'], names => trans.__('Failed: %1.', names))),
    ...named(['ran'], names => trans.__('Ran: %1.', names)),
    ...named(['restored', 'committed'], names =>
      trans.__('Restored: %1.', names)
    ),
    ...named(['skipped'], (names, count) =>
      count > 3
        ? trans.__('Skipped: %1 stages.', count)
        : trans.__('Skipped: %1.', names)
    )
  ];
  if (parts.length > 0) {
    return parts.join(' ');
  }
  return isFailureSaid ? '' : trans.__('No stage was run.');
}

/** As many names as a notification has room for. */
function listed(names: ReadonlyArray<string>): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown}, … (${names.length})` : shown;
}

/** How long something took, for people. */
export function duration(seconds: number): string {
  if (seconds < 10) {
    return `${seconds.toFixed(1)} s`;
  }
  if (seconds < 60) {
    return `${Math.round(seconds)} s`;
  }
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A stage of a run, in words. */
export function stageSentence(
  stage: IRunStage,
  trans: TranslationBundle
): string {
  const word = stageWord(stage.state, trans);
  const parts = [`${stage.name}: ${word}`];
  if (stage.seconds !== null) {
    parts.push(duration(stage.seconds));
  }
  if (stage.why !== null) {
    parts.push(sentence(stage.why, trans));
  }
  return parts.join(' · ');
}

/** For whom something waits, and why. */
export function waitSentence(
  { pid, command, path }: IHolder,
  trans: TranslationBundle
): string {
  return path === null
    ? trans.__('Waits for process %1 (%2).', pid, command)
    : trans.__('Waits for process %1 (%2), which uses %3.', pid, command, path);
}
