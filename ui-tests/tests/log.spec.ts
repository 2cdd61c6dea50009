import { existsSync, writeFileSync } from 'fs';
import { join } from 'path';

import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';

import { errorsOf } from './console';
import { addCell, makeSyncedProject, rootOf } from './pipeline';
import { Proxy } from './proxy';
import {
  choose,
  openAlone,
  output,
  picture,
  runStatus,
  stepButton,
  toast
} from './workbench';

// Goes on until it is told to end, so that a test says how long that is.
const COUNTING = `
import itertools, os, time
for number in itertools.count(1):
    print(f"line {number}", flush=True)
    if os.path.exists("enough"):
        break
    time.sleep(0.02)
`;

function makeCounting(baseURL: string | undefined, name: string): string {
  return makeSyncedProject(rootOf(baseURL), name, folder => {
    addCell(join(folder, 'notebooks', '1_sanitize.ipynb'), COUNTING);
  });
}

/** End what counts. */
function enough(folder: string): void {
  writeFileSync(join(folder, 'enough'), '');
}

/** The numbers in a log, as it is shown. */
async function counted(page: Page): Promise<number[]> {
  const text = await output(page).innerText();
  return [...text.matchAll(/^line (\d+)$/gm)].map(([, number]) =>
    Number(number)
  );
}

async function last(page: Page): Promise<number> {
  return (await counted(page)).at(-1) ?? 0;
}

/** From 1 on, each once, in their order. */
async function expectWhole(page: Page): Promise<void> {
  const numbers = await counted(page);
  expect(numbers.length).toBeGreaterThan(1);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
}

async function expectMore(page: Page): Promise<void> {
  const before = await last(page);
  await expect.poll(() => last(page)).toBeGreaterThan(before + 20);
}

async function showLog(page: Page): Promise<void> {
  await page.getByRole('menuitem', { name: 'DVC', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Show log' }).click();
  await expect(output(page)).toContainText('line 1');
}

test('a log that is closed and opened again, by two pages, has no gap and nothing twice @faults', async ({
  page,
  baseURL,
  browser
}) => {
  const server = baseURL ?? '';
  makeCounting(baseURL, 'reopened');
  const notebook = 'reopened/notebooks/1_sanitize.ipynb';
  await openAlone(page, server, notebook);
  await choose(page, 'Run step');
  await expectMore(page);
  await page
    .getByRole('tab', { name: 'DVC: mlvtools_1_sanitize' })
    .locator('.lm-TabBar-tabCloseIcon')
    .click();
  await expect(output(page)).toHaveCount(0);
  await showLog(page);
  await expectMore(page);
  await expectWhole(page);

  const other = await browser.newPage();
  await openAlone(other, server, notebook);
  await expect(stepButton(other)).toHaveAccessibleName('DVC: Running');
  await showLog(other);
  await expectMore(other);
  await other
    .locator('.jp-DVCRun')
    .getByRole('button', { name: 'Stop' })
    .click();
  for (const one of [page, other]) {
    await expect(runStatus(one)).toContainText('Stopped');
    await expect(toast(one, 'was stopped')).toHaveCount(1);
    await expect(stepButton(one)).not.toHaveAccessibleName('DVC: Running');
  }
  await expect
    .poll(async () => (await counted(page)).length)
    .toBe((await counted(other)).length);
  expect(await output(page).innerText()).toBe(await output(other).innerText());
  await expectWhole(page);
  await other.close();
});

test('a log whose socket is cut goes on where it stopped @faults', async ({
  page,
  baseURL
}) => {
  const folder = makeCounting(baseURL, 'cut');
  const proxy = await Proxy.before(baseURL);
  try {
    const offsets: number[] = [];
    page.on('websocket', socket => {
      const offset = /\/log\?offset=(\d+)/.exec(socket.url())?.[1];
      if (offset !== undefined) {
        offsets.push(Number(offset));
      }
    });
    await openAlone(page, proxy.url, 'cut/notebooks/1_sanitize.ipynb');
    await choose(page, 'Run step');
    for (const time of [1, 2, 3]) {
      await expectMore(page);
      expect(proxy.cut()).toBe(1);
      await expect.poll(() => proxy.asked).toBe(time + 1);
    }
    await expectMore(page);
    enough(folder);
    await expect(runStatus(page)).toContainText('Done');
    await expectWhole(page);
    expect(offsets[0]).toBe(0);
    // Each time it asked for what it hadn't had.
    expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b));
    expect(offsets).toHaveLength(4);
  } finally {
    proxy.close();
  }
});

