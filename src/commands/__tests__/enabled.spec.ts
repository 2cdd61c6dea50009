import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';

import { serverThatAnswers } from '../../__tests__/server';
import type { IRun, IState, IStepState } from '../../_api';
import { run } from '../../runs/__tests__/run';
import { Runs } from '../../runs/runs';
import { Steps } from '../../step/steps';
import { COMMANDS } from '../ids';
import { addCommands } from '..';
import type { IWorkbench } from '../workbench';

const PATH = 'p/a.ipynb';

function step(about: Partial<IStepState> = {}): IStepState {
  return {
    notebook: PATH,
    stage: 'a',
    script: 'p/a.py',
    state: 'stale',
    why: [],
    hyperparameters: true,
    ...about
  };
}

/** The commands of a page whose notebook has a state. */
async function commandsOf(
  about: Partial<IState>,
  selected: ReadonlyArray<{ type: string; path: string }> = []
): Promise<{ readonly commands: CommandRegistry; readonly runs: Runs }> {
  const state: IState = {
    project: 'p',
    rev: '1',
    step: step(),
    run: null,
    stages: [],
    problem: null,
    ...about
  };
  const { settings } = serverThatAnswers(
    () => new Response(JSON.stringify(state))
  );
  const commands = new CommandRegistry();
  const steps = new Steps(settings);
  const runs = new Runs(settings);
  await steps.acquire(PATH).refresh();
  // What the commands take of an application to say what they can do.
  const bench = {
    app: {
      commands,
      serviceManager: { contents: { localPath: (path: string) => path } }
    },
    trans: nullTranslator.load('jupyterlab_dvc'),
    steps,
    runs,
    notebooks: { find: () => undefined, currentWidget: null },
    browsers: {
      tracker: { currentWidget: { selectedItems: () => selected } }
    }
  } as unknown as IWorkbench;
  addCommands(bench);
  return { commands, runs };
}

function enabled(commands: CommandRegistry, args = { path: PATH }): string[] {
  return Object.values(COMMANDS).filter(id => commands.isEnabled(id, args));
}

const ALWAYS = [COMMANDS.preview, COMMANDS.sync];
const LAST = [COMMANDS.check, COMMANDS.showLog];
/** What is asked of a folder, whichever notebook is looked at. */
const ANYWHERE = [COMMANDS.newStep, COMMANDS.init, COMMANDS.repair];
const ON: IRun = run({ project: 'p' });

describe('the commands', () => {
  it.each<[string, Partial<IState>, string[]]>([
    [
      'a step',
      {},
      [
        COMMANDS.runStep,
        COMMANDS.runWith,
        COMMANDS.runPipeline,
        ...LAST,
        COMMANDS.duplicate
      ]
    ],
    [
      'a step without hyperparameters',
      { step: step({ hyperparameters: false }) },
      [COMMANDS.runStep, COMMANDS.runPipeline, ...LAST, COMMANDS.duplicate]
    ],
    [
      'a notebook that is no step',
      { step: step({ state: 'no-step' }) },
      [COMMANDS.runPipeline, ...LAST, COMMANDS.makeStep]
    ],
    ['a notebook in no project', { project: null, step: null }, LAST],
    [
      'a step whose project runs',
      { run: ON },
      [
        COMMANDS.runStep,
        COMMANDS.runWith,
        COMMANDS.runPipeline,
        COMMANDS.check,
        COMMANDS.stop,
        COMMANDS.showLog,
        COMMANDS.duplicate
      ]
    ]
  ])('of %s', async (_, state, more) => {
    const { commands } = await commandsOf(state);
    expect(enabled(commands)).toEqual([...ALWAYS, ...more, ...ANYWHERE]);
  });

  it('offer no stop of a run that is known to have ended', async () => {
    const { commands, runs } = await commandsOf({ run: ON });
    expect(commands.isEnabled(COMMANDS.stop, { path: PATH })).toBe(true);
    runs.adopt({ ...ON, state: 'succeeded' });
    expect(commands.isEnabled(COMMANDS.stop, { path: PATH })).toBe(false);
  });

  it('of a notebook that nobody asked about yet leave it to the server', async () => {
    const { commands } = await commandsOf({});
    expect(enabled(commands, { path: 'p/other.ipynb' })).toEqual([
      ...ALWAYS,
      COMMANDS.runStep,
      COMMANDS.runWith,
      COMMANDS.runPipeline,
      ...LAST,
      COMMANDS.duplicate,
      ...ANYWHERE
    ]);
  });

  it('do nothing to a notebook where there is none', async () => {
    const { commands } = await commandsOf({});
    expect(
      Object.values(COMMANDS).filter(id => commands.isEnabled(id))
    ).toEqual(ANYWHERE);
  });

  it.each([
    ['one notebook', [{ type: 'notebook', path: PATH }], true],
    ['a file', [{ type: 'file', path: 'p/a.py' }], false],
    ['nothing', [], false],
    [
      'two notebooks',
      [
        { type: 'notebook', path: PATH },
        { type: 'notebook', path: 'p/b.ipynb' }
      ],
      false
    ]
  ])('for %s selected in the file browser', async (_, selected, isEnabled) => {
    const { commands } = await commandsOf({}, selected);
    expect(commands.isEnabled(COMMANDS.sync, { fromFileBrowser: true })).toBe(
      isEnabled
    );
  });

  it('have a label, a picture and described arguments, each', async () => {
    const { commands } = await commandsOf({});
    for (const id of Object.values(COMMANDS)) {
      expect(commands.label(id)).not.toBe('');
      expect(commands.caption(id)).not.toBe('');
      expect(commands.icon(id)).toBeDefined();
      expect((await commands.describedBy(id)).args).toMatchObject({
        type: 'object'
      });
    }
    expect(commands.label(COMMANDS.runStep, { force: true })).toBe(
      'Run step again'
    );
  });
});
