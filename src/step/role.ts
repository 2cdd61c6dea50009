import type { ICellModel } from '@jupyterlab/cells';

import type { ICellRole, IParsed } from '../_api';
import { holdsCode, tagsOf } from './cells';
import { splice } from './splice';

/** The tag that leaves a cell out of the script. */
export const NO_EFFECT = 'no-effect';

/** What a cell is to the step; null for one that is no code. */
export function roleOf(
  cell: ICellModel,
  index: number,
  parsed: IParsed
): Pick<ICellRole, 'role' | 'by'> | null {
  if (cell.type !== 'code') {
    return null;
  }
  const said = parsed.roles.find(({ cell: number }) => number === index + 1);
  // A tag is the page's own, and known before the server has answered.
  if (tagsOf(cell).includes(NO_EFFECT) && said?.role !== 'metadata') {
    return { role: 'no-effect', by: 'tag' };
  }
  if (said !== undefined && !(said.role === 'no-effect' && said.by === 'tag')) {
    return said;
  }
  return {
    role: holdsCode(cell.sharedModel.getSource()) ? 'step' : 'empty',
    by: null
  };
}

/** Take a cell out of the script, or back in: by its tag, or by the comment that does it. */
export function toggleRole(
  cell: ICellModel,
  index: number,
  parsed: IParsed
): void {
  const role = roleOf(cell, index, parsed);
  if (role?.role === 'step') {
    cell.setMetadata('tags', [...tagsOf(cell), NO_EFFECT]);
  } else if (role?.role === 'no-effect' && role.by === 'tag') {
    const tags = tagsOf(cell).filter(tag => tag !== NO_EFFECT);
    if (tags.length > 0) {
      cell.setMetadata('tags', tags);
    } else {
      cell.deleteMetadata('tags');
    }
  } else if (role?.role === 'no-effect') {
    const said = parsed.roles.find(({ cell: number }) => number === index + 1);
    const source = cell.sharedModel.getSource();
    for (const [start, stop] of [...(said?.comments ?? [])].reverse()) {
      // What was typed since the answer may have moved it.
      const comment = source.slice(start, stop);
      if (parsed.ignore_keys.some(key => comment.includes(key))) {
        splice(cell.sharedModel, { start, stop, text: '' });
      }
    }
  }
}
