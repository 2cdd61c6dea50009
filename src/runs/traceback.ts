/* eslint-disable no-control-regex -- colours are control sequences */
const COLOUR = /\x1b\[[0-9;:]*m/g;
/* eslint-enable no-control-regex */
const FRAME = /^[ \t|+]*File "([^"\n]+)", line (\d+)/gm;

/**
 * The last line of a file that a program's output blames.
 *
 * @param file - Its end is enough: a program names its files as it was called.
 */
export function blamedLine(output: string, file: string): number | null {
  const last = [...output.replace(COLOUR, '').matchAll(FRAME)]
    .filter(
      ([, path = '']) =>
        path === file || path.replaceAll('\\', '/').endsWith(`/${file}`)
    )
    .at(-1);
  return last === undefined ? null : Number(last[2]);
}
