import { readFileSync } from 'fs';
import { join } from 'path';

import { Gettext } from '@jupyterlab/translation';
import type { TranslationBundle } from '@jupyterlab/translation';

const DOMAIN = 'jupyterlab_dvc';
const FILE =
  '../../jupyterlab_dvc/locale/de_DE/LC_MESSAGES/jupyterlab_dvc.json';

interface IHead {
  readonly domain: string;
  readonly language: string;
  readonly plural_forms: string;
}

/** The German texts that are shipped, as JupyterLab's manager loads them. */
export function german(): TranslationBundle {
  const { '': head, ...messages } = JSON.parse(
    readFileSync(join(__dirname, FILE), 'utf-8')
  ) as { '': IHead } & Record<string, string[]>;
  const trans = new Gettext({ domain: DOMAIN, locale: 'de-DE' });
  trans.loadJSON(
    { '': { ...head, pluralForms: head.plural_forms }, ...messages },
    DOMAIN
  );
  return trans;
}
