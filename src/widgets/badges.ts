import type { NotebookPanel } from '@jupyterlab/notebook';
import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { ICellRole } from '../_api';
import type { ISettings } from '../settings';
import { docstringOf } from '../step/docstring';
import type { DocstringModel } from '../step/docstring';
import { roleOf } from '../step/role';

const BADGE = 'jp-DVCBadge';
/** How long typing pauses before each cell is looked at, in ms: a thousand of them take longer than a key may. */
const PAUSE = 150;

/** A label on each code cell of a step: what it is to the script. */
export class Badges {
  constructor(
    panel: NotebookPanel,
    server: ServerConnection.ISettings,
    settings: ISettings,
    trans: TranslationBundle
  ) {
    this._panel = panel;
    this._settings = settings;
    this._trans = trans;
    this._docstring = docstringOf(panel, server);
    this._docstring.changed.connect(this._schedule, this);
    settings.changed.connect(this._schedule, this);
    panel.content.modelContentChanged.connect(this._onContent, this);
    panel.disposed.connect(this.dispose, this);
    // Only a notebook that can be seen asks for anything.
    this._observer = new IntersectionObserver(entries => {
      this._look(entries.some(entry => entry.isIntersecting));
    });
    this._observer.observe(panel.node);
    this._schedule();
  }

  dispose(): void {
    this._observer.disconnect();
    window.clearTimeout(this._timer);
    cancelAnimationFrame(this._frame);
    this._docstring.changed.disconnect(this._schedule, this);
    this._settings.changed.disconnect(this._schedule, this);
    this._look(false);
    for (const cell of this._panel.content.widgets) {
      this._badges.get(cell.node)?.remove();
    }
  }

  private _look(isLooking: boolean): void {
    if (isLooking === this._isLooking) {
      return;
    }
    this._isLooking = isLooking;
    if (isLooking) {
      this._docstring.look(false);
    } else {
      this._docstring.lookAway(false);
    }
  }

  private _onContent(): void {
    window.clearTimeout(this._timer);
    this._timer = window.setTimeout(() => {
      this._schedule();
    }, PAUSE);
  }

  private _schedule(): void {
    window.clearTimeout(this._timer);
    cancelAnimationFrame(this._frame);
    this._frame = requestAnimationFrame(() => {
      this._draw();
    });
  }

  private _draw(): void {
    const { parsed } = this._docstring;
    if (this._panel.isDisposed || parsed === null) {
      return;
    }
    const isLabelled =
      parsed.start !== null && this._settings.get('cellLabels');
    this._panel.content.widgets.forEach((cell, index) => {
      const role = isLabelled ? roleOf(cell.model, index, parsed) : null;
      this._show(cell.node, role?.role ?? null);
    });
  }

  private _show(cell: HTMLElement, role: ICellRole['role'] | null): void {
    const badge = this._badges.get(cell);
    if (role === null || role === 'empty') {
      badge?.remove();
      this._badges.delete(cell);
      return;
    }
    if (badge?.dataset['role'] === role && badge.parentElement === cell) {
      return;
    }
    const shown = badge ?? document.createElement('span');
    shown.className = BADGE;
    shown.dataset['role'] = role;
    const [word, sentence] = words(role, this._trans);
    shown.textContent = word;
    shown.title = sentence;
    this._badges.set(cell, shown);
    cell.append(shown);
  }

  private readonly _panel: NotebookPanel;
  private readonly _settings: ISettings;
  private readonly _trans: TranslationBundle;
  private readonly _docstring: DocstringModel;
  private readonly _observer: IntersectionObserver;
  private readonly _badges = new WeakMap<HTMLElement, HTMLElement>();
  private _isLooking = false;
  private _frame = 0;
  private _timer = 0;
}

function words(
  role: 'metadata' | 'step' | 'no-effect',
  trans: TranslationBundle
): readonly [string, string] {
  switch (role) {
    case 'metadata':
      return [
        trans.__('metadata'),
        trans.__('The step’s metadata: its values are for the notebook')
      ];
    case 'no-effect':
      return [trans.__('no effect'), trans.__('Left out of the script')];
    default:
      return [trans.__('step'), trans.__('Part of the script')];
  }
}
