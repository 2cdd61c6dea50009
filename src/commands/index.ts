import { Dialog, showDialog } from '@jupyterlab/apputils';
import {
  addIcon,
  checkIcon,
  fastForwardIcon,
  listIcon,
  runIcon,
  searchIcon,
  settingsIcon,
  stopIcon
} from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';

import { getRun } from '../api';
import { icon } from '../icon';
import { isOn } from '../runs/runs';
import { COMMANDS, MAKE_HYPERPARAMETER } from './ids';
import {
  isStep,
  once,
  placeProperties,
  placeSchema,
  runSchema,
  stateOf
} from './place';
import type { Arguments } from './place';
import { addSplit } from './splitCommand';
import { addVariants } from './variantCommands';
import { folderOf, targetOf } from './workbench';
import type { IWorkbench } from './workbench';

function addPreview(bench: IWorkbench): void {
  const { trans } = bench;
  bench.app.commands.addCommand(COMMANDS.preview, {
    label: trans.__('Preview'),
    caption: trans.__('Show the script and the stage that a sync would write'),
    icon: searchIcon,
    describedBy: { args: placeSchema(bench) },
    isEnabled: args => targetOf(bench, args) !== null,
    execute: args =>
      once(bench, COMMANDS.preview, args, async target => {
        const { openPreview } = await import('./preview');
        await openPreview(bench, target);
      })
  });
}

function addSync(bench: IWorkbench): void {
  const { trans } = bench;
  bench.app.commands.addCommand(COMMANDS.sync, {
    label: trans.__('Sync step'),
    caption: trans.__('Save the notebook, write its script and its stage'),
    icon,
    describedBy: { args: placeSchema(bench) },
    isEnabled: args => targetOf(bench, args) !== null,
    execute: args =>
      once(bench, COMMANDS.sync, args, async target => {
        const { sync } = await import('./sync');
        await sync(bench, target);
      })
  });
}

function addRunStep(bench: IWorkbench): void {
  const { trans } = bench;
  bench.app.commands.addCommand(COMMANDS.runStep, {
    label: args =>
      args['force'] === true
        ? trans.__('Run step again')
        : trans.__('Run step'),
    caption: trans.__('Run the stage of the notebook, and those that it needs'),
    icon: runIcon,
    describedBy: { args: runSchema(bench) },
    isEnabled: args => isStep(bench, args),
    execute: args =>
      once(bench, COMMANDS.runStep, args, async target => {
        const { run } = await import('./run');
        await run(bench, target, 'step', args['force'] === true);
      })
  });
}

function addRunWith(bench: IWorkbench): void {
  const { trans } = bench;
  bench.app.commands.addCommand(COMMANDS.runWith, {
    label: trans.__('Run with other values…'),
    caption: trans.__('Try other values of the hyperparameters'),
    icon: settingsIcon,
    describedBy: { args: placeSchema(bench) },
    isEnabled: args =>
      isStep(bench, args) &&
      (stateOf(bench, args)?.step?.hyperparameters ?? true),
    execute: args =>
      once(bench, COMMANDS.runWith, args, async target => {
        const { runWith } = await import('./forms');
        await runWith(bench, target);
      })
  });
}

function addRunPipeline(bench: IWorkbench): void {
  const { trans } = bench;
  bench.app.commands.addCommand(COMMANDS.runPipeline, {
    label: args =>
      args['force'] === true
        ? trans.__('Run pipeline again')
        : trans.__('Run pipeline'),
    caption: trans.__('Run all stages of the project that are not up to date'),
    icon: fastForwardIcon,
    describedBy: { args: runSchema(bench) },
    isEnabled: args => {
      const state = stateOf(bench, args);
      return (
        targetOf(bench, args) !== null &&
        (state === null || state.project !== null)
      );
    },
    execute: args =>
      once(bench, COMMANDS.runPipeline, args, async target => {
        const { run } = await import('./run');
        await run(bench, target, 'pipeline', args['force'] === true);
      })
  });
}

function addCheck(bench: IWorkbench): void {
  const { trans } = bench;
  bench.app.commands.addCommand(COMMANDS.check, {
    label: trans.__('Check'),
    caption: trans.__('Say what is wrong with the step, without writing'),
    icon: checkIcon,
    describedBy: { args: placeSchema(bench) },
    isEnabled: args => targetOf(bench, args) !== null,
    execute: args =>
      once(bench, COMMANDS.check, args, async target => {
        const { check } = await import('./check');
        await check(bench, target);
      })
  });
}

function addStop(bench: IWorkbench): void {
  const { trans } = bench;
  bench.app.commands.addCommand(COMMANDS.stop, {
    label: trans.__('Stop'),
    caption: trans.__('Stop the run of the project, and all that it started'),
    icon: stopIcon,
    describedBy: { args: placeSchema(bench) },
    isEnabled: args => {
      const run = stateOf(bench, args)?.run ?? null;
      return run !== null && isOn(bench.runs.get(run.id) ?? run);
    },
    execute: args =>
      once(bench, COMMANDS.stop, args, async target => {
        const { runToStop, stop } = await import('./stop');
        const run = runToStop(bench, target);
        if (run !== null) {
          await stop(bench, run);
        }
      })
  });
}

