import type { NotebookPanel } from '@jupyterlab/notebook';
import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { ICellRole } from '../_api';
import type { ISettings } from '../settings';
import { docstringOf } from '../step/docstring';
import type { DocstringModel } from '../step/docstring';
import { roleOf } from '../step/role';

const BADGE = 'jp-DVCBadge';

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
    panel.content.modelContentChanged.connect(this._schedule, this);
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
    cancelAnimationFrame(this._frame);
    this._docstring.changed.disconnect(this._schedule, this);
    this._settings.changed.disconnect(this._schedule, this);
    this._look(false);
    for (const cell of this._panel.content.widgets) {
      badgeOf(cell.node)?.remove();
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

  private _schedule(): void {
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
      show(cell.node, role?.role ?? null, this._trans);
    });
  }

  private readonly _panel: NotebookPanel;
  private readonly _settings: ISettings;
  private readonly _trans: TranslationBundle;
  private readonly _docstring: DocstringModel;
  private readonly _observer: IntersectionObserver;
  private _isLooking = false;
  private _frame = 0;
}

function show(
  cell: HTMLElement,
  role: ICellRole['role'] | null,
  trans: TranslationBundle
): void {
  const badge = badgeOf(cell);
  if (role === null || role === 'empty') {
    badge?.remove();
    return;
  }
  if (badge?.dataset['role'] === role) {
    return;
  }
  const shown = badge ?? document.createElement('span');
  shown.className = BADGE;
  shown.dataset['role'] = role;
  const [word, sentence] = words(role, trans);
  shown.textContent = word;
  shown.title = sentence;
  if (badge === null) {
    cell.append(shown);
  }
}

function badgeOf(cell: HTMLElement): HTMLElement | null {
  return cell.querySelector<HTMLElement>(`:scope > .${BADGE}`);
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
