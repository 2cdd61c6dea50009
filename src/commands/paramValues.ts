import { Notification } from '@jupyterlab/apputils';
import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import { setValues } from '../api';
import { failureSentence } from '../sentence';
import type { DocstringModel } from '../step/docstring';
import { keyOf } from '../step/values';

type Values = Readonly<Record<string, string | null>>;

interface IContext {
  readonly server: ServerConnection.ISettings;
  readonly trans: TranslationBundle;
}

/** A value that was set. */
export interface IValueSet {
  /** As the file has it: 07 is 7 there; null is none. */
  readonly value: string | null;
  /**
   * Take it back, where the file still has it.
   *
   * @throws RequestError - The server refuses it; its sentence says why.
   */
  readonly undo: () => Promise<void>;
}

/** The values of a step's params files, as the page sets them: each can be taken back. */
export class ParamValues {
  /**
   * @param changed - Called when a file has other values.
   */
  constructor(
    docstring: DocstringModel,
    context: IContext,
    changed: () => void
  ) {
    this._docstring = docstring;
    this._context = context;
    this._changed = changed;
  }

  /**
   * Set a value, where the file still has the one that was shown; null is none.
   *
   * @throws RequestError - The server refuses it; its sentence says why.
   */
  async set(
    key: string,
    value: string | null,
    expected: string | null
  ): Promise<IValueSet> {
    const { rows, undo } = await this._write(
      { [key]: value },
      { [key]: expected }
    );
    const row = rows.find(one => keyOf(one) === key);
    const now = row === undefined ? value : row.value;
    return {
      value: now,
      undo: async () => {
        await this._write(undo, { [key]: now });
      }
    };
  }

  /**
   * Set a value and say so, with the way back; as {@link set} otherwise.
   *
   * @throws RequestError - The server refuses it; its sentence says why.
   */
  async setAndTell(
    key: string,
    value: string | null,
    expected: string | null
  ): Promise<void> {
    const { trans } = this._context;
    const set = await this.set(key, value, expected);
    Notification.success(trans.__('%1 is now %2.', key, set.value ?? ''), {
      autoClose: 8000,
      actions: [
        {
          label: trans.__('Undo'),
          callback: () => void undone(set.undo, trans)
        }
      ]
    });
  }

  private async _write(
    values: Values,
    expected: Values
  ): ReturnType<typeof setValues> {
    const { path, cell } = this._docstring;
    const answer = await setValues(this._context.server, {
      path,
      cell,
      values,
      expected
    });
    this._changed();
    return answer;
  }

  private readonly _docstring: DocstringModel;
  private readonly _context: IContext;
  private readonly _changed: () => void;
}

/** Take something back; where that fails, say why. */
export async function undone(
  undo: () => Promise<void>,
  trans: TranslationBundle
): Promise<void> {
  try {
    await undo();
  } catch (reason) {
    Notification.error(trans.__('Undo: %1', failureSentence(reason, trans)), {
      autoClose: false
    });
  }
}