function addShowLog(bench: IWorkbench): void {
  const { trans } = bench;
  bench.app.commands.addCommand(COMMANDS.showLog, {
    label: trans.__('Show log'),
    caption: trans.__('Show what the newest run of the project printed'),
    icon: listIcon,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          ...placeProperties(bench),
          run: {
            type: 'string',
            description: trans.__(
              'The ID of a run; the newest of the notebook’s project by default'
            )
          }
        }
      }
    },
    isEnabled: args =>
      typeof args['run'] === 'string' || targetOf(bench, args) !== null,
    execute: async args => {
      const { openLog } = await import('./log');
      const id = args['run'];
      if (typeof id === 'string') {
        try {
          await openLog(
            bench,
            bench.runs.get(id) ?? (await getRun(bench.server, id))
          );
        } catch {
          // A run that was pruned since the layout was saved has no log.
        }
        return;
      }
      const target = targetOf(bench, args);
      if (target === null) {
        return;
      }
      await bench.runs.list(target.localPath);
      const project = bench.steps.get(target.localPath)?.state?.project;
      const newest = bench.runs.all.find(
        run => project === undefined || run.project === project
      );
      if (newest !== undefined) {
        await openLog(bench, newest);
      } else {
        await showDialog({
          title: trans.__('No run yet'),
          body: trans.__('Nothing was run in this project.'),
          buttons: [Dialog.okButton({ label: trans.__('Close') })]
        });
      }
    }
  });
}

/** Register every command of the extension. */
export function addCommands(bench: IWorkbench): void {
  addPreview(bench);
  addSync(bench);
  addRunStep(bench);
  addRunWith(bench);
  addRunPipeline(bench);
  addCheck(bench);
  addStop(bench);
  addShowLog(bench);
  addMakeStep(bench);
  addMakeHyperparameter(bench);
  addSplit(bench);
  addVariants(bench);
  addNewStep(bench);
  addInit(bench);
  addRepair(bench);
}

function addMakeStep(bench: IWorkbench): void {
  const { trans } = bench;
  const isNone = (args: Arguments): boolean => {
    const state = stateOf(bench, args);
    return (
      targetOf(bench, args) !== null &&
      (state?.step ?? null)?.state === 'no-step'
    );
  };
  bench.app.commands.addCommand(COMMANDS.makeStep, {
    label: trans.__('Make this notebook a step'),
    caption: trans.__(
      'Add a first cell with the docstring that makes the notebook a step'
    ),
    icon: addIcon,
    describedBy: { args: placeSchema(bench) },
    isEnabled: isNone,
    isVisible: isNone,
    execute: args =>
      once(bench, COMMANDS.makeStep, args, async target => {
        const { makeStep } = await import('./makeStep');
        await makeStep(bench, target);
      })
  });
}

function addMakeHyperparameter(bench: IWorkbench): void {
  const { trans } = bench;
  const isEnabled = (args: Arguments): boolean =>
    targetOf(bench, args) !== null && typeof args['param'] === 'string';
  bench.app.commands.addCommand(MAKE_HYPERPARAMETER, {
    label: trans.__('Make it a hyperparameter'),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          ...placeProperties(bench),
          param: {
            type: 'string',
            description: trans.__('The name of a parameter')
          }
        }
      }
    },
    isEnabled,
    isVisible: isEnabled,
    execute: args =>
      once(bench, MAKE_HYPERPARAMETER, args, async target => {
        const { param } = args;
        if (typeof param === 'string') {
          const { makeHyperparameter } = await import('./forms');
          await makeHyperparameter(bench, target, param, false);
        }
      })
  });
}

function addNewStep(bench: IWorkbench): void {
  const { trans } = bench;
  bench.app.commands.addCommand(COMMANDS.newStep, {
    label: args =>
      args['isLauncher'] === true || args['isMenu'] === true
        ? trans.__('New pipeline step')
        : trans.__('New Pipeline Step…'),
    caption: trans.__('Make a notebook that is a step of a DVC pipeline'),
    icon,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          cwd: {
            type: 'string',
            description: trans.__(
              'The folder of the new notebook; else the one that the file browser shows'
            )
          }
        }
      }
    },
    execute: async args => {
      const { newStep } = await import('./forms');
      return newStep(bench, folderOf(bench, args['cwd']));
    }
  });
}

function addInit(bench: IWorkbench): void {
  const { trans } = bench;
  addOfFolder(bench, COMMANDS.init, {
    label: trans.__('Make a DVC Project Here…'),
    caption: trans.__(
      'Run “dvc init” in the folder that the file browser shows'
    ),
    act: async folder => {
      const { init } = await import('./project');
      await init(bench, folder);
    }
  });
}

function addRepair(bench: IWorkbench): void {
  const { trans } = bench;
  addOfFolder(bench, COMMANDS.repair, {
    label: trans.__('Repair the List of Files in Use'),
    caption: trans.__(
      'Make right what a killed DVC left behind; nothing is done while DVC runs'
    ),
    act: async folder => {
      const { repair } = await import('./project');
      await repair(bench, folder);
    }
  });
}

/** A command about a folder rather than a notebook. */
function addOfFolder(
  bench: IWorkbench,
  id: string,
  options: {
    readonly label: string;
    readonly caption: string;
    readonly act: (folder: string) => Promise<void>;
  }
): void {
  const { app, trans } = bench;
  const { label, caption, act } = options;
  app.commands.addCommand(id, {
    label,
    caption,
    icon,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          folder: {
            type: 'string',
            description: trans.__(
              'The folder; else the one that the file browser shows'
            )
          }
        }
      }
    },
    execute: args => act(folderOf(bench, args['folder']))
  });
}

/** Say that what a command may do, or is called, may have changed. */
export function notifyChanged(commands: CommandRegistry): void {
  for (const id of Object.values(COMMANDS)) {
    commands.notifyCommandChanged(id);
  }
}
