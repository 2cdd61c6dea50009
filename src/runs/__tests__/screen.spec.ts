import { Screen } from '../screen';

/** What is seen after some pieces of output. */
function shown(...pieces: string[]): string[] {
  const screen = new Screen(100);
  pieces.forEach(piece => {
    screen.write(piece);
  });
  return Array.from({ length: screen.length }, (_, i) =>
    screen
      .line(i)
      .map(({ text }) => text)
      .join('')
  );
}

/** The classes of each piece of the first line. */
function classes(text: string): string[] {
  const screen = new Screen(10);
  screen.write(text);
  return screen
    .line(0)
    .map(span => `${span.text}: ${span.style.classes.join(' ')}`);
}

describe('Screen', () => {
  it.each([
    ['lines', ['a\nb\n'], ['a', 'b', '']],
    ['CRLF', ['a\r\nb'], ['a', 'b']],
    ['a bar redrawn', ['10%\r20%\r100%\n'], ['100%', '']],
    ['a shorter redraw', ['12345\rab'], ['ab345']],
    ['erase to the end', ['12345\rab\u001b[K'], ['ab']],
    ['erase the line', ['12345\u001b[2K\rx'], ['x']],
    ['erase the beginning', ['12345\b\b\u001b[1K'], ['   45']],
    ['bars in two lines', ['a 1\nb 1\u001b[A\ra 2\n\rb 2'], ['a 2', 'b 2']],
    ['backspace', ['ab\bc'], ['ac']],
    ['tabs', ['a\tb'], ['a       b']],
    ['a column', ['abc\u001b[2Gx'], ['axc']],
    ['forward over nothing', ['\u001b[3Cx'], ['   x']],
    ['a sequence in pieces', ['a\u001b', '[3', '1mb'], ['ab']],
    ['a link', ['\u001b]8;;http://x\u0007y\u001b]8;;\u0007'], ['y']],
    [
      'attack 26: a link to another site',
      ['\u001b]8;;//evil.example\u0007y\u001b]8;;\u0007'],
      ['y']
    ],
    [
      'attack 26: a link that is a script',
      ['\u001b]8;;javascript:alert(1)\u0007y\u001b]8;;\u0007'],
      ['y']
    ],
    ['a title in pieces', ['\u001b]0;ti', 'tle\u001b', '\\z'], ['z']],
    ['a bell', ['a\u0007b'], ['ab']],
    ['an unknown sequence', ['\u001b[?25la\u001b[6nb'], ['ab']],
    ['up beyond the top', ['\u001b[9Ax'], ['x']],
    ['clear below', ['a\nb\nc\u001b[2A\u001b[J'], ['a']]
  ])('shows %s', (_, pieces, lines) => {
    expect(shown(...pieces)).toEqual(lines);
  });

  it('gives the same whatever the pieces', () => {
    const text =
      'x\u001b[1;31mred\u001b[0m\r\n50%\r\u001b[32m99%\u001b[0m\u001b[K\nend';
    for (let at = 0; at <= text.length; at += 1) {
      expect(shown(text.slice(0, at), text.slice(at))).toEqual(shown(text));
    }
  });

  it.each([
    ['\u001b[1ma\u001b[22mb', ['a: jp-mod-bold', 'b: ']],
    ['\u001b[1;3;4ma', ['a: jp-mod-bold jp-mod-italic jp-mod-underline']],
    ['\u001b[1;1ma', ['a: jp-mod-bold']],
    ['\u001b[7ma\u001b[mb', ['a: jp-mod-inverse', 'b: ']],
    ['\u001b[99ma', ['a: ']]
  ])('styles %j', (text, styles) => {
    expect(classes(text)).toEqual(styles);
  });

  it.each([
    ['31', 'var(--jp-dvc-log-red)'],
    ['96', 'var(--jp-dvc-log-cyan)'],
    ['90', 'var(--jp-dvc-log-grey)'],
    ['30', null],
    ['97', null],
    ['31;39', null],
    ['31;0', null],
    ['38;5;1', 'var(--jp-dvc-log-red)'],
    ['38;5;10', 'var(--jp-dvc-log-green)'],
    ['38;5;8', 'var(--jp-dvc-log-grey)'],
    ['38;5;15', null],
    ['38;5;196', 'rgb(255, 0, 0)'],
    ['38;5;244', 'rgb(128, 128, 128)'],
    ['38;2;1;2;3', 'rgb(1, 2, 3)']
  ])('takes the colour of %s', (codes, color) => {
    const screen = new Screen(10);
    screen.write(`\u001b[${codes}mx`);
    expect(screen.line(0)[0]?.style.color).toBe(color);
  });

  it.each([
    ['44', 'var(--jp-dvc-log-blue)'],
    ['104', 'var(--jp-dvc-log-blue)'],
    ['47', 'var(--jp-content-font-color1)'],
    ['40', 'var(--jp-content-font-color1)'],
    ['44;49', null],
    ['48;5;2', 'var(--jp-dvc-log-green)'],
    ['48;2;1;2;3', 'rgb(1, 2, 3)']
  ])('takes the background of %s', (codes, background) => {
    const screen = new Screen(10);
    screen.write(`\u001b[${codes}mx`);
    expect(screen.line(0)[0]?.style.background).toBe(background);
  });

  it('keeps the last lines, and says which changed', () => {
    const screen = new Screen(3);
    screen.write('a\nb\nc');
    screen.clean();
    expect(screen.dirty).toBe(3);
    screen.write('!\nd');
    expect(screen.dirty).toBe(2);
    expect(screen.first).toBe(1);
    expect(screen.line(1)[0]?.text).toBe('b');
    expect(screen.line(3)[0]?.text).toBe('d');
  });

  it('is bounded, and quick, for a line or many lines without end', () => {
    const screen = new Screen(50);
    const began = performance.now();
    screen.write('x'.repeat(2_000_000));
    screen.write('y\n'.repeat(300_000));
    expect(screen.length).toBeLessThanOrEqual(50);
    expect(performance.now() - began).toBeLessThan(3_000);
  });
});
