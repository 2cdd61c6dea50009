import { serverThatAnswers } from '../../__tests__/server';
import type { IState } from '../../_api';
import { Steps } from '../steps';

function state(rev: string): IState {
  return {
    project: 'p',
    rev,
    step: null,
    run: null,
    stages: [],
    problem: null
  };
}

function answer(rev: string): Response {
  return new Response(JSON.stringify(state(rev)), {
    headers: { ETag: `"${rev}"` }
  });
}

describe('StepModel', () => {
  it('asks once for calls at the same time, and once more for what came meanwhile', async () => {
    const { settings, asked } = serverThatAnswers(() => answer('1'));
    const step = new Steps(settings).acquire('a b.ipynb');
    await Promise.all([step.refresh(), step.refresh(), step.refresh()]);
    expect(asked.length).toBeLessThanOrEqual(2);
    expect(step.state?.rev).toBe('1');
  });

  it('tells of real changes only', async () => {
    let rev = '1';
    const { settings } = serverThatAnswers(() => answer(rev));
    const step = new Steps(settings).acquire('a.ipynb');
    let changes = 0;
    step.stateChanged.connect(() => {
      changes += 1;
    });
    await step.refresh();
    await step.refresh();
    expect(changes).toBe(1);
    rev = '2';
    await step.refresh();
    expect(changes).toBe(2);
  });

  it('keeps what it knows where the server is away, and says so until it is back', async () => {
    const answers: (Response | Error)[] = [
      answer('1'),
      new TypeError('gone'),
      new Response(null, { status: 304 })
    ];
    const { settings } = serverThatAnswers(
      () => answers.shift() ?? answer('9')
    );
    const step = new Steps(settings).acquire('a.ipynb');
    await step.refresh();
    await step.refresh();
    expect(step.failure).toContain('gone');
    expect(step.state?.rev).toBe('1');
    await step.refresh();
    expect(step.failure).toBeNull();
    expect(step.state?.rev).toBe('1');
  });

  it('asks nothing while nobody looks, and what it missed once somebody does', async () => {
    const { settings, asked } = serverThatAnswers(() => answer('1'));
    const step = new Steps(settings).acquire('a.ipynb');
    step.hint();
    step.hint();
    expect(asked).toHaveLength(0);
    step.look();
    await step.refresh();
    expect(asked.length).toBeGreaterThan(0);
    const before = asked.length;
    step.lookAway();
    step.hint();
    expect(asked).toHaveLength(before);
  });

  it('follows the first of many hints at once, and the last', async () => {
    jest.useFakeTimers();
    let rev = '1';
    const { settings, asked } = serverThatAnswers(() => answer(rev));
    const step = new Steps(settings).acquire('a.ipynb');
    step.look();
    await jest.advanceTimersByTimeAsync(1_000);
    const before = asked.length;
    step.hint();
    expect(asked).toHaveLength(before + 1);
    for (let hint = 0; hint < 10; hint += 1) {
      await jest.advanceTimersByTimeAsync(10);
      step.hint();
    }
    rev = '2';
    expect(asked).toHaveLength(before + 1);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(asked).toHaveLength(before + 2);
    expect(step.state?.rev).toBe('2');
    step.hint();
    step.dispose();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(asked).toHaveLength(before + 3);
    jest.useRealTimers();
  });
});

describe('Steps', () => {
  it('shares the model of a path until all gave it back', () => {
    const { settings } = serverThatAnswers(() => answer('1'));
    const steps = new Steps(settings);
    const step = steps.acquire('a.ipynb');
    expect(steps.acquire('a.ipynb')).toBe(step);
    steps.release(step);
    expect(steps.get('a.ipynb')).toBe(step);
    steps.release(step);
    expect(steps.get('a.ipynb')).toBeUndefined();
    steps.release(step);
    expect(steps.all).toEqual([]);
  });
});
