import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Token } from '@lumino/coreutils';
import type { ReadonlyJSONValue } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

/** What a user can set; the words for it stand in `schema/settings.json`. */
export interface ISettingValues {
  readonly confirmSync: 'conflicts' | 'always';
  readonly confirmRun: 'ask' | 'sync';
  readonly cellLabels: boolean;
  readonly directiveColours: boolean;
  readonly problemMarks: boolean;
  readonly stepName: string;
  readonly stepFolder: string;
}

/** Those of the schema, for an application without settings. */
export const DEFAULTS: ISettingValues = {
  confirmSync: 'conflicts',
  confirmRun: 'ask',
  cellLabels: true,
  directiveColours: true,
  problemMarks: true,
  stepName: '',
  stepFolder: ''
};

/** The settings of the page; the defaults until they are loaded. */
export interface ISettings {
  /** Settled once they are loaded, or can't be. Never rejects. */
  readonly ready: Promise<void>;
  /** Emitted when they are loaded, and when one changed. */
  readonly changed: ISignal<ISettings, void>;
  get<K extends keyof ISettingValues>(key: K): ISettingValues[K];
}

export const ISettings = new Token<ISettings>(
  'jupyterlab-dvc:ISettings',
  'The settings of jupyterlab-dvc, for its own plugins.'
);

/** Settings as a registry has them. */
export class Settings implements ISettings {
  /** @param loaded - Null where the application keeps no settings. */
  constructor(loaded: Promise<ISettingRegistry.ISettings | null>) {
    this.ready = this._load(loaded);
  }

  readonly ready: Promise<void>;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get<K extends keyof ISettingValues>(key: K): ISettingValues[K] {
    return this._values[key];
  }

  private async _load(
    loaded: Promise<ISettingRegistry.ISettings | null>
  ): Promise<void> {
    let settings: ISettingRegistry.ISettings | null;
    try {
      settings = await loaded;
    } catch (reason) {
      // A file that a hand spoiled; the settings editor says more.
      console.warn('The settings of jupyterlab-dvc are not used:', reason);
      return;
    }
    if (settings !== null) {
      settings.changed.connect(this._read, this);
      this._read(settings);
    }
  }

  private _read(settings: ISettingRegistry.ISettings): void {
    // The registry has validated them by the schema.
    this._values = { ...DEFAULTS, ...settings.composite };
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private _values: ISettingValues = DEFAULTS;
}

/**
 * The settings' schema in the user's language.
 *
 * Jupyter's server takes the words of a schema from the language pack alone, which has none of
 * ours; the contexts are the server's.
 */
export function inLanguage(
  schema: ISettingRegistry.ISchema,
  trans: TranslationBundle
): ISettingRegistry.ISchema {
  // The texts are extracted from the schema.
  const translated = trans._p.bind(trans);
  const walk = (value: unknown, context: string): unknown => {
    if (Array.isArray(value)) {
      return value.map(one => walk(one, context));
    }
    if (typeof value !== 'object' || value === null) {
      return value;
    }
    const entries = Object.entries(value).map(([key, below]) => [
      key,
      (key === 'title' || key === 'description') && typeof below === 'string'
        ? translated(context, below)
        : walk(below, 'settings')
    ]);
    return Object.fromEntries(entries) as ReadonlyJSONValue;
  };
  return walk(schema, 'schema') as ISettingRegistry.ISchema;
}
