import type { NotebookPanel } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';

import { draftOf } from '../draft';
import type { Draft } from '../draft';

/** What a draft takes of an open notebook: its sources, and what tells of saving. */
class Page {
  readonly sources = ['a', 'b'];
  readonly saveState = new Signal<this, string>(this);
  readonly fileChanged = new Signal<this, void>(this);
  readonly disposed = new Signal<this, void>(this);
  readonly model = {
    dirty: false,
    contentChanged: new Signal<this, void>(this),
    stateChanged: new Signal<this, void>(this)
  };
  readonly panel: NotebookPanel;

  constructor() {
    const { sources } = this;
    this.panel = {
      context: {
        ready: Promise.resolve(),
        isDisposed: false,
        model: this.model,
        saveState: this.saveState,
        fileChanged: this.fileChanged,
        disposed: this.disposed
      },
      content: {
        model: {
          get cells() {
            return sources.map(source => ({
              sharedModel: { getSource: () => source }
            }));
          }
        }
      }
    } as unknown as NotebookPanel;
  }

  async opened(): Promise<Draft> {
    const draft = draftOf(this.panel);
    await Promise.resolve();
    await Promise.resolve();
    return draft;
  }

  type(source: string): void {
    this.sources[0] = source;
    this.touch();
  }

  /** Something changed that may be no source. */
  touch(): void {
    this.model.dirty = true;
    this.model.contentChanged.emit();
    jest.advanceTimersByTime(300);
  }

  save(meanwhile: () => void = () => undefined): void {
    this.saveState.emit('started');
    meanwhile();
    this.model.dirty = false;
    this.saveState.emit('completed');
  }
}

describe('Draft', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('is unsaved when a source is typed, and no longer when it is typed back', async () => {
    const page = new Page();
    const draft = await page.opened();
    const told: boolean[] = [];
    draft.changed.connect(() => told.push(draft.isUnsaved));
    expect(draft.isUnsaved).toBe(false);
    page.type('x');
    expect(draft.isUnsaved).toBe(true);
    page.type('a');
    expect(draft.isUnsaved).toBe(false);
    expect(told).toEqual([true, false]);
  });

  it('is saved where only outputs and metadata differ from the file', async () => {
    const page = new Page();
    const draft = await page.opened();
    page.touch();
    expect(draft.isUnsaved).toBe(false);
  });

  it('is saved after a save', async () => {
    const page = new Page();
    const draft = await page.opened();
    page.type('x');
    page.save();
    expect(draft.isUnsaved).toBe(false);
    page.type('a');
    expect(draft.isUnsaved).toBe(true);
  });

  it('stays unsaved where something is typed while it is saved', async () => {
    const page = new Page();
    const draft = await page.opened();
    page.type('x');
    page.save(() => {
      page.sources[0] = 'y';
    });
    page.touch();
    expect(draft.isUnsaved).toBe(true);
  });

  it('stays unsaved where a save fails', async () => {
    const page = new Page();
    const draft = await page.opened();
    page.type('x');
    page.saveState.emit('started');
    page.saveState.emit('failed');
    page.touch();
    expect(draft.isUnsaved).toBe(true);
  });

  it('is unsaved where it was opened with changes of another session', async () => {
    const page = new Page();
    page.model.dirty = true;
    const draft = await page.opened();
    expect(draft.isUnsaved).toBe(true);
  });

  it('takes the file that was loaded anew', async () => {
    const page = new Page();
    const draft = await page.opened();
    page.type('x');
    page.model.dirty = false;
    page.fileChanged.emit();
    expect(draft.isUnsaved).toBe(false);
    page.touch();
    expect(draft.isUnsaved).toBe(false);
  });

  it('is one for all views of a notebook', async () => {
    const page = new Page();
    const draft = await page.opened();
    expect(draftOf(page.panel)).toBe(draft);
  });
});
