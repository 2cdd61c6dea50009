import type { IRunningSessions } from '@jupyterlab/running';
import type { TranslationBundle } from '@jupyterlab/translation';
import { stopIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';

import type { IRun } from '../_api';
import { COMMANDS } from '../commands/ids';
import { icon } from '../icon';
import type { Runs } from './runs';
import { isOn } from './runs';
import { runTitle, runWord } from './title';

/**
 * The runs that are on, for the Running panel.
 *
 * @param places - Paths whose projects' runs are asked for when the panel is refreshed.
 */
export function runningRuns(
  runs: Runs,
  commands: CommandRegistry,
  places: () => ReadonlyArray<string>,
  trans: TranslationBundle
): IRunningSessions.IManager {
  const on = (): IRun[] => runs.all.filter(isOn);
  return {
    name: trans.__('DVC runs'),
    running: () =>
      on().map(run => ({
        icon: () => icon,
        label: () =>
          trans.__('%1: %2', runTitle(run, trans), runWord(run.state, trans)),
        labelTitle: () =>
          trans.__(
            'Started %1 in %2',
            new Date(1000 * (run.started ?? run.created)).toLocaleString(),
            run.project === '' ? '/' : run.project
          ),
        open: () => void commands.execute(COMMANDS.showLog, { run: run.id }),
        shutdown: () => void runs.stop(run.id).catch(() => undefined)
      })),
    refreshRunning: () => {
      // Of a place that is in no project, or of a server that is away, there is nothing to list.
      const paths = new Set(places());
      void Promise.allSettled([...paths].map(path => runs.list(path)));
    },
    runningChanged: runs.changed,
    shutdownAll: () => {
      on().forEach(run => void runs.stop(run.id).catch(() => undefined));
    },
    shutdownItemIcon: stopIcon,
    shutdownLabel: trans.__('Stop'),
    shutdownAllLabel: trans.__('Stop all'),
    shutdownAllConfirmationText: trans.__('Stop all runs of DVC pipelines?')
  };
}
