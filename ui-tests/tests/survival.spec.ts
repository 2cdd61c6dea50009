import { spawn } from 'child_process';
import { once } from 'events';
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync
} from 'fs';
import { join } from 'path';

import { expect, test } from '@playwright/test';

import { addCell, makeSyncedProject, rootOf } from './pipeline';
import { Server } from './server';
import {
  choose,
  openAlone,
  output,
  picture,
  runStatus,
  stepButton,
  toast
} from './workbench';

// The cell counts on and on, and so does a process that left its session.
const COUNTING = `
import os, subprocess, sys, time
grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
print(f"pids {os.getpid()} {grandchild.pid}", flush=True)
for number in range(1, 100_000):
    print(f"line {number}", flush=True)
    time.sleep(0.1)
`;

/** What is left of those processes; one that is only not yet waited for has ended. */
function alive(pids: ReadonlyArray<number>): number[] {
  return pids.filter(pid => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf-8');
      return !/\) [ZX] /.test(stat);
    } catch {
      return false;
    }
  });
}

/** The numbers that a log counted. */
function counted(text: string): number[] {
  return [...text.matchAll(/^line (\d+)$/gm)].map(([, number]) =>
    Number(number)
  );
}

const RUNS = '.dvc/tmp/jupyterlab-dvc/runs';

/** Whether an entry of that folder is a run. */
function isRun(name: string): boolean {
  return /^\d{8}T\d{6}Z-/.test(name);
}

test('a run outlives the page and a killed server; Stop then ends all of it @faults', async ({
  browser
}, testInfo) => {
  test.skip(process.platform !== 'linux', 'it looks at processes in /proc');
  test.setTimeout(180_000);
  const server = await Server.make();
  const folder = makeSyncedProject(server.root, 'kept', one => {
    addCell(join(one, 'notebooks', '1_sanitize.ipynb'), COUNTING);
  });
  await server.start();
  try {
    const notebook = '/lab/tree/kept/notebooks/1_sanitize.ipynb';
    const first = await browser.newPage();
    await first.goto(server.at(notebook));
    await expect(stepButton(first)).toHaveAccessibleName('DVC: Stale', {
      timeout: 60_000
    });
    await choose(first, 'Run step');
    await expect(output(first)).toContainText('line 5', { timeout: 30_000 });
    const pids = (
      /^pids (\d+) (\d+)$/m.exec(await output(first).innerText()) ?? []
    )
      .slice(1)
      .map(Number);
    const [id] = readdirSync(join(folder, RUNS)).filter(isRun);
    const directory = join(folder, RUNS, id ?? '');
    const { pid } = JSON.parse(
      readFileSync(join(directory, 'record.json'), 'utf-8')
    ) as { pid: number };
    pids.push(pid);
    expect(alive(pids)).toHaveLength(3);
    await first.close();
    await server.kill();
    const log = join(directory, 'log');
    const before = counted(readFileSync(log, 'utf-8')).length;
    await server.start();
    expect(alive(pids)).toHaveLength(3);

    const second = await browser.newPage();
    await second.goto(server.at(notebook));
    await expect(stepButton(second)).toHaveAccessibleName('DVC: Running', {
      timeout: 60_000
    });
    await second.getByRole('menuitem', { name: 'DVC', exact: true }).click();
    await second.getByRole('menuitem', { name: 'Show log' }).click();
    // More than there was when the server ended: it went on without it.
    await expect(output(second)).toContainText(`line ${before + 20}`);
    await picture(second, testInfo, 'run-found-again-light');
    await choose(second, 'Stop');
    await expect(runStatus(second)).toContainText('Stopped', {
      timeout: 30_000
    });
    await expect(toast(second, 'was stopped')).toBeVisible();
    expect(alive(pids)).toEqual([]);
    const whole = counted(readFileSync(log, 'utf-8'));
    expect(whole).toEqual(whole.map((_, index) => index + 1));
    await expect
      .poll(async () => counted(await output(second).innerText()))
      .toEqual(whole);
    await expect(stepButton(second)).not.toHaveAccessibleName('DVC: Running');
    await second.close();
  } finally {
    await server.remove();
  }
});