test('a log is asked for where no socket is let through', async ({
  page,
  baseURL
}) => {
  const folder = makeCounting(baseURL, 'refused');
  const proxy = await Proxy.before(baseURL);
  proxy.isRefusing = true;
  try {
    await openAlone(page, proxy.url, 'refused/notebooks/1_sanitize.ipynb');
    await choose(page, 'Run step');
    await expectMore(page);
    await expectMore(page);
    enough(folder);
    await expect(runStatus(page)).toContainText('Done');
    await expect(toast(page, 'is done')).toBeVisible();
    await expectWhole(page);
    expect(proxy.asked).toBe(2);
  } finally {
    proxy.close();
  }
});

const ROUGH = `
import sys
out = sys.stdout.buffer
out.write("Fähre \\U0001f6a2 ".encode() + b"broken \\xff\\xfe\\xc3 bytes\\n")
for percent in range(0, 101, 10):
    out.write(f"\\rbar {percent:3}%".encode())
out.write(b"\\n\\x1b[31mred\\x1b[0m and \\x1b[1;38;5;46mgreen\\x1b[0m\\n")
out.write(b"\\x1b]0;title\\x07\\x1b]8;;javascript:alert(1)\\x1b\\\\link\\x1b]8;;\\x1b\\\\ \\x00\\x08\\x1b[999;999Hplace\\n")
out.write(b"<img src=x onerror='window.pwned = 1'><script>window.pwned = 2</script>\\n")
out.flush()
`;

test('row 15 and attack 26: a log shows what no terminal would choke on, follows no link, and stays alive @faults', async ({
  page,
  baseURL
}, testInfo) => {
  const folder = makeSyncedProject(rootOf(baseURL), 'rough', one => {
    addCell(
      join(one, 'notebooks', '1_sanitize.ipynb'),
      `${ROUGH}
import os, time
while not os.path.exists("more"):
    time.sleep(0.05)
print("x" * 10_000_000)
print("after the long line", flush=True)
while not os.path.exists("enough"):
    time.sleep(0.05)
`
    );
  });
  const errors = errorsOf(page);
  await openAlone(page, baseURL ?? '', 'rough/notebooks/1_sanitize.ipynb');
  await choose(page, 'Run step');
  await expect(output(page)).toContainText("<img src=x onerror='window.pwned");
  const text = await output(page).innerText();
  expect(text).toContain('Fähre \u{1f6a2} broken \ufffd\ufffd\ufffd bytes\n');
  expect(text).toContain('\nbar 100%\n');
  expect(text).toContain('\nred and green\n');
  expect(text).toContain('\nlinkplace\n');
  expect(text).not.toContain('title');
  const color = (word: string): Promise<string> =>
    output(page)
      .getByText(word, { exact: true })
      .evaluate(node => getComputedStyle(node).color);
  const [red, green] = [await color('red'), await color('green')];
  expect(red).not.toBe(
    await output(page).evaluate(node => getComputedStyle(node).color)
  );
  expect(green).not.toBe(red);
  await picture(page, testInfo, 'log-rough-light');

  writeFileSync(join(folder, 'more'), '');
  await expect(output(page)).toContainText('after the long line');
  // No line that the browser would have to lay out whole, and none too many.
  const longest = await output(page).evaluate(node =>
    Math.max(
      ...[...node.querySelectorAll('.jp-DVCLog-line')].map(
        line => line.textContent?.length ?? 0
      )
    )
  );
  expect(longest).toBeLessThan(20_000);
  const started = Date.now();
  await stepButton(page).click();
  await expect(
    page.getByRole('menuitem', { name: 'Stop', exact: true })
  ).toBeVisible();
  expect(Date.now() - started).toBeLessThan(2_000);
  await page.keyboard.press('Escape');
  enough(folder);
  await expect(runStatus(page)).toContainText('Done');
  expect(existsSync(join(folder, 'data', 'sanitized.txt'))).toBe(true);
  await expect(output(page).locator('img, script, a')).toHaveCount(0);
  expect(await page.evaluate(() => 'pwned' in window)).toBe(false);
  expect(errors).toEqual([]);
});
