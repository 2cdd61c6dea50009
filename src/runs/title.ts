import type { TranslationBundle } from '@jupyterlab/translation';

import type { IRun } from '../_api';

/** The word for how a run stands. */
export function runWord(
  state: IRun['state'],
  trans: TranslationBundle
): string {
  switch (state) {
    case 'queued':
      return trans.__('Queued');
    case 'running':
      return trans.__('Running');
    case 'stopping':
      return trans.__('Stopping');
    case 'succeeded':
      return trans.__('Done');
    case 'failed':
      return trans.__('Failed');
    case 'stopped':
      return trans.__('Stopped');
    case 'lost':
      return trans.__('Lost');
  }
}

/** What a run is called: its targets, or all of the pipeline. */
export function runTitle(run: IRun, trans: TranslationBundle): string {
  return run.targets.length === 0
    ? trans.__('Pipeline')
    : run.targets.join(', ');
}
