import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

import type { ISpan } from '../runs/screen';
import { Screen } from '../runs/screen';

const KEPT_LINES = 4_000;
/** Bytes that are drawn at a time: the page has to answer meanwhile. */
const MOST_AT_ONCE = 64_000;
/** How far drawing may fall behind; what is older then isn't shown. */
const MOST_PENDING = 2_000_000;
const FRAME = 100;
const NEXT_FRAME = 40;

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

  /** What came while nobody could see it is below. */
  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._scroll();
  }

  protected override onResize(message: Widget.ResizeMessage): void {
    super.onResize(message);
    this._scroll();
  }

  /** Take bytes of the log. */
  bytes(chunk: Uint8Array): void {
    this._pending.push(chunk);
    this._pendingSize += chunk.length;
    if (this._pendingSize > MOST_PENDING) {
      // Half of it, so that one note stands for many chunks.
      this._leaveOut(MOST_PENDING / 2);
    }
    this._schedule(FRAME);
  }

  /** Say that a part isn't shown. */
  skip(bytes: number): void {
    this._pending.push(bytes);
    this._schedule(FRAME);
  }

  override dispose(): void {
    clearTimeout(this._timer);
    this.node.removeEventListener('scroll', this._onScroll);
    super.dispose();
  }

  private _schedule(wait: number): void {
    if (this._timer === 0) {
      this._timer = window.setTimeout(() => {
        this._timer = 0;
        this._write(MOST_AT_ONCE);
        this._draw();
        if (this._pending.length > 0) {
          this._schedule(NEXT_FRAME);
        }
      }, wait);
    }
  }

  private _write(most: number): void {
    let room = most;
    while (room > 0) {
      const next = this._pending.shift();
      if (next === undefined) {
        return;
      }
      if (typeof next === 'number') {
        this._note(next);
        continue;
      }
      const part = next.subarray(0, room);
      if (part.length < next.length) {
        this._pending.unshift(next.subarray(part.length));
      }
      room -= part.length;
      this._pendingSize -= part.length;
      this._screen.write(this._decoder.decode(part, { stream: true }));
    }
  }

  private _note(skipped: number): void {
    this._screen.write(
      `\r\n\u001b[0;7m${this.trans.__(
        '… %1 kB came too fast to be shown; they are in the whole log …',
        Math.ceil(skipped / 1000)
      )}\u001b[0m\r\n`
    );
    // What was left out may have ended within a character.
    this._decoder = new TextDecoder();
  }

  /** Take the oldest away, until no more than so many bytes are left. */
  private _leaveOut(left: number): void {
    let skipped = 0;
    while (this._pendingSize > left || typeof this._pending[0] === 'number') {
      const oldest = this._pending.shift() ?? 0;
      skipped += typeof oldest === 'number' ? oldest : oldest.length;
      this._pendingSize -= typeof oldest === 'number' ? 0 : oldest.length;
    }
    this._pending.unshift(skipped);
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
    this._scroll();
  }

  private _scroll(): void {
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
  /** Bytes, and how many were left out between them. */
  private readonly _pending: (Uint8Array | number)[] = [];
  private _pendingSize = 0;
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
