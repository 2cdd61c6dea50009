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
});