test('where the socket of events is refused, what changes outside is seen all the same @faults', async ({
  page,
  baseURL
}) => {
  test.setTimeout(150_000);
  const folder = makeSyncedProject(rootOf(baseURL), 'deaf');
  let refused = 0;
  await page.routeWebSocket(/\/api\/events\/subscribe/, async socket => {
    refused += 1;
    await socket.close();
  });
  await openAlone(page, baseURL ?? '', 'deaf/notebooks/1_sanitize.ipynb');
  const button = stepButton(page);
  await expect(button).toHaveAccessibleName('DVC: Stale', { timeout: 30_000 });
  appendFileSync(
    join(folder, 'pipeline/scripts/mlvtools_1_sanitize.py'),
    '# by hand\n'
  );
  // 10 s to find that it hears nothing, and 30 s at most to the next look.
  await expect(button).toHaveAccessibleName('DVC: Not synced', {
    timeout: 60_000
  });
  expect(refused).toBeGreaterThan(0);
});

// The stage says that it is on, and waits for a file.
const HELD = `
import pathlib, time
pathlib.Path("started").touch()
while not pathlib.Path("go").exists():
    time.sleep(0.05)
`;

test('rows 22 and 29: a run and a sync wait for a dvc in a terminal, and say for which @faults', async ({
  page,
  baseURL
}, testInfo) => {
  test.setTimeout(150_000);
  const path = 'held/notebooks/1_sanitize.ipynb';
  const folder = makeSyncedProject(rootOf(baseURL), 'held', one => {
    addCell(join(one, 'notebooks', '1_sanitize.ipynb'), HELD);
  });
  const [started, go] = [join(folder, 'started'), join(folder, 'go')];
  await openAlone(page, baseURL ?? '', path);
  const button = stepButton(page);
  await expect(button).toHaveAccessibleName('DVC: Stale', { timeout: 30_000 });
  let pid = 0;
  const repro = async (...options: string[]): Promise<() => Promise<void>> => {
    rmSync(started, { force: true });
    const terminal = spawn(
      'dvc',
      ['repro', '-q', ...options, 'mlvtools_1_sanitize'],
      { cwd: folder, stdio: 'ignore' }
    );
    const end = once(terminal, 'exit');
    await expect
      .poll(() => existsSync(started), { timeout: 30_000 })
      .toBe(true);
    pid = terminal.pid ?? 0;
    return async () => {
      writeFileSync(go, '');
      expect(await end).toEqual([0, null]);
    };
  };

  // Two clicks are one run, which is queued.
  let end = await repro();
  try {
    await choose(page, 'Run step');
    const waits = page.getByText(`Waits for process ${pid}`);
    await expect(waits).toContainText('repro -q');
    await expect(runStatus(page)).toContainText('Queued');
    await choose(page, 'Run step');
    await expect(button).toHaveAccessibleName('DVC: Queued');
    await picture(page, testInfo, 'queued-light');
    expect(readdirSync(join(folder, RUNS)).filter(isRun)).toHaveLength(1);
  } finally {
    await end();
  }
  await expect(
    toast(page, 'is done. Skipped: mlvtools_1_sanitize')
  ).toBeVisible({ timeout: 30_000 });

  // A sync writes the script once nobody reads it.
  rmSync(go);
  end = await repro('-f');
  try {
    await page
      .locator('.jp-Notebook .cm-content')
      .locator('visible=true')
      .first()
      .click();
    await page.keyboard.press('ControlOrMeta+End');
    await page.keyboard.press('Escape');
    await page.keyboard.press('b');
    await page.keyboard.press('Enter');
    await page.keyboard.insertText('print("written later")');
    await choose(page, 'Sync step');
    const waits = toast(page, `Waits for process ${pid}`);
    await expect(waits).toContainText('which uses held/pipeline/scripts/');
    await picture(page, testInfo, 'sync-waits-light');
  } finally {
    await end();
  }
  await expect(toast(page, 'mlvtools_1_sanitize is synced')).toBeVisible();
  expect(
    readFileSync(
      join(folder, 'pipeline/scripts/mlvtools_1_sanitize.py'),
      'utf-8'
    )
  ).toContain('written later');
});
