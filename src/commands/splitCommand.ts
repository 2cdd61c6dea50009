import { cutIcon } from '@jupyterlab/ui-components';

import { whyNoCut } from '../step/cuttable';
import { COMMANDS } from './ids';
import { once, placeProperties, stateOf } from './place';
import type { Arguments } from './place';
import { cellOf } from './workbench';
import type { IWorkbench } from './workbench';

/** Register the command that cuts a notebook in two. */
export function addSplit(bench: IWorkbench): void {
  const { trans } = bench;
  const obstacle = (args: Arguments): string | null => {
    const cell = cellOf(bench, args);
    return cell === null
      ? trans.__('No cell of an open notebook is active.')
      : whyNoCut(cell.panel, cell.index + 1, trans);
  };
  bench.app.commands.addCommand(COMMANDS.split, {
    label: trans.__('Split here into a new step…'),
    caption: args =>
      obstacle(args) ??
      trans.__('Make a notebook of its own of this cell and all below it'),
    icon: cutIcon,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          ...placeProperties(bench),
          isContextMenu: {
            type: 'boolean',
            description: trans.__(
              'Take the cell that the context menu was opened on'
            )
          }
        }
      }
    },
    isEnabled: args => obstacle(args) === null,
    // In a notebook outside every project it would only be in the way there.
    isVisible: args =>
      args['isContextMenu'] !== true ||
      stateOf(bench, { path: cellOf(bench, args)?.target.path })?.project !==
        null,
    execute: args => {
      const cell = cellOf(bench, args);
      return cell === null
        ? undefined
        : once(bench, COMMANDS.split, { path: cell.target.path }, async () => {
            const { split } = await import('./forms');
            await split(bench, cell);
          });
    }
  });
}
