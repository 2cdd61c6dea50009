import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import { Widget } from '@lumino/widgets';

import { german } from '../../__tests__/german';
import type { IReason } from '../../_api';
import { describeReasons } from '../../problem';
import { conditionLabel } from '../../step/label';
import { StepButton } from '../stepButton';
import { until } from './drawn';

const FEED: IReason = {
  code: 'dep-modified',
  args: { path: 'data/feed.txt' },
  message: 'data/feed.txt was modified'
};
const COMMAND: IReason = {
  code: 'command-changed',
  args: {},
  message: 'Its command changed'
};
const LATER: IReason = {
  code: 'of-a-later-release',
  args: {},
  message: 'Something else'
};

class Shown extends ReactWidget {
  constructor(
    why: ReadonlyArray<IReason>,
    protected readonly trans: TranslationBundle,
    describe?: (reasons: ReadonlyArray<IReason>) => Promise<string[]>
  ) {
    super();
    this._why = why;
    this._describe = describe ?? (reasons => describeReasons(reasons, trans));
    Widget.attach(this, document.body);
  }

  get button(): HTMLButtonElement | null {
    return this.node.querySelector('button');
  }

  draw(why: ReadonlyArray<IReason>): void {
    this._why = why;
    this.update();
  }

  /** Wait for this tooltip. */
  says(...lines: string[]): Promise<void> {
    const title = lines.join('\n');
    return until(this.node, () => this.button?.title === title);
  }

  protected render(): JSX.Element {
    return (
      <StepButton
        label={{ ...conditionLabel('stale', this.trans), why: this._why }}
        isOpen={false}
        trans={this.trans}
        describe={this._describe}
        onOpen={() => undefined}
      />
    );
  }

  private _why: ReadonlyArray<IReason>;
  private readonly _describe: (
    reasons: ReadonlyArray<IReason>
  ) => Promise<string[]>;
}

describe('StepButton', () => {
  it('says its reasons in English until somebody looks', async () => {
    const describe = jest.fn(() => Promise.resolve([]));
    const shown = new Shown([FEED, FEED, LATER], german(), describe);
    await shown.says(
      'DVC: Veraltet',
      'data/feed.txt was modified',
      'Something else'
    );
    expect(shown.button?.getAttribute('aria-label')).toBe('DVC: Veraltet');
    expect(describe).not.toHaveBeenCalled();
    shown.dispose();
  });

  it.each(['mouseover', 'focusin'])(
    'says them in the user’s language on %s, and those that come later',
    async type => {
      const shown = new Shown([FEED, FEED, LATER], german());
      await until(shown.node, () => shown.button !== null);
      shown.button?.dispatchEvent(new Event(type, { bubbles: true }));
      await shown.says(
        'DVC: Veraltet',
        'data/feed.txt wurde geändert',
        'Something else'
      );
      shown.draw([COMMAND]);
      await shown.says('DVC: Veraltet', 'Der Befehl hat sich geändert');
      shown.draw([]);
      await shown.says('DVC: Veraltet');
      shown.dispose();
    }
  );

  it('stays in English where the sentences can’t be loaded', async () => {
    const describe = jest.fn(() => Promise.reject(new Error('gone')));
    const shown = new Shown([FEED], german(), describe);
    await until(shown.node, () => shown.button !== null);
    shown.button?.dispatchEvent(new Event('focusin', { bubbles: true }));
    shown.draw([COMMAND]);
    await shown.says('DVC: Veraltet', 'Its command changed');
    expect(describe).toHaveBeenCalled();
    shown.dispose();
  });
});
