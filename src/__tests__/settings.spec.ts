/* eslint-disable jupyter/no-untranslated-string -- the titles here are what is translated */
import { readFileSync } from 'fs';
import { join } from 'path';

import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { nullTranslator } from '@jupyterlab/translation';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';

import { DEFAULTS, inLanguage, Settings } from '../settings';

const SCHEMAS = join(__dirname, '..', '..', 'schema');
const schema = JSON.parse(
  readFileSync(join(SCHEMAS, 'settings.json'), 'utf-8')
) as ISettingRegistry.ISchema;
const properties = schema.properties ?? {};

/** The part of the registry's settings that is read. */
class Loaded {
  constructor(composite: ReadonlyPartialJSONObject) {
    this.composite = composite;
  }

  composite: ReadonlyPartialJSONObject;
  readonly changed = new Signal<this, void>(this);
}

function loaded(composite: ReadonlyPartialJSONObject): {
  readonly registry: Loaded;
  readonly settings: Settings;
} {
  const registry = new Loaded(composite);
  return {
    registry,
    settings: new Settings(
      Promise.resolve(registry as unknown as ISettingRegistry.ISettings)
    )
  };
}

describe('the settings', () => {
  it('have the defaults of their schema', () => {
    const stated = Object.entries(properties).map(
      ([key, { default: value }]) => [key, value]
    );
    expect(DEFAULTS).toEqual(Object.fromEntries(stated));
  });

  it('are all said to be about something', () => {
    for (const property of Object.values(properties)) {
      expect(property.title).toMatch(/\S/);
      expect(property.description).toMatch(/\S/);
    }
  });

  it('are the defaults where the application keeps none', async () => {
    const settings = new Settings(Promise.resolve(null));
    await settings.ready;
    expect(settings.get('confirmSync')).toBe('conflicts');
  });

  it('are the defaults where a hand spoiled the file, which is told', async () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation();
    const settings = new Settings(Promise.reject(new Error('no JSON')));
    await settings.ready;
    expect(settings.get('cellLabels')).toBe(true);
    expect(warn.mock.calls.flat().map(String)).toContain('Error: no JSON');
    warn.mockRestore();
  });

  it('are those of the registry, as they change', async () => {
    const { registry, settings } = loaded({ ...DEFAULTS, cellLabels: false });
    const told = jest.fn();
    settings.changed.connect(told);
    expect(settings.get('cellLabels')).toBe(true);
    await settings.ready;
    expect(settings.get('cellLabels')).toBe(false);
    expect(told).toHaveBeenCalledTimes(1);
    registry.composite = { ...DEFAULTS, confirmRun: 'sync' };
    registry.changed.emit();
    expect(settings.get('cellLabels')).toBe(true);
    expect(settings.get('confirmRun')).toBe('sync');
    expect(told).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['stepName', '', true],
    ['stepName', '1_sanitize', true],
    ['stepName', 'a/b', false],
    ['stepName', '.hidden', false],
    ['stepFolder', '', true],
    ['stepFolder', 'notebooks', true],
    ['stepFolder', 'some/notebooks ü', true],
    ['stepFolder', '/notebooks', false],
    ['stepFolder', 'a/../../b', false],
    ['stepFolder', '..', false],
    ['stepFolder', 'a/', false],
    ['stepFolder', 'a//b', false],
    ['stepFolder', '.dvc/tmp', false]
  ] as const)('%s may be %j: %s', (key, value, isAllowed) => {
    const pattern = properties[key]?.['pattern'];
    expect(
      typeof pattern === 'string' && new RegExp(pattern, 'u').test(value)
    ).toBe(isAllowed);
    expect(pattern).toBeDefined();
  });
});

describe('the words of the settings', () => {
  const shouting: TranslationBundle = {
    ...nullTranslator.load(''),
    _p: (context, text) => `${context}: ${text.toUpperCase()}`
  };

  it('are said in the language of the page, and nothing else is', () => {
    const given: ISettingRegistry.ISchema = {
      type: 'object',
      title: 'one',
      description: 'two',
      'jupyter.lab.transform': true,
      properties: {
        title: { type: 'string', title: 'three', default: 'four' },
        b: { type: 'string', oneOf: [{ const: 'five', title: 'six' }] }
      }
    };
    const before = JSON.stringify(given);
    expect(inLanguage(given, shouting)).toEqual({
      type: 'object',
      title: 'schema: ONE',
      description: 'schema: TWO',
      'jupyter.lab.transform': true,
      properties: {
        title: { type: 'string', title: 'settings: THREE', default: 'four' },
        b: {
          type: 'string',
          oneOf: [{ const: 'five', title: 'settings: SIX' }]
        }
      }
    });
    expect(JSON.stringify(given)).toBe(before);
  });

  it('are as they stand where there is no other language', () => {
    expect(inLanguage(schema, nullTranslator.load(''))).toEqual(schema);
  });
});
