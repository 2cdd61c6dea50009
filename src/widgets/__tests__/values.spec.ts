import { nullTranslator } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import type { IParamRow } from '../../_api';
import { Values } from '../values';

const trans = nullTranslator.load('jupyterlab_dvc');

const ROW: IParamRow = {
  name: 'depth',
  type: 'int',
  text: 'how deep',
  value: '3',
  default: null,
  required: true,
  key: 'tree.depth',
  file: 'params.yaml',
  hyperparameter: true
};

async function form(rows: ReadonlyArray<IParamRow>): Promise<{
  readonly widget: Values;
  readonly made: string[];
  readonly field: (name: string) => HTMLInputElement | HTMLSelectElement;
  readonly type: (name: string, text: string) => Promise<void>;
}> {
  const made: string[] = [];
  const widget = new Values(
    { stage: 'a', rows },
    {
      say: ({ code, args }) => `${code} ${args['value'] ?? ''}`,
      make: name => {
        made.push(name);
      }
    },
    trans
  );
  Widget.attach(widget, document.body);
  const drawn = async (): Promise<void> => {
    await new Promise(resolve => setTimeout(resolve, 30));
  };
  await drawn();
  const field = (name: string): HTMLInputElement | HTMLSelectElement => {
    const found = widget.node.querySelector<HTMLInputElement>(
      `#jp-DVCValues-${name}`
    );
    if (found === null) {
      throw new Error(`no field ${name}`);
    }
    return found;
  };
  return {
    widget,
    made,
    field,
    type: async (name, text) => {
      const element = field(name);
      // As a browser does: React hears of what its own setter didn't do.
      const { set } =
        Object.getOwnPropertyDescriptor(
          Object.getPrototypeOf(element) as object,
          'value'
        ) ?? {};
      set?.call(element, text);
      element.dispatchEvent(
        new Event(element.tagName === 'SELECT' ? 'change' : 'input', {
          bubbles: true
        })
      );
      await drawn();
    }
  };
}

describe('Values', () => {
  it('is ready once a value is another one, and right', async () => {
    const { widget, type, field } = await form([ROW]);
    let changes = 0;
    widget.typed.connect(() => {
      changes += 1;
    });
    expect(widget.isReady).toBe(false);
    await type('depth', 'x');
    expect(widget.isReady).toBe(false);
    expect(field('depth').getAttribute('aria-invalid')).toBe('true');
    expect(widget.node.textContent).toContain('run-value-type x');
    await type('depth', '4');
    expect(widget.isReady).toBe(true);
    expect(widget.getValue()).toEqual({ 'tree.depth': '4' });
    expect(field('depth').getAttribute('aria-invalid')).toBe('false');
    await type('depth', '3');
    expect(widget.isReady).toBe(false);
    expect(changes).toBe(3);
    widget.dispose();
  });

  it('lets a value that the file has wrong already be left alone', async () => {
    const { widget, type } = await form([
      { ...ROW, name: 'rate', key: 'rate', value: 'wrong' },
      ROW
    ]);
    await type('depth', '4');
    expect(widget.isReady).toBe(true);
    expect(widget.getValue()).toEqual({ 'tree.depth': '4' });
    widget.dispose();
  });

  it('offers the values of a type that has few', async () => {
    const { widget, field, type } = await form([
      { ...ROW, type: "Literal['gini', 'entropy']", value: 'gini' }
    ]);
    expect(
      [...field('depth').querySelectorAll('option')].map(one => one.value)
    ).toEqual(['gini', 'entropy']);
    await type('depth', 'entropy');
    expect(widget.getValue()).toEqual({ 'tree.depth': 'entropy' });
    widget.dispose();
  });

  it('shows what is no hyperparameter, and the way to make it one', async () => {
    const { widget, made, field } = await form([
      ROW,
      { ...ROW, name: 'out', type: 'Path', hyperparameter: false, key: null }
    ]);
    expect(field('out').disabled).toBe(true);
    widget.node.querySelector('button')?.click();
    expect(made).toEqual(['out']);
    widget.dispose();
  });

  it('says so where there is nothing to set', async () => {
    const { widget } = await form([
      { ...ROW, hyperparameter: false, key: null }
    ]);
    expect(widget.node.textContent).toContain('No parameter of this step');
    expect(widget.isReady).toBe(false);
    widget.dispose();
  });
});
