import type { TranslationBundle } from '@jupyterlab/translation';

type Hint = (trans: TranslationBundle) => string;

const overwrite: Hint = trans =>
  trans.__('Sync, and choose “Overwrite and sync”.');

/** What to do about an error, where the page's own buttons do it. */
export const PAGE_HINTS: Readonly<Record<string, Hint>> = {
  'rwlock-broken': trans =>
    trans.__('Choose “Repair”: it removes the list where nothing of DVC runs.'),
  'script-edited': trans =>
    trans.__(
      'Move the edit to the notebook; or sync, and choose “Overwrite and sync”.'
    ),
  'stage-edited': trans =>
    trans.__(
      'Move the edit to the notebook’s directives; or sync, and choose “Overwrite and sync”.'
    ),
  'stage-would-change': overwrite,
  'would-overwrite': overwrite
};
