import { execFileSync } from 'child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync
} from 'fs';
import { join } from 'path';

import { expect, test } from '@jupyterlab/galata';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Locator } from '@playwright/test';

import { errorsOf } from './console';
import { Looks } from './looks';
import {
  addCell,
  makeSyncedProject,
  plainNotebook,
  ROOT,
  rootOf
} from './pipeline';
import { picture, toast } from './workbench';

test.use({ autoGoto: false });

/** The section of the right sidebar. */
function panelOf(page: IJupyterLabPageFixture): Locator {
  return page.locator('.jp-DVCPanel').locator('visible=true');
}

function sidebarTab(page: IJupyterLabPageFixture): Locator {
  return page.getByRole('tab', { name: 'Property Inspector' });
}

/** Open a notebook with the panel beside it. */
async function open(
  page: IJupyterLabPageFixture,
  path: string
): Promise<Locator> {
  await page.notebook.openByPath(path);
  await page.sidebar.openTab('jp-property-inspector');
  await expect(panelOf(page).getByRole('status')).toBeVisible();
  return panelOf(page);
}

/** What DVC itself says of a project; nothing where all is up to date. */
function dvcStatus(folder: string): unknown {
  return JSON.parse(
    execFileSync(join(ROOT, '.venv', 'bin', 'dvc'), ['status', '--json'], {
      cwd: folder,
      encoding: 'utf-8'
    })
  );
}

test('three plain notebooks become a running pipeline in 12 clicks', async ({
  page,
  baseURL
}) => {
  test.setTimeout(180_000);
  const folder = join(rootOf(baseURL), 'three');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'raw.csv'), '3\n1\n2\n');
  plainNotebook(join(folder, 'one.ipynb'), [
    'import csv',
    "rows = open('raw.csv').read().split()",
    "with open('clean.csv', 'w') as f:\n    f.write('\\n'.join(sorted(rows)))"
  ]);
  plainNotebook(join(folder, 'two.ipynb'), [
    'FACTOR = 3',
    "rows = [int(x) * FACTOR for x in open('clean.csv').read().split()]",
    "with open('scaled.csv', 'w') as f:\n    f.write('\\n'.join(map(str, rows)))"
  ]);
  plainNotebook(join(folder, 'three.ipynb'), [
    "rows = [int(x) for x in open('scaled.csv').read().split()]",
    "with open('sum.txt', 'w') as f:\n    f.write(str(sum(rows)))"
  ]);
  execFileSync('git', ['init', '--quiet'], { cwd: folder });
  execFileSync(join(ROOT, '.venv', 'bin', 'dvc'), ['init', '--quiet'], {
    cwd: folder
  });
  await page.goto('tree/three');
  const errors = errorsOf(page);
  await expect(
    page.getByRole('listitem', { name: /^Name: one\.ipynb/ })
  ).toBeVisible();

  // Everything from here on is counted.
  let acts = 0;
  const click = async (target: Locator): Promise<void> => {
    acts += 1;
    await target.click();
  };
  const chooseFile = async (name: string): Promise<void> => {
    acts += 1;
    await page.getByRole('listitem', { name: `Name: ${name}` }).dblclick();
  };
  const button = (name: string): Locator =>
    panelOf(page).getByRole('button', { name, exact: true });

  await click(sidebarTab(page));
  for (const name of ['one', 'two', 'three']) {
    await chooseFile(`${name}.ipynb`);
    await click(button('Make this notebook a step'));
    await click(button('Sync'));
    await expect(button('Run')).toBeEnabled();
  }
  await click(button('Run'));
  await expect(panelOf(page).getByRole('status')).toHaveText('Up to date', {
    timeout: 90_000
  });
  expect(acts).toBeLessThanOrEqual(12);
  expect(readFileSync(join(folder, 'sum.txt'), 'utf-8')).toBe('18');
  const yaml = readFileSync(join(folder, 'dvc.yaml'), 'utf-8');
  expect(yaml.match(/^ {2}mlvtools_\w+:$/gm)).toEqual([
    '  mlvtools_one:',
    '  mlvtools_two:',
    '  mlvtools_three:'
  ]);
  expect(dvcStatus(folder)).toEqual({});
  expect(errors).toEqual([]);
});

