import type {
  CompletionHandler,
  ICompletionContext,
  ICompletionProvider
} from '@jupyterlab/completer';
import { NotebookPanel } from '@jupyterlab/notebook';
import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import { complete } from '../api';
import { docstringOf } from '../step/docstring';
import { fieldsOf } from '../step/fields';
import { directives } from './directives';
import { docstringSpan, placeIn } from './place';
import type { IPlace } from './place';

type Items = CompletionHandler.ICompletionItemsReply;
type Item = CompletionHandler.ICompletionItem;

const TYPES = [
  'str',
  'int',
  'float',
  'bool',
  'Path',
  'list[str]',
  'list[int]',
  'list[float]',
  'Optional[str]'
];

/** Proposes directives, parameters, paths and keys in the docstring of a notebook's first code cell. */
export class DocstringCompletions implements ICompletionProvider {
  constructor(server: ServerConnection.ISettings, trans: TranslationBundle) {
    this._server = server;
    this._trans = trans;
  }

  readonly identifier = 'CompletionProvider:dvc';
  readonly rank = 600;
  readonly renderer = null;

  isApplicable(context: ICompletionContext): Promise<boolean> {
    return Promise.resolve(context.widget instanceof NotebookPanel);
  }

  async fetch(
    request: CompletionHandler.IRequest,
    context: ICompletionContext
  ): Promise<Items> {
    const { offset, text } = request;
    const { widget } = context;
    const nothing = { start: offset, end: offset, items: [] };
    const span = docstringSpan(text);
    if (
      !(widget instanceof NotebookPanel) ||
      span === null ||
      offset < span.start ||
      offset > span.stop
    ) {
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
      items: await this._items(place, widget)
    };
  }

  private async _items(place: IPlace, panel: NotebookPanel): Promise<Item[]> {
    const { what, key, typed } = place;
    const model = docstringOf(panel, this._server);
    if (what === 'key') {
      return directives(this._trans)
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
    const kind =
      what === 'params-key' ? 'key' : key === 'dvc-in' ? 'in' : 'out';
    try {
      const { items } = await complete(this._server, model.path, kind, typed);
      return items.map(item => ({
        label: item.text,
        type: item.kind,
        ...(item.maker === null
          ? {}
          : { documentation: this._trans.__('Made by %1', item.maker) }),
        ...(item.value === null ? {} : { documentation: item.value })
      }));
    } catch {
      // Without the server there is nothing to propose; typing goes on.
      return [];
    }
  }

  private readonly _server: ServerConnection.ISettings;
  private readonly _trans: TranslationBundle;
}
