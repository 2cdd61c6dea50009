/** How a piece of a line looks: classes and colours as the stylesheet knows them, or colours that a program gave. */
export interface IStyle {
  readonly classes: ReadonlyArray<string>;
  readonly color: string | null;
  readonly background: string | null;
}

/** A piece of a line in one style. */
export interface ISpan {
  readonly text: string;
  readonly style: IStyle;
}

export const PLAIN: IStyle = { classes: [], color: null, background: null };

/** The names in the stylesheet, in the order of the codes; null is black and white. */
const COLORS = [
  null,
  'red',
  'green',
  'yellow',
  'blue',
  'magenta',
  'cyan',
  null
] as const;

/** A background of black or white: that of the text, on which text is as the paper. */
const INVERSE = 'var(--jp-content-font-color1)';

/* eslint-disable no-control-regex -- control characters are what a terminal's text is made of */
// A control sequence, a command of the operating system (titles, links), another escape, or a control character.
const CONTROL =
  /\x1b\[([0-9:;<=>?]*)[ -/]*([@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()*+][ -~]|\x1b[^[\]()*+]|[\x00-\x1f\x7f]/g;
// What may still become a sequence when more text comes.
const UNFINISHED =
  /\x1b(?:\[[0-9:;<=>?]*[ -/]*|\][^\x07\x1b]{0,4096}\x1b?|[()*+])?$/;
/* eslint-enable no-control-regex */

/** A line longer than this goes on in the next one: nobody reads it, and a browser can't lay it out. */
const MAX_COLUMNS = 10_000;

/**
 * What a terminal would show of a program's output, as lines.
 *
 * Carriage returns overwrite, cursor movements go up and down, colours are
 * kept; positions count UTF-16 units, which is enough for progress bars.
 */
export class Screen {
  /** @param limit - How many lines are kept; the oldest go first. */
  constructor(limit: number) {
    this._limit = limit;
  }

  /** How many lines went away at the top. */
  get first(): number {
    return this._first;
  }

  get length(): number {
    return this._lines.length;
  }

  /** The lowest line that changed since {@link clean}, counted from the first one ever. */
  get dirty(): number {
    return this._dirty;
  }

  clean(): void {
    this._dirty = this._first + this._lines.length;
  }

  /** A line, by its number from the first one ever. */
  line(number: number): ReadonlyArray<ISpan> {
    return this._lines[number - this._first] ?? [];
  }

  write(text: string): void {
    const all = this._rest + text;
    const open = UNFINISHED.exec(all);
    const end = open === null ? all.length : open.index;
    this._rest = all.slice(end);
    let at = 0;
    CONTROL.lastIndex = 0;
    for (
      let match = CONTROL.exec(all);
      match !== null && match.index < end;
      match = CONTROL.exec(all)
    ) {
      this._put(all.slice(at, match.index));
      this._control(match);
      at = match.index + match[0].length;
    }
    this._put(all.slice(at, end));
    this._trim();
  }

  private _control(match: RegExpExecArray): void {
    const [whole, parameters, final] = match;
    if (final !== undefined) {
      this._sequence(parameters ?? '', final);
    } else if (whole === '\n') {
      this._down(1);
      this._column = 0;
    } else if (whole === '\r') {
      this._column = 0;
    } else if (whole === '\b') {
      this._column = Math.max(this._column - 1, 0);
    } else if (whole === '\t') {
      this._put(' '.repeat(8 - (this._column % 8)));
    }
  }

  private _sequence(parameters: string, final: string): void {
    const count = Math.max(Number.parseInt(parameters, 10) || 1, 1);
    switch (final) {
      case 'm':
        this._style = styled(this._style, parameters);
        break;
      case 'A':
      case 'F':
        this._row = Math.max(this._row - count, 0);
        break;
      case 'B':
      case 'E':
        this._down(Math.min(count, 100));
        break;
      case 'C':
        this._column = Math.min(this._column + count, MAX_COLUMNS);
        break;
      case 'D':
        this._column = Math.max(this._column - count, 0);
        break;
      case 'G':
        this._column = Math.min(count - 1, MAX_COLUMNS);
        break;
      case 'K':
        this._erase(parameters);
        break;
      case 'J':
        this._erase('0');
        if (parameters === '' || parameters === '0') {
          this._touch();
          this._lines.length = this._row + 1;
        }
        break;
    }
    if (final === 'E' || final === 'F') {
      this._column = 0;
    }
  }

  private _touch(): void {
    this._dirty = Math.min(this._dirty, this._first + this._row);
  }

  private _down(count: number): void {
    this._row += count;
    while (this._lines.length <= this._row) {
      this._lines.push([]);
    }
    // Bounded while one chunk is written, too.
    if (this._lines.length > 2 * this._limit) {
      this._trim();
    }
  }

  private _put(text: string): void {
    let rest = text;
    while (rest !== '') {
      const room = MAX_COLUMNS - this._column;
      if (room <= 0) {
        this._down(1);
        this._column = 0;
        continue;
      }
      const piece = rest.slice(0, room);
      rest = rest.slice(room);
      this._touch();
      const line = this._lines[this._row] ?? [];
      this._lines[this._row] = overwritten(line, this._column, {
        text: piece,
        style: this._style
      });
      this._column += piece.length;
    }
  }

  private _erase(parameters: string): void {
    this._touch();
    const line = this._lines[this._row] ?? [];
    this._lines[this._row] =
      parameters === '2'
        ? []
        : parameters === '1'
          ? overwritten(line, 0, {
              text: ' '.repeat(this._column),
              style: PLAIN
            })
          : cut(line, 0, this._column);
  }

  private _trim(): void {
    const excess = this._lines.length - this._limit;
    if (excess > 0) {
      this._lines.splice(0, excess);
      this._first += excess;
      this._row = Math.max(this._row - excess, 0);
      this._dirty = Math.max(this._dirty, this._first);
    }
  }

  private readonly _limit: number;
  private readonly _lines: ISpan[][] = [[]];
  private _first = 0;
  private _row = 0;
  private _column = 0;
  private _dirty = 0;
  private _rest = '';
  private _style = PLAIN;
}

/** A line with a piece put over it; blanks fill up to where the piece begins. */
function overwritten(line: ISpan[], column: number, piece: ISpan): ISpan[] {
  const length = line.reduce((sum, { text }) => sum + text.length, 0);
  const last = line.at(-1);
  if (column === length && last?.style === piece.style) {
    line[line.length - 1] = {
      text: last.text + piece.text,
      style: last.style
    };
    return line;
  }
  const before = cut(line, 0, column);
  if (column > length) {
    before.push({ text: ' '.repeat(column - length), style: PLAIN });
  }
  return [...before, piece, ...cut(line, column + piece.text.length, length)];
}

/** The spans between two columns. */
function cut(line: ReadonlyArray<ISpan>, from: number, to: number): ISpan[] {
  const kept: ISpan[] = [];
  let at = 0;
  for (const { text, style } of line) {
    const piece = text.slice(Math.max(from - at, 0), Math.max(to - at, 0));
    if (piece !== '') {
      kept.push({ text: piece, style });
    }
    at += text.length;
  }
  return kept;
}

/** A style after a sequence of SGR codes; what isn't known changes nothing. */
function styled(style: IStyle, parameters: string): IStyle {
  const codes = parameters
    .split(/[;:]/)
    .map(code => Number.parseInt(code, 10) || 0);
  let { classes, color, background } = style;
  const set = (name: string, isOn: boolean): void => {
    classes = classes.filter(one => one !== name);
    if (isOn) {
      classes = [...classes, name];
    }
  };
  for (let i = 0; i < codes.length; i += 1) {
    const code = codes[i] ?? 0;
    if (code === 0) {
      ({ classes, color, background } = PLAIN);
    } else if (code === 1 || code === 3 || code === 4 || code === 7) {
      set(`jp-mod-${ATTRIBUTES[code]}`, true);
    } else if (code === 22) {
      set('jp-mod-bold', false);
    } else if (code === 23) {
      set('jp-mod-italic', false);
    } else if (code === 24) {
      set('jp-mod-underline', false);
    } else if (code === 27) {
      set('jp-mod-inverse', false);
    } else if (code === 38 || code === 48) {
      const [value, used] = numbered(codes.slice(i + 1));
      i += used;
      if (code === 38) {
        color = value;
      } else {
        background = value;
      }
    } else if (code === 39 || named(code, 30)) {
      color = code === 39 ? null : themed(code, 30);
    } else if (code === 49 || named(code, 40)) {
      background = code === 49 ? null : (themed(code, 40) ?? INVERSE);
    }
  }
  return { classes, color, background };
}

const ATTRIBUTES = {
  1: 'bold',
  3: 'italic',
  4: 'underline',
  7: 'inverse'
} as const;

function named(code: number, base: number): boolean {
  const bright = base + 60;
  return (
    (code >= base && code < base + 8) || (code >= bright && code < bright + 8)
  );
}

/**
 * The theme's idea of a named colour, from the stylesheet; null where it is the text's own.
 *
 * Black and white aren't readable in every theme; the others look the same bright.
 */
function themed(code: number, base: number): string | null {
  if (code === base + 60) {
    return 'var(--jp-dvc-log-grey)';
  }
  const name = COLORS[(code - base) % 60];
  return name ? `var(--jp-dvc-log-${name})` : null;
}

/** A colour of the 256, or one of its own, and how many codes tell it. */
function numbered(codes: ReadonlyArray<number>): [string | null, number] {
  const [kind, a = 0, b = 0, c = 0] = codes;
  if (kind === 2) {
    return [`rgb(${a & 255}, ${b & 255}, ${c & 255})`, 4];
  }
  return kind === 5 ? [paletteColor(a & 255), 2] : [null, 1];
}

function paletteColor(index: number): string | null {
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return `rgb(${grey}, ${grey}, ${grey})`;
  }
  if (index < 16) {
    return themed(index < 8 ? index : index + 52, 0);
  }
  const cube = index - 16;
  const part = (step: number): number => {
    const level = Math.floor(cube / step) % 6;
    return level === 0 ? 0 : 55 + 40 * level;
  };
  return `rgb(${part(36)}, ${part(6)}, ${part(1)})`;
}
