import { duplicateIcon } from '@jupyterlab/ui-components';
import type { ReadonlyJSONObject } from '@lumino/coreutils';

import { COMMANDS, VARIANT_COMMANDS } from './ids';
import { isStep, once, placeProperties, placeSchema } from './place';
import type { Arguments } from './place';
import { targetOf } from './workbench';
import type { ITarget, IWorkbench } from './workbench';

/** Register the commands that make variants of a step, and those for one of them. */
export function addVariants(bench: IWorkbench): void {
  const { trans } = bench;
  bench.app.commands.addCommand(COMMANDS.duplicate, {
    label: trans.__('Duplicate step with other inputs and outputs…'),
    caption: trans.__(
      'Make a second stage of the same script, with its own name, paths and values'
    ),
    icon: duplicateIcon,
    describedBy: { args: placeSchema(bench) },
    isEnabled: args => isStep(bench, args),
    execute: args =>
      once(bench, COMMANDS.duplicate, args, async target => {
        const { duplicate } = await import('./forms');
        await duplicate(bench, target);
      })
  });
  addOfOne(
    bench,
    VARIANT_COMMANDS.run,
    trans.__('Run variant'),
    async (target, name) => {
      const { agreed, start } = await import('./run');
      if (await agreed(bench, target)) {
        await start(bench, {
          path: target.localPath,
          what: 'step',
          variant: name
        });
      }
    }
  );
  addOfOne(
    bench,
    VARIANT_COMMANDS.edit,
    trans.__('Edit variant…'),
    async (target, name) => {
      const { editVariant } = await import('./forms');
      await editVariant(bench, target, name);
    }
  );
  addOfOne(
    bench,
    VARIANT_COMMANDS.remove,
    trans.__('Remove variant'),
    async (target, name) => {
      const { removeVariant } = await import('./forms');
      await removeVariant(bench, target, name);
    }
  );
  bench.app.commands.addCommand(VARIANT_COMMANDS.mend, {
    label: trans.__('Mend variants…'),
    caption: trans.__(
      'Show which variants no longer fit the notebook, and what would mend them'
    ),
    describedBy: { args: variantSchema(bench) },
    isEnabled: args => targetOf(bench, args) !== null,
    execute: args =>
      once(bench, VARIANT_COMMANDS.mend, args, async target => {
        const { mendVariants } = await import('./forms');
        await mendVariants(bench, target, nameIn(args));
      })
  });
}

function addOfOne(
  bench: IWorkbench,
  id: string,
  label: string,
  act: (target: ITarget, name: string) => Promise<void>
): void {
  const isEnabled = (args: Arguments): boolean =>
    targetOf(bench, args) !== null && nameIn(args) !== null;
  bench.app.commands.addCommand(id, {
    label,
    describedBy: { args: variantSchema(bench) },
    isEnabled,
    isVisible: isEnabled,
    execute: args => {
      const name = nameIn(args);
      return name === null
        ? undefined
        : once(bench, `${id} ${name}`, args, target => act(target, name));
    }
  });
}

function nameIn(args: Arguments): string | null {
  const name = args['variant'];
  return typeof name === 'string' ? name : null;
}

function variantSchema(bench: IWorkbench): ReadonlyJSONObject {
  return {
    type: 'object',
    properties: {
      ...placeProperties(bench),
      variant: {
        type: 'string',
        description: bench.trans.__('The name of a variant’s stage')
      }
    }
  };
}
