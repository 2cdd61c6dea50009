import { existsSync, mkdirSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';

import { defineConfig } from '@playwright/test';

import { makeSettings } from './tests/settings';

const ROOT = join(__dirname, '..');
const BIN = join(ROOT, '.venv', 'bin');
// Where this is set, the wheel is tried in that environment alone, whichever JupyterLab it holds.
const INSTALLED = process.env['INSTALLED_BIN'];
// Tests that are slow by nature have this in their titles, and run where it is asked for.
const FAULTS = /@faults/;
const isFaults = process.env['FAULTS'] !== undefined;
const SERVER_CONFIG = join(__dirname, 'jupyter_server_test_config.py');

// The system's browser: nothing is downloaded.
const BROWSERS = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
].filter((path): path is string => path !== undefined);
const browser = BROWSERS.find(path => existsSync(path));
if (browser === undefined) {
  throw new Error(
    'No Chromium was found. Install it (Debian: apt-get install chromium), or give its path in CHROMIUM.'
  );
}

// Several may run at the same time, and each clears its folder.
const RESULTS = join(
  __dirname,
  'test-results',
  process.env['UI_RESULTS'] ??
    (INSTALLED ? 'installed' : isFaults ? 'faults' : 'checkout')
);

function port(name: string, otherwise: number): number {
  return Number(process.env[name] ?? otherwise);
}

// In the order in which they run: what everything else stands on comes first.
const LAB_SPECS = [
  'lab.spec.ts',
  'step.spec.ts',
  'preferences.spec.ts',
  'keyboard.spec.ts',
  'panel.spec.ts',
  'panelKeys.spec.ts',
  'panelFollow.spec.ts',
  'panelHelp.spec.ts',
  'panelShows.spec.ts',
  'panelWithstands.spec.ts',
  'variants.spec.ts',
  'files.spec.ts',
  'split.spec.ts',
  'log.spec.ts',
  'hostile.spec.ts',
  'views.spec.ts',
  'panelLooks.spec.ts',
  'survival.spec.ts'
];

const LAB = port('LAB_PORT', 8991);
const NOTEBOOK = port('NOTEBOOK_PORT', 8992);

/** The root of the server at a port, which tests find again by the port. */
function rootOf(at: number): string {
  const root = join(tmpdir(), `jupyterlab-dvc-ui-${at}`);
  mkdirSync(root, { recursive: true });
  return root;
}

function server(
  application: string,
  at: number,
  bin: string = BIN
): { command: string; url: string; env: Record<string, string> } {
  return {
    // Paths by the environment: whatever is in one, the shell doesn't read it.
    command: `python -m ${application} --config "$JUPYTER_TEST_CONFIG"`,
    url: `http://127.0.0.1:${at}/api/status`,
    env: {
      JUPYTER_TEST_CONFIG: SERVER_CONFIG,
      JUPYTER_TEST_PORT: String(at),
      JUPYTER_TEST_ROOT: rootOf(at),
      JUPYTERLAB_SETTINGS_DIR: makeSettings(`${rootOf(at)}-settings`),
      PATH: `${bin}:${process.env['PATH'] ?? ''}`
    }
  };
}

function project(
  name: string,
  at: number
): { name: string; testMatch: string | string[]; use: { baseURL: string } } {
  return {
    name,
    testMatch: name === 'lab' ? LAB_SPECS : `${name}.spec.ts`,
    use: { baseURL: `http://127.0.0.1:${at}` }
  };
}

export default defineConfig({
  testDir: join(__dirname, 'tests'),
  outputDir: RESULTS,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  workers: 1,
  retries: 0,
  forbidOnly: true,
  reporter: [
    ['list'],
    ['json', { outputFile: join(RESULTS, 'playwright.json') }]
  ],
  use: {
    video: 'off',
    trace: 'retain-on-failure',
    viewport: { width: 1280, height: 800 },
    launchOptions: {
      executablePath: browser,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync'
      ]
    }
  },
  ...(isFaults ? { grep: FAULTS } : { grepInvert: FAULTS }),
  projects: INSTALLED
    ? [project('installed', LAB)]
    : isFaults
      ? [project('lab', LAB)]
      : [project('lab', LAB), project('notebook', NOTEBOOK)],
  webServer: (INSTALLED
    ? [server('jupyterlab', LAB, INSTALLED)]
    : isFaults
      ? [server('jupyterlab', LAB)]
      : [server('jupyterlab', LAB), server('notebook', NOTEBOOK)]
  ).map(one => ({
    ...one,
    timeout: 120_000,
    reuseExistingServer: false,
    stdout: 'ignore' as const,
    stderr: 'ignore' as const
  }))
});
