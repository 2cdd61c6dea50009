import type { Event } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';

import { serverThatAnswers } from '../../__tests__/server';
import type { IRun, IState } from '../../_api';
import { run } from '../../runs/__tests__/run';
import type { StepModel } from '../../step/model';
import { Steps } from '../../step/steps';
import { PROJECT_EVENT } from '../../tokens';
import { Watch } from '../watch';

function state(about: Partial<IState>): IState {
  return {
    project: 'p',
    rev: '1',
    step: null,
    run: null,
    stages: [],
    problem: null,
    ...about
  };
}

/** A page with one notebook that somebody looks at, and the events of its server. */
async function page(
  about: Partial<IState> = {},
  echoes = true
): Promise<{
  readonly asked: string[];
  readonly step: StepModel;
  readonly watch: Watch;
  readonly set: (next: Partial<IState>) => void;
  readonly emit: (emission: Partial<Event.Emission>) => void;
  readonly said: Event.Request[];
}> {
  let now = state(about);
  const { settings, asked } = serverThatAnswers(
    () => new Response(JSON.stringify(now))
  );
  const steps = new Steps(settings);
  const source = {};
  const stream = new Signal<unknown, Event.Emission>(source);
  const said: Event.Request[] = [];
  const say = (event: Event.Request): Promise<void> => {
    said.push(event);
    if (echoes) {
      stream.emit({ ...event.data, schema_id: event.schema_id });
    }
    return Promise.resolve();
  };
  const watch = new Watch(
    { stream, emit: say } as unknown as Event.IManager,
    steps
  );
  const step = steps.acquire('p/a.ipynb');
  step.look();
  await step.refresh();
  // What is hinted right after an answer waits a little.
  await pass(300);
  asked.length = 0;
  return {
    asked,
    step,
    watch,
    set: next => {
      now = state(next);
    },
    emit: emission => {
      stream.emit({ schema_id: PROJECT_EVENT, ...emission });
    },
    said
  };
}

/** What is due within some milliseconds has happened, its answers too. */
async function pass(milliseconds: number): Promise<void> {
  await jest.advanceTimersByTimeAsync(milliseconds);
}

/** Once an event has come, a page asks no more by itself. */
async function expectQuietAfterEvent({
  emit,
  asked
}: Awaited<ReturnType<typeof page>>): Promise<void> {
  emit({ project: 'p', rev: '1' });
  await pass(31_000);
  const then = asked.length;
  await pass(600_000);
  expect(asked).toHaveLength(then);
}

const ON: IRun = run({ project: 'p', state: 'queued' });

describe('Watch', () => {
  let watch: Watch | null = null;

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] });
  });

  afterEach(() => {
    watch?.dispose();
    jest.useRealTimers();
  });

  it.each([
    ['another state of the project', { project: 'p', rev: '2' }, 1],
    ['the state that is known', { project: 'p', rev: '1' }, 0],
    ['another project', { project: 'q', rev: '2' }, 0],
    ['something else', { schema_id: 'other', project: 'p', rev: '2' }, 0]
  ])('on an event of %s asks %s %i times', async (_, emission, times) => {
    const on = await page();
    ({ watch } = on);
    on.emit(emission);
    await pass(100);
    expect(on.asked).toHaveLength(times);
  });

  it('asks on focus', async () => {
    const on = await page();
    ({ watch } = on);
    window.dispatchEvent(new Event('focus'));
    await pass(100);
    expect(on.asked).toHaveLength(1);
  });

  it('asks nothing by itself where nothing runs', async () => {
    const on = await page();
    ({ watch } = on);
    await pass(600_000);
    expect(on.asked).toHaveLength(0);
  });

  it('says once what it knows, to hear whether events come', async () => {
    const on = await page();
    ({ watch } = on);
    window.dispatchEvent(new Event('focus'));
    await pass(600_000);
    expect(on.said).toEqual([
      {
        schema_id: PROJECT_EVENT,
        version: '1',
        data: { project: 'p', rev: '1' }
      }
    ]);
  });

  it('says nothing of a notebook in no project', async () => {
    const on = await page({ project: null });
    ({ watch } = on);
    await pass(600_000);
    expect(on.said).toEqual([]);
  });

  it('asks every 30 s where no event comes, until one does', async () => {
    const on = await page({}, false);
    ({ watch } = on);
    await pass(41_000);
    expect(on.asked).toHaveLength(1);
    await pass(60_000);
    expect(on.asked).toHaveLength(3);
    await expectQuietAfterEvent(on);
    expect(on.said).toHaveLength(1);
  });

  it('asks every 30 s while a run is on, and no more when it ended', async () => {
    const on = await page({ run: ON });
    ({ watch } = on);
    await pass(29_000);
    expect(on.asked).toHaveLength(0);
    await pass(2_000);
    expect(on.asked).toHaveLength(1);
    await pass(30_000);
    expect(on.asked).toHaveLength(2);
    on.set({ rev: '2', run: null });
    await pass(30_000);
    expect(on.asked).toHaveLength(3);
    await pass(600_000);
    expect(on.asked).toHaveLength(3);
  });

  it('takes a run that began from the event alone', async () => {
    const on = await page({ run: ON });
    ({ watch } = on);
    on.set({ rev: '2', run: { ...ON, state: 'running' } });
    on.emit({ project: 'p', rev: '2' });
    await pass(100);
    expect(on.step.state?.run?.state).toBe('running');
  });

  it('asks at once after an action, and goes on where no event echoes it', async () => {
    const on = await page();
    ({ watch } = on);
    on.watch.acted();
    await pass(100);
    expect(on.asked).toHaveLength(1);
    await pass(9_000);
    expect(on.asked).toHaveLength(1);
    await pass(32_000);
    expect(on.asked).toHaveLength(2);
    await pass(60_000);
    expect(on.asked).toHaveLength(4);
    // Events come after all.
    await expectQuietAfterEvent(on);
  });

  it('is quiet after an action whose event came', async () => {
    const on = await page();
    ({ watch } = on);
    on.watch.acted();
    on.emit({ project: 'p', rev: '1' });
    await pass(600_000);
    expect(on.asked).toHaveLength(1);
  });

  it('asks nothing once it is disposed', async () => {
    const on = await page({ run: ON });
    on.watch.dispose();
    expect(on.watch.isDisposed).toBe(true);
    on.emit({ project: 'p', rev: '2' });
    window.dispatchEvent(new Event('focus'));
    await pass(600_000);
    expect(on.asked).toHaveLength(0);
  });
});
