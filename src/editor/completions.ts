import type { CompletionHandler } from '@jupyterlab/completer';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import { complete } from '../api';
import { docstringOf } from '../step/docstring';
import { fieldsOf } from '../step/fields';
import { directives } from './directives';
import { docstringSpan, placeIn } from './place';
import type { IPlace } from './place';
import { TYPES } from '../step/types';

type Items = CompletionHandler.ICompletionItemsReply;
type Item = CompletionHandler.ICompletionItem;

/** What may stand where the cursor is in a docstring: directives, parameters, paths, keys. */
export async function propose(
  request: CompletionHandler.IRequest,
  panel: NotebookPanel,
  server: ServerConnection.ISettings,
  trans: TranslationBundle
): Promise<Items> {
  const { offset, text } = request;
  const nothing = { start: offset, end: offset, items: [] };
  const span = docstringSpan(text);
  if (span === null || offset < span.start || offset > span.stop) {
    return nothing;
  }
  const from = Math.max(text.lastIndexOf('\n', offset - 1) + 1, span.start);
  const place = placeIn(text.slice(from, offset));
  if (place === null) {
    return nothing;
  }
  return {
    start: offset - place.typed.length,
    end: offset,
    items: await itemsOf(place, panel, server, trans)
  };
}

async function itemsOf(
  place: IPlace,
  panel: NotebookPanel,
  server: ServerConnection.ISettings,
  trans: TranslationBundle
): Promise<Item[]> {
  const { what, key, typed } = place;
  const model = docstringOf(panel, server);
  if (what === 'key') {
    return directives(trans)
      .filter(directive => directive.key.startsWith(typed))
      .map(directive => ({
        label: directive.key,
        type: 'directive',
        documentation: `${directive.form}\n\n${directive.text}`
      }));
  }
  if (what === 'type') {
    return TYPES.filter(type => type.startsWith(typed)).map(type => ({
      label: type,
      type: 'type'
    }));
  }
  if (what === 'param') {
    const { parsed } = model;
    return parsed === null
      ? []
      : fieldsOf(parsed, 'params')
          .map(({ name }) => name ?? '')
          .filter(name => name.startsWith(typed))
          .map(name => ({ label: name, type: 'param' }));
  }
  const kind = what === 'params-key' ? 'key' : key === 'dvc-in' ? 'in' : 'out';
  try {
    const { items } = await complete(server, model.path, kind, typed);
    return items.map(item => {
      const documentation =
        item.maker === null ? item.value : trans.__('Made by %1', item.maker);
      return {
        label: item.text,
        type: item.kind,
        ...(documentation === null ? {} : { documentation })
      };
    });
  } catch {
    // Without the server there is nothing to propose; typing goes on.
    return [];
  }
}
