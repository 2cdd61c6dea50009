import { blamedLine } from '../traceback';

const FILE = 'pipeline/scripts/mlvtools_a.py';

describe('blamedLine', () => {
  it.each([
    [`  File "/p/${FILE}", line 63, in <module>\n    1/0`, 63],
    [`  File "${FILE}", line 2`, 2],
    [
      `  File "/p/${FILE}", line 63, in <module>\n  File "/lib/json.py", line 9, in load`,
      63
    ],
    [
      `  File "/p/${FILE}", line 1\nKeyError\n\nDuring handling …\n  File "/p/${FILE}", line 7`,
      7
    ],
    [`  \u001b[35mFile "/p/${FILE}", line 5\u001b[0m`, 5],
    [`  | File "/p/${FILE}", line 8, in <module>`, 8],
    [`  File "C:\\p\\pipeline\\scripts\\mlvtools_a.py", line 4`, 4],
    [`  File "/p/other/mlvtools_a.py", line 3`, null],
    [`  File "/p/x${FILE}", line 3`, null],
    [`print('File "${FILE}", line 3')`, null],
    ['', null]
  ])('in %j is %j', (output, line) => {
    expect(blamedLine(output, FILE)).toBe(line);
  });
});