/** What a person pastes into the notebooks of the example's pipeline: code that knows of no directive. */
const PASTED = {
  clean: `import re

feed = path_to_feed.read_text(encoding="utf-8")
sanitized = re.sub(r"[^0-9=\\s]", "", feed)
path_to_sanitized.write_text(sanitized, encoding="utf-8")`,
  split: `words = path_to_sanitized.read_text(encoding="utf-8").split()
binaries = []
octals = []
for word in words:
    code = word.partition("=")[2]
    if len(code) == size_bin_data and set(code) <= set("01"):
        binaries.append(word)
    elif len(code) == 3 and set(code) <= set("01234567"):
        octals.append(word)
path_to_binaries.write_text("\\n".join(binaries), encoding="utf-8")
path_to_octals.write_text("\\n".join(octals), encoding="utf-8")`,
  binaries: `import json

letters = {}
for word in open("data/binaries.txt").read().split():
    index, _, code = word.partition("=")
    letters[index] = chr(int(code, base=2))
with open("data/letters_from_binaries.json", "w") as result:
    json.dump(letters, result)`,
  octals: `import json
from pathlib import Path

letters = {}
for word in Path("data/octals.txt").read_text().split():
    index, _, code = word.partition("=")
    letters[index] = chr(int(code, base=8))
Path("data/letters_from_octals.json").write_text(json.dumps(letters))`,
  sort: `import json

letters = {}
for path in [path_to_binaries, path_to_octals]:
    letters.update(json.loads(path.read_text()))
sentence = "".join(letters[index] for index in sorted(letters, key=int))
path_to_sentence.write_text(sentence + "\\n")`
} as const;

