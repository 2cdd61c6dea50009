import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { inLanguage, ISettings, Settings } from '../settings';
import { TRANSLATION_DOMAIN } from '../tokens';

const ID = 'jupyterlab-dvc:settings';

/** Loads the settings, and gives their editor its words. */
export const settings: JupyterFrontEndPlugin<ISettings> = {
  id: ID,
  description: 'Loads the settings of jupyterlab-dvc.',
  autoStart: true,
  provides: ISettings,
  optional: [ISettingRegistry, ITranslator],
  activate: (
    _: JupyterFrontEnd,
    registry: ISettingRegistry | null,
    translator: ITranslator | null
  ): ISettings => {
    if (registry === null) {
      return new Settings(Promise.resolve(null));
    }
    const trans = (translator ?? nullTranslator).load(TRANSLATION_DOMAIN);
    registry.transform(ID, {
      fetch: plugin => ({ ...plugin, schema: inLanguage(plugin.schema, trans) })
    });
    return new Settings(registry.load(ID));
  }
};
