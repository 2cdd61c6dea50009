import { mkdirSync } from 'fs';
import { join } from 'path';

import { defineConfig } from '@playwright/test';

import { BASE_PATH, TOKEN } from './compat/server';
import everywhere from './playwright.config';
import { rootOf } from './tests/pipeline';

function given(name: string): string {
  const value = process.env[name];
  if (value === undefined) {
    throw new Error(
      `${name} is not set: tests/packaging/test_compat.py starts this suite.`
    );
  }
  return value;
}

// The commands of an environment that holds the wheel and a JupyterLab, and a name for it.
const BIN = given('COMPAT_BIN');
const NAME = given('COMPAT_NAME');
// A fresh folder, for what the servers keep of their own.
const FOLDER = given('COMPAT_FOLDER');
const isTogether = process.env['COMPAT_TOGETHER'] === '1';
// The language packs that are installed there, besides English.
const hasGerman = process.env['COMPAT_LANGUAGE'] === 'de_DE';

interface IApplication {
  readonly project: string;
  readonly module: 'jupyterlab' | 'notebook';
  readonly spec: string;
  readonly port: number;
  /** In seconds, of the server's own saves of what is edited together. */
  readonly saveDelay?: number;
  /** The language that a user chose. */
  readonly locale?: string;
}

const applications: ReadonlyArray<IApplication> = [
  {
    project: 'lab',
    module: 'jupyterlab',
    // Where documents are edited together, a page alone has to do all the same.
    spec: isTogether ? '{lab,together}.spec.ts' : 'lab.spec.ts',
    port: Number(given('LAB_PORT'))
  },
  {
    project: 'notebook',
    module: 'notebook',
    spec: 'notebook.spec.ts',
    port: Number(given('NOTEBOOK_PORT'))
  },
  ...(isTogether
    ? [
        {
          project: 'unsaved',
          module: 'jupyterlab',
          spec: 'together.spec.ts',
          port: Number(given('UNSAVED_PORT')),
          saveDelay: 3600
        } as const
      ]
    : []),
  ...(hasGerman
    ? [
        {
          project: 'german',
          module: 'jupyterlab',
          spec: 'german.spec.ts',
          port: Number(given('GERMAN_PORT')),
          locale: 'de_DE'
        } as const
      ]
    : [])
];

const RESULTS = join(__dirname, 'test-results', `compat-${NAME}`);

export default defineConfig({
  ...everywhere,
  testDir: join(__dirname, 'compat'),
  outputDir: RESULTS,
  reporter: [
    ['list'],
    ['json', { outputFile: join(RESULTS, 'playwright.json') }]
  ],
  use: { ...everywhere.use, actionTimeout: 15_000 },
  projects: applications.map(({ project, spec, port }) => ({
    name: project,
    testMatch: spec,
    outputDir: join(RESULTS, project),
    use: { baseURL: `http://127.0.0.1:${port}${BASE_PATH}` }
  })),
  webServer: applications.map(application => {
    const { project, module, port, saveDelay, locale } = application;
    const root = rootOf(`http://127.0.0.1:${port}`);
    // Of the configuration and the data of who runs the tests nothing is taken.
    const own = join(FOLDER, project);
    mkdirSync(root, { recursive: true });
    mkdirSync(own, { recursive: true });
    return {
      // Paths by the environment: whatever is in one, the shell doesn't read it.
      command: `python -m ${module} --config "$JUPYTER_TEST_CONFIG" > server.log 2>&1`,
      cwd: own,
      url: `http://127.0.0.1:${port}${BASE_PATH}api`,
      env: {
        JUPYTER_TEST_CONFIG: join(__dirname, 'compat_server_config.py'),
        JUPYTER_TEST_PORT: String(port),
        JUPYTER_TEST_ROOT: root,
        JUPYTER_TEST_BASE_URL: BASE_PATH,
        JUPYTER_TEST_TOKEN: TOKEN,
        ...(saveDelay === undefined
          ? {}
          : { JUPYTER_TEST_SAVE_DELAY: String(saveDelay) }),
        ...(locale === undefined ? {} : { JUPYTER_TEST_LOCALE: locale }),
        JUPYTER_CONFIG_DIR: join(own, 'config'),
        JUPYTER_DATA_DIR: join(own, 'data'),
        JUPYTER_RUNTIME_DIR: join(own, 'runtime'),
        IPYTHONDIR: join(own, 'ipython'),
        PATH: `${BIN}:${process.env['COMPAT_PATH'] ?? process.env['PATH'] ?? ''}`
      },
      timeout: 120_000,
      reuseExistingServer: false,
      stdout: 'ignore' as const,
      stderr: 'ignore' as const
    };
  })
});
