import { nullTranslator } from '@jupyterlab/translation';

import type { IVariant, IVariants } from '../../../_api';
import { drawn } from '../../__tests__/drawn';
import { Variants } from '../variants';

const trans = nullTranslator.load('jupyterlab_dvc');

const LISTED: IVariants = {
  stage: 'train',
  etag: 'e',
  params: [],
  paths: [],
  variants: [],
  obstacle: null,
  diff: '',
  undo: null
};
const LOUD: IVariant = {
  name: 'loud',
  values: {},
  paths: {},
  matrix: {},
  problems: [],
  mend: null,
  diff: ''
};
const COMMAND = {
  code: 'variant-command',
  args: {},
  message: '',
  path: null,
  cell: null,
  line: null,
  hint: ''
};

function variants(listed: IVariants | null): Promise<HTMLElement> {
  const nothing = (): void => undefined;
  return drawn(
    <Variants
      listed={listed}
      failure={listed === null ? 'no answer' : null}
      stages={[]}
      trans={trans}
      describe={({ code }) => `why: ${code}`}
      actions={{
        add: nothing,
        run: nothing,
        edit: nothing,
        remove: () => Promise.resolve(),
        mend: nothing
      }}
    />
  );
}

function button(node: HTMLElement, label: string): HTMLButtonElement {
  const found = node.querySelector<HTMLButtonElement>(
    `button[aria-label="${label}"]`
  );
  if (found === null) {
    throw new Error(`no button ${label}`);
  }
  return found;
}

describe('Variants', () => {
  it('offers another one', async () => {
    const node = await variants(LISTED);
    expect(button(node, 'Duplicate step…').disabled).toBe(false);
    expect(node.textContent).toContain('None.');
  });

  it('says before anybody asks why there can be no further one', async () => {
    const node = await variants({
      ...LISTED,
      variants: [LOUD],
      obstacle: COMMAND
    });
    const add = button(node, 'Duplicate step…');
    expect(add.disabled).toBe(true);
    expect(add.title).toBe('why: variant-command');
    expect(node.textContent).toContain('why: variant-command');
    // One that is there can still go.
    expect(button(node, 'Remove loud').disabled).toBe(false);
  });

  it('says it instead of that there are none', async () => {
    const node = await variants({ ...LISTED, stage: '', obstacle: COMMAND });
    expect(node.textContent).toContain('why: variant-command');
    expect(node.textContent).not.toContain('None.');
  });

  it('offers nothing while the list isn’t known', async () => {
    const node = await variants(null);
    expect(button(node, 'Duplicate step…').disabled).toBe(true);
    expect(node.textContent).toContain('no answer');
  });
});
