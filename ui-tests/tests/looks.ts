import { AxeBuilder } from '@axe-core/playwright';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect } from '@playwright/test';
import type { Page, TestInfo } from '@playwright/test';

import { picture } from './workbench';

/** The themes that come with JupyterLab, by what a picture's name says of them. */
const THEMES = [
  ['light', 'JupyterLab Light'],
  ['dark', 'JupyterLab Dark'],
  ['dark-contrast', 'JupyterLab Dark High Contrast']
] as const;

/**
 * All that the extension made, and nothing of JupyterLab's: what is in a menu
 * is Lumino's, separators that it lets take the focus among them.
 */
const OURS = '[class*="jp-DVC"]:not(.lm-Menu)';

/** What axe has against the extension's nodes in a page. */
export async function violations(
  page: Page,
  only: ReadonlyArray<string> = []
): Promise<string[]> {
  const builder = new AxeBuilder({ page }).include(OURS).setLegacyMode(true);
  const { violations: found } = await (
    only.length === 0 ? builder : builder.withRules([...only])
  ).analyze();
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) =>
      [id, target.join(' '), failureSummary ?? ''].join('\n')
    )
  );
}

/** Looks at views in every theme: a picture of each for people, and axe's word on it. */
export class Looks {
  constructor(
    private readonly _page: IJupyterLabPageFixture,
    private readonly _testInfo: TestInfo
  ) {}

  /** Do something in every theme; it begins with the one that is on. */
  async inEach(act: (theme: string) => Promise<void>): Promise<void> {
    const order = this._isBackwards ? [...THEMES].reverse() : THEMES;
    this._isBackwards = !this._isBackwards;
    for (const [name, theme] of order) {
      if (theme !== this._theme) {
        await this._page.theme.setTheme(theme);
        this._theme = theme;
      }
      await act(name);
    }
  }

  /**
   * Leave a picture of the view in every theme; no theme may break a rule of axe's.
   *
   * @param show - Brings out what a change of the theme takes away, such as a tooltip.
   */
  async at(
    view: string,
    show: () => Promise<void> = () => Promise.resolve()
  ): Promise<void> {
    let isFirst = true;
    await this.inEach(async theme => {
      await show();
      await picture(this._page, this._testInfo, `${view}-${theme}`);
      // Galata's page is one of Playwright's, with another type of `goto`.
      const page = this._page as unknown as Page;
      // Only colours change with the theme.
      const found = await violations(page, isFirst ? [] : ['color-contrast']);
      isFirst = false;
      expect.soft(found, `${view}, ${theme}`).toEqual([]);
    });
  }

  private _isBackwards = false;
  private _theme: string = THEMES[0][1];
}
