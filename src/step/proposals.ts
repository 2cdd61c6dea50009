import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import { complete } from '../api';
import type { IOption } from '../components/panel/combobox';

/** What may stand in a field of a step, each with what is known of it. */
export async function proposals(
  server: ServerConnection.ISettings,
  path: string,
  kind: 'in' | 'out' | 'key',
  typed: string,
  trans: TranslationBundle
): Promise<IOption[]> {
  try {
    const { items } = await complete(server, path, kind, typed);
    return items.map(item => ({
      text: item.text,
      note:
        item.maker !== null
          ? trans.__('made by %1', item.maker)
          : item.value !== null
            ? item.value
            : item.kind === 'tracked'
              ? trans.__('tracked by DVC')
              : ''
    }));
  } catch {
    // Proposals are a convenience: what is typed is checked all the same.
    return [];
  }
}
