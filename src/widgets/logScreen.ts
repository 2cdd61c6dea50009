import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import type { ISpan } from '../runs/screen';
import { Screen } from '../runs/screen';

const KEPT_LINES = 4_000;
/** What is drawn at a time; of what comes faster, the last part is. */
const MOST_AT_ONCE = 200_000;
const FRAME = 100;

/** The end of a log as a terminal would show it; drawn at most ten times a second. */
export class LogScreen extends Widget {
  constructor(trans: TranslationBundle) {
    super();
    this.addClass('jp-DVCLog-screen');
    this.trans = trans;
    this.node.setAttribute('role', 'log');
    this.node.setAttribute('aria-label', trans.__('Output of the run'));
    // Whoever can't see it reads it on demand: it may be thousands of lines a second.
    this.node.setAttribute('aria-live', 'off');
    this.node.tabIndex = 0;
    this._lines = document.createElement('pre');
    this.node.append(this._lines);
    this.node.addEventListener('scroll', this._onScroll, { passive: true });
  }

  protected readonly trans: TranslationBundle;

  /** Take bytes of the log. */
  bytes(chunk: Uint8Array): void {
    this._pending.push(chunk);
    this._pendingSize += chunk.length;
    while (this._pendingSize > 2 * MOST_AT_ONCE && this._pending.length > 1) {
      const oldest = this._pending.shift();
      this._pendingSize -= oldest?.length ?? 0;
      this._skipped += oldest?.length ?? 0;
    }
    this._schedule();
  }

  /** Say that a part isn't shown. */
  skip(bytes: number): void {
    this._flush();
    this._skipped += bytes;
    this._schedule();
  }

  override dispose(): void {
    clearTimeout(this._timer);
    this.node.removeEventListener('scroll', this._onScroll);
    super.dispose();
  }

  private _schedule(): void {
    if (this._timer === 0) {
      this._timer = window.setTimeout(() => {
        this._timer = 0;
        this._flush();
        this._draw();
      }, FRAME);
    }
  }

  private _flush(): void {
    if (this._skipped > 0) {
      this._screen.write(
        `\r\n\u001b[0;7m${this.trans.__(
          '… %1 kB came too fast to be shown; they are in the whole log …',
          Math.ceil(this._skipped / 1000)
        )}\u001b[0m\r\n`
      );
      this._skipped = 0;
      // What was left out may have ended within a character.
      this._decoder = new TextDecoder();
    }
    for (const chunk of this._pending) {
      this._screen.write(this._decoder.decode(chunk, { stream: true }));
    }
    this._pending = [];
    this._pendingSize = 0;
  }

  private _draw(): void {
    const screen = this._screen;
    while (this._drawnFirst < screen.first) {
      this._lines.firstChild?.remove();
      this._drawnFirst += 1;
      if (this._lines.firstChild === null) {
        this._drawnFirst = screen.first;
      }
    }
    const nodes = this._lines.children;
    while (nodes.length > Math.max(screen.dirty - screen.first, 0)) {
      this._lines.lastChild?.remove();
    }
    const fresh = document.createDocumentFragment();
    for (
      let number = screen.first + nodes.length;
      number < screen.first + screen.length;
      number += 1
    ) {
      fresh.append(lineNode(screen.line(number)));
    }
    this._lines.append(fresh);
    screen.clean();
    if (this._isAtEnd) {
      this.node.scrollTop = this.node.scrollHeight;
    }
  }

  private readonly _onScroll = (): void => {
    const { scrollTop, scrollHeight, clientHeight } = this.node;
    this._isAtEnd = scrollTop + clientHeight >= scrollHeight - 24;
  };

  private readonly _screen = new Screen(KEPT_LINES);
  private readonly _lines: HTMLPreElement;
  private _decoder = new TextDecoder();
  private _pending: Uint8Array[] = [];
  private _pendingSize = 0;
  private _skipped = 0;
  private _drawnFirst = 0;
  private _isAtEnd = true;
  private _timer = 0;
}

function lineNode(spans: ReadonlyArray<ISpan>): HTMLElement {
  const line = document.createElement('div');
  line.className = 'jp-DVCLog-line';
  for (const { text, style } of spans) {
    const { classes, color, background } = style;
    if (classes.length === 0 && color === null && background === null) {
      line.append(text);
      continue;
    }
    const span = document.createElement('span');
    span.className = classes.join(' ');
    // What has a background of its own is as the paper where it has no colour.
    span.classList.toggle(
      'jp-mod-onColor',
      background !== null && color === null
    );
    span.style.color = color ?? '';
    span.style.backgroundColor = background ?? '';
    span.textContent = text;
    line.append(span);
  }
  // An empty line is as high as the others, and copied as one.
  line.append('\n');
  return line;
}