test('who has never seen a directive builds the example from the launcher', async ({
  page,
  baseURL
}, testInfo) => {
  test.setTimeout(300_000);
  const folder = join(rootOf(baseURL), 'scratch');
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(ROOT, 'examples', 'dummy', 'data'), join(folder, 'data'), {
    recursive: true
  });
  await page.goto('tree/scratch');
  const errors = errorsOf(page);
  const dialog = page.getByRole('dialog');
  const button = (name: string): Locator =>
    panelOf(page).getByRole('button', { name, exact: true });

  const path = async (
    what: 'input' | 'output',
    text: string
  ): Promise<void> => {
    await dialog
      .getByRole('combobox', { name: `Path of an ${what}` })
      .fill(text);
    await dialog.getByRole('button', { name: `Add ${what}` }).click();
  };
  const make = async (
    name: string,
    fill: () => Promise<void>,
    code: string
  ): Promise<void> => {
    await page.menu.clickMenuItem('File>New Launcher');
    await page
      .getByRole('main')
      .getByRole('button', { name: 'New pipeline step' })
      .locator('visible=true')
      .or(
        page
          .locator('.jp-LauncherCard', { hasText: 'New pipeline step' })
          .locator('visible=true')
      )
      .first()
      .click();
    await dialog
      .getByRole('textbox', { name: 'Name of the notebook' })
      .fill(name);
    await fill();
    if (name === '2_split') {
      await picture(page, testInfo, 'new-step-light');
    }
    await dialog.getByRole('button', { name: 'Create' }).click();
    await expect(dialog).toHaveCount(0);
    await page.activity.activateTab(`${name}.ipynb`);
    await expect.poll(() => page.notebook.getCellCount()).toBe(2);
    await page.notebook.enterCellEditingMode(1);
    await page.keyboard.insertText(code);
    await page.sidebar.openTab('jp-property-inspector');
    await expect(panelOf(page).getByRole('status')).toBeVisible();
  };
  const sync = async (): Promise<void> => {
    await button('Sync').click();
    await expect(button('Run')).toBeEnabled();
  };

  await make(
    '1_sanitize',
    async () => {
      await path('input', 'data/feed.txt');
      await path('output', 'data/sanitized.txt');
    },
    PASTED.clean
  );
  // The folder is no project yet: the notification offers to make one.
  await toast(page, 'in no DVC project yet')
    .getByRole('button', { name: 'Make a project here' })
    .click();
  await dialog.getByRole('button', { name: 'Make it' }).click();
  await expect(toast(page, 'is a DVC project now')).toBeVisible();
  expect(existsSync(join(folder, '.dvc'))).toBe(true);
  await sync();

  await make(
    '2_split',
    async () => {
      // What another step makes is proposed.
      const input = dialog.getByRole('combobox', { name: 'Path of an input' });
      await input.fill('data/s');
      await expect(
        dialog.getByRole('option', { name: /data\/sanitized\.txt/ })
      ).toContainText('made by mlvtools_1_sanitize');
      await input.press('ArrowDown');
      await input.press('Enter');
      await input.press('Enter');
      await path('output', 'data/binaries.txt');
      // Typed without being added: it is meant all the same.
      await dialog
        .getByRole('combobox', { name: 'Path of an output' })
        .fill('data/octals.txt');
      await dialog.getByRole('button', { name: 'Add hyperparameter' }).click();
      await dialog
        .getByRole('textbox', { name: 'Name of parameter 1' })
        .fill('size_bin_data');
      await dialog
        .getByRole('textbox', { name: 'Value of parameter 1' })
        .fill('8');
    },
    PASTED.split
  );
  await sync();

  for (const [name, code] of [
    ['3_convert_binaries', PASTED.binaries],
    ['4_convert_octals', PASTED.octals]
  ] as const) {
    // Paths that the code has are found in it.
    await make(name, () => Promise.resolve(), code);
    await button('Add 1 input').click();
    await button('Add 1 output').click();
    await expect(button('Add 1 output')).toHaveCount(0);
    await sync();
  }

  await make(
    '5_sort',
    async () => {
      await path('input', 'data/letters_from_binaries.json');
      await path('output', 'data/sentence.txt');
    },
    PASTED.sort.replace('path_to_binaries', 'path_to_letters_from_binaries')
  );
  // What was forgotten is added in the panel: a parameter, and the input that feeds it.
  await button('Add parameter').click();
  const form = panelOf(page).getByRole('form');
  await form.getByRole('textbox', { name: 'Name' }).fill('path_to_octals');
  await form.getByRole('combobox', { name: 'Type' }).fill('Path');
  await form.getByRole('button', { name: 'Add' }).click();
  await expect(form).toHaveCount(0);
  await button('Add input').click();
  await form
    .getByRole('combobox', { name: 'Path' })
    .fill('data/letters_from_octals.json');
  await form
    .getByRole('combobox', { name: 'Parameter' })
    .selectOption('path_to_octals');
  await form.getByRole('button', { name: 'Add' }).click();
  await expect(form).toHaveCount(0);
  await sync();

  await button('Run').click();
  await expect(panelOf(page).getByRole('status')).toHaveText('Up to date', {
    timeout: 120_000
  });
  const sentence = readFileSync(join(folder, 'data', 'sentence.txt'), 'utf-8');
  expect(sentence.trim().length).toBeGreaterThan(10);
  expect(sentence).toMatch(/ \w+ /);
  expect(readFileSync(join(folder, 'params.yaml'), 'utf-8')).toContain(
    'size_bin_data: 8'
  );
  expect(dvcStatus(folder)).toEqual({});
  await picture(page, testInfo, 'panel-up-to-date-light');
  expect(errors).toEqual([]);
});

