import { nullTranslator } from '@jupyterlab/translation';

import type { IError } from '../_api';
import { describe as sentenceOf } from '../problem';
import { payload } from './server';

const trans = nullTranslator.load('jupyterlab_dvc');

describe('describe', () => {
  it.each(['refused', 'unexpected'])(
    'says of %s what the server half says',
    async name => {
      const error = JSON.parse(payload(name)) as IError;
      expect(await sentenceOf(error, trans)).toEqual({
        text: error.message,
        hint: error.hint
      });
    }
  );

  it.each(['of-a-later-release', 'constructor', '__proto__'])(
    'says the English sentence where the code is %s',
    async code => {
      const error = { ...(JSON.parse(payload('refused')) as IError), code };
      expect(await sentenceOf(error, trans)).toEqual({
        text: error.message,
        hint: error.hint
      });
    }
  );

  it('says what to do in the page, not what to type', async () => {
    const error: IError = {
      ...(JSON.parse(payload('refused')) as IError),
      code: 'script-edited',
      args: {}
    };
    const { text, hint } = await sentenceOf(error, trans);
    expect(text).toContain('edited by hand');
    expect(hint).toContain('Overwrite and sync');
  });

  it('has the page’s own words for every error that it has some for', async () => {
    const { MESSAGES } = await import('../_messages');
    const { PAGE_HINTS } = await import('../pageHints');
    expect(
      Object.keys(PAGE_HINTS).filter(code => !Object.hasOwn(MESSAGES, code))
    ).toEqual([]);
    // What is to be typed has no place in a page.
    const typed = Object.entries(MESSAGES)
      .filter(([, say]) =>
        /jupyterlab-dvc sync|ipynb_to_|--force|with -f\b/.test(
          say(trans, {}).hint
        )
      )
      .map(([code]) => code)
      .filter(code => !Object.hasOwn(PAGE_HINTS, code));
    expect(typed).toEqual([]);
  });
});
