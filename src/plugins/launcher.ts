import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILauncher } from '@jupyterlab/launcher';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { COMMANDS } from '../commands/ids';
import { TRANSLATION_DOMAIN } from '../tokens';

/** The card in the launcher; the places in menus come from the schema. */
export const launcher: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-dvc:launcher',
  description: 'Adds “New pipeline step” to the launcher.',
  autoStart: true,
  // Notebook has none.
  optional: [ILauncher, ITranslator],
  activate: (
    _: JupyterFrontEnd,
    cards: ILauncher | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(TRANSLATION_DOMAIN);
    cards?.add({
      command: COMMANDS.newStep,
      category: trans.__('Pipeline'),
      args: { isLauncher: true },
      rank: 1
    });
  }
};
