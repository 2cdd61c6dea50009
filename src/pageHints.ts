import type { TranslationBundle } from '@jupyterlab/translation';

type Hint = (trans: TranslationBundle) => string;

const sync: Hint = trans => trans.__('Sync the step.');

/** What to do about an error, where the command line's words would be about a command to type. */
export const PAGE_HINTS: Readonly<Record<string, Hint>> = {
  'boolean-optional-missing': sync,
  'changed-meanwhile': trans => trans.__('Try again.'),
  'not-synced': sync,
  'notebook-without-stage': sync,
  'script-edited': trans =>
    trans.__(
      'Move the edit to the notebook; or sync, and choose “Overwrite and sync”.'
    ),
  'script-inconsistent': trans =>
    trans.__('Move edits of the script to the notebook, then sync the step.'),
  'script-missing': sync,
  'stage-differs': sync,
  'stage-edited': trans =>
    trans.__(
      'Move the edit to the notebook’s directives; or sync, and choose “Overwrite and sync”.'
    ),
  'stage-missing': sync,
  'stage-would-change': trans =>
    trans.__('Sync, and choose “Overwrite and sync”.'),
  'would-overwrite': trans => trans.__('Sync, and choose “Overwrite and sync”.')
};