test('a row is added, edited, moved and removed by the keyboard alone', async ({
  page,
  baseURL
}) => {
  const folder = makeSyncedProject(rootOf(baseURL), 'panelkeys');
  await page.goto();
  const panel = await open(page, 'panelkeys/notebooks/2_split.ipynb');
  const source = async (): Promise<string> =>
    (await page.evaluate(() => {
      const widget = window.jupyterapp.shell.currentWidget as NotebookPanel;
      return widget.content.model?.cells.get(2).sharedModel.getSource();
    })) ?? '';
  const before = await source();
  const tabTo = async (target: Locator): Promise<void> => {
    for (let presses = 0; presses < 60; presses += 1) {
      if (await target.evaluate(node => node === document.activeElement)) {
        return;
      }
      await page.keyboard.press('Tab');
    }
    await expect(target).toBeFocused();
  };
  const row = (name: string): Locator =>
    panel.getByRole('button', { name: new RegExp(`^${name}`) });
  const form = panel.getByRole('form');

  // From the sidebar's tab on.
  await sidebarTab(page).focus();
  await expect(panel.getByRole('button', { name: 'Add input' })).toBeEnabled();

  // Added: the form has the focus at once, Enter takes it.
  await tabTo(panel.getByRole('button', { name: 'Add input' }));
  await page.keyboard.press('Enter');
  await expect(form.getByRole('combobox', { name: 'Path' })).toBeFocused();
  await page.keyboard.type('data/feed.txt');
  await page.keyboard.press('Enter');
  await expect(form).toHaveCount(0);
  await expect.poll(source).toContain(':dvc-in: data/feed.txt\n');
  await expect(panel.getByRole('button', { name: 'Add input' })).toBeFocused();

  // Edited.
  await tabTo(row('data/feed.txt'));
  await page.keyboard.press('Enter');
  await expect(form.getByRole('combobox', { name: 'Path' })).toBeFocused();
  await page.keyboard.press('End');
  await page.keyboard.type('.bak');
  await page.keyboard.press('Enter');
  await expect.poll(source).toContain(':dvc-in: data/feed.txt.bak\n');
  await expect(row('data/feed.txt.bak')).toBeFocused();

  // Moved: the focus goes along.
  await page.keyboard.press('Alt+ArrowUp');
  await expect
    .poll(source)
    .toMatch(/feed\.txt\.bak\n:dvc-in path_to_sanitized/);
  await expect(row('data/feed.txt.bak')).toBeFocused();

  // Removed: nothing else has changed.
  await page.keyboard.press('Delete');
  await expect.poll(source).toBe(before);

  // A hyperparameter's value goes to params.yaml, not to the docstring.
  const value = panel.getByRole('textbox', {
    name: 'Value of size_bin_data in the pipeline'
  });
  await page.keyboard.press('Shift+Tab');
  for (let presses = 0; presses < 40; presses += 1) {
    if (await value.evaluate(node => node === document.activeElement)) {
      break;
    }
    await page.keyboard.press('Shift+Tab');
  }
  await expect(value).toBeFocused();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('7');
  await page.keyboard.press('Enter');
  await expect
    .poll(() => readFileSync(join(folder, 'params.yaml'), 'utf-8'))
    .toMatch(/^# How many[^]*\nsize_bin_data: 7\n$/);
  expect(await source()).toBe(before);

  // The role of a cell: its tag is set, and taken back.
  await page.notebook.selectCells(3);
  const role = panel.getByRole('switch', { name: 'Part of the step' });
  await expect(role).toBeChecked();
  await value.focus();
  await tabTo(role);
  await page.keyboard.press('Space');
  await expect(role).not.toBeChecked();
  await expect(page.locator('.jp-Cell').nth(3)).toContainText('no effect');
  await page.keyboard.press('Space');
  await expect(role).toBeChecked();
});

/** What the docstring's cell holds, in the editor. */
async function sourceOf(
  page: IJupyterLabPageFixture,
  cell: number
): Promise<string> {
  return page.evaluate(index => {
    const widget = window.jupyterapp.shell.currentWidget as NotebookPanel;
    return widget.content.model?.cells.get(index).sharedModel.getSource() ?? '';
  }, cell);
}

test('the panel and the dialog of a new step, in every theme', async ({
  page,
  baseURL
}, testInfo) => {
  test.setTimeout(300_000);
  const folder = makeSyncedProject(rootOf(baseURL), 'panellooks');
  const notebook = join(folder, 'notebooks', '2_split.ipynb');
  writeFileSync(
    notebook,
    readFileSync(notebook, 'utf-8').replace(
      ':dvc-out path_to_octals: ./data/octals.txt',
      ':dvc-out path_to_octal: ./data/<b>octals</b>.txt\\n",\n    ":dvc-in: nowhere.csv'
    )
  );
  addCell(
    notebook,
    'extra = open("more.csv").read() + open("less.csv").read()'
  );
  await page.goto();
  const looks = new Looks(page, testInfo);
  const panel = await open(page, 'panellooks/notebooks/2_split.ipynb');
  await expect(panel).toContainText('./data/<b>octals</b>.txt');
  await expect(
    panel.getByRole('button', { name: /^Add \d inputs?$/ })
  ).toBeVisible();
  await looks.at('panel');
  await panel.getByRole('button', { name: 'Edit size_bin_data' }).click();
  const form = panel.getByRole('form');
  await form.getByRole('textbox', { name: 'Name' }).fill('1st');
  await expect(form.getByRole('alert')).toContainText('1st');
  await looks.at('panel-form');
  await form.getByRole('button', { name: 'Cancel' }).click();
  await panel.getByRole('button', { name: 'Stage', exact: true }).click();
  await panel.getByRole('switch').scrollIntoViewIfNeeded();
  await looks.at('panel-below');
  await page.menu.clickMenuItem('File>New>New pipeline step');
  const dialog = page.getByRole('dialog');
  await dialog
    .getByRole('textbox', { name: 'Name of the notebook' })
    .fill('a/b');
  const input = dialog.getByRole('combobox', { name: 'Path of an input' });
  await input.fill('panel');
  await input.press('Enter');
  await dialog.getByRole('button', { name: 'Add hyperparameter' }).click();
  await expect(dialog).toContainText('it has no slash');
  await looks.at('new-step');
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
});

test('panel and docstring follow each other; each edit is one step to undo', async ({
  page,
  baseURL
}) => {
  const folder = makeSyncedProject(rootOf(baseURL), 'follow');
  await page.goto();
  const panel = await open(page, 'follow/notebooks/2_split.ipynb');
  await expect(panel.getByRole('button', { name: 'Add input' })).toBeEnabled();
  const before = await sourceOf(page, 2);
  const docstring = page.locator('.jp-Cell').nth(2);

  // Colours and labels.
  await expect(docstring.locator('.jp-DVCDirective').first()).toHaveText(
    ':param'
  );
  await expect(docstring).toContainText('metadata');
  await expect(page.locator('.jp-Cell').nth(7)).toContainText('no effect');

  // Typing in the docstring: a row comes, and the caret stays.
  await page.notebook.enterCellEditingMode(2);
  await page.evaluate(() => {
    const widget = window.jupyterapp.shell.currentWidget as NotebookPanel;
    const { editor } = widget.content.widgets[2] ?? {};
    const line = (editor?.model.sharedModel.getSource() ?? '')
      .split('\n')
      .findIndex(text => text.startsWith(':dvc-in '));
    editor?.setCursorPosition({ line: line + 1, column: 0 });
  });
  await page.keyboard.type(':dvc-in: data/feed.txt\n');
  await expect(
    panel.getByRole('button', { name: 'Edit data/feed.txt' })
  ).toBeVisible();
  await page.keyboard.type('#');
  expect(await sourceOf(page, 2)).toContain(':dvc-in: data/feed.txt\n#:dvc-');
  await page.keyboard.press('Backspace');

  // Completion on Tab.
  await page.keyboard.type(':dvc-alw');
  await page.keyboard.press('Tab');
  await expect.poll(() => sourceOf(page, 2)).toContain(':dvc-always-changed');
  for (let presses = 0; presses < ':dvc-always-changed'.length; presses += 1) {
    await page.keyboard.press('Backspace');
  }

  // A squiggle with its quick fix.
  await page.keyboard.type(':dvc-inn: data/feed.txt\n');
  await expect(docstring.locator('.cm-lintRange').first()).toBeVisible();

  // The other way round: a form keeps its focus while others type in the docstring.
  await panel.getByRole('button', { name: 'Edit path_to_octals' }).click();
  const text = panel.getByRole('form').getByRole('textbox', { name: 'Text' });
  await text.fill('typed in the form');
  await text.focus();
  await page.evaluate(() => {
    const widget = window.jupyterapp.shell.currentWidget as NotebookPanel;
    const { sharedModel } = widget.content.model?.cells.get(2) ?? {};
    const source = sharedModel?.getSource() ?? '';
    const at = source.indexOf(':param Path path_to_sanitized');
    sharedModel?.updateSource(at, at, ':param int other: theirs\n');
  });
  await expect(
    panel.getByRole('button', { name: 'Edit other', exact: true })
  ).toBeVisible();
  await expect(text).toBeFocused();
  await expect(text).toHaveValue('typed in the form');
  const untouched = await sourceOf(page, 2);
  await page.keyboard.press('Enter');
  await expect
    .poll(() => sourceOf(page, 2))
    .toBe(
      untouched.replace(
        'path_to_octals: one `index=code` a line, the code in octal digits',
        'path_to_octals: typed in the form'
      )
    );
  // One step to undo.
  await page.evaluate(async () => {
    const widget = window.jupyterapp.shell.currentWidget as NotebookPanel;
    widget.content.model?.cells.get(2).sharedModel.undo();
    await Promise.resolve();
  });
  expect(await sourceOf(page, 2)).toBe(untouched);
  expect(untouched).not.toBe(before);

  // A value can be taken back where it was set.
  const params = join(folder, 'params.yaml');
  const values = readFileSync(params, 'utf-8');
  const value = panel.getByRole('textbox', {
    name: 'Value of size_bin_data in the pipeline'
  });
  await value.fill('7');
  await value.press('Enter');
  await expect
    .poll(() => readFileSync(params, 'utf-8'))
    .toContain('size_bin_data: 7');
  await toast(page, 'size_bin_data is now 7')
    .getByRole('button', { name: 'Undo' })
    .click();
  await expect.poll(() => readFileSync(params, 'utf-8')).toBe(values);
  await expect(value).toHaveValue('8');
});

test('what cannot be changed says why, and is left as it is', async ({
  page,
  baseURL
}) => {
  const folder = makeSyncedProject(rootOf(baseURL), 'locked');
  const at = (name: string): string => join(folder, 'notebooks', name);
  const change = (
    name: string,
    act: (cell: { metadata: object; source: string[] | string }) => void
  ): void => {
    const notebook = JSON.parse(readFileSync(at(name), 'utf-8')) as {
      cells: Array<{
        cell_type: string;
        metadata: object;
        source: string[] | string;
      }>;
    };
    const cell = notebook.cells.find(one => one.cell_type === 'code');
    if (cell !== undefined) {
      act(cell);
    }
    writeFileSync(at(name), JSON.stringify(notebook));
  };
  change('1_sanitize.ipynb', cell => {
    cell.metadata = { editable: false };
  });
  change('4_convert_octals.ipynb', cell => {
    cell.source = '"""\n:dvc-in: a.csv\nand on\n:dvc-out x y: b\n"""\nx = 1';
  });
  await page.goto();
  const add = (panel: Locator): Locator =>
    panel.getByRole('button', { name: 'Add input' });

  let panel = await open(page, 'locked/notebooks/1_sanitize.ipynb');
  await expect(panel).toContainText('is not editable');
  await expect(add(panel)).toBeDisabled();

  // What doesn't parse is shown, with its place; what was understood, too.
  panel = await open(page, 'locked/notebooks/4_convert_octals.ipynb');
  await expect(panel.getByRole('button', { name: /^a\.csv/ })).toBeVisible();
  await expect(panel).toContainText('Error:');

  // A second notebook of one name.
  cpSync(at('5_sort.ipynb'), join(folder, '5_sort.ipynb'));
  panel = await open(page, 'locked/5_sort.ipynb');
  await expect(panel).toContainText('5_sort');

  // Changed on disk meanwhile, and read again.
  panel = await open(page, 'locked/notebooks/3_convert_binaries.ipynb');
  change('3_convert_binaries.ipynb', cell => {
    cell.source = '"""\n:dvc-in: from/disk.csv\n"""\nx = 1';
  });
  await page.evaluate(async () => {
    const widget = window.jupyterapp.shell.currentWidget as NotebookPanel;
    await widget.context.revert();
  });
  await expect(
    panel.getByRole('button', { name: 'Edit from/disk.csv' })
  ).toBeVisible();
  await expect(add(panel)).toBeEnabled();
});
