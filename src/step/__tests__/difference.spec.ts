import { textBefore, unchangedStretches } from '../difference';

describe('textBefore', () => {
  it.each<[string, string, string, string]>([
    ['no change', 'a\nb\n', '', 'a\nb\n'],
    [
      'a changed line',
      'a\nB\nc\n',
      'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n',
      'a\nb\nc\n'
    ],
    [
      'a new file',
      'a\nb\n',
      '--- /dev/null\n+++ b/x\n@@ -0,0 +1,2 @@\n+a\n+b\n',
      ''
    ],
    [
      'a file emptied',
      '',
      '--- a/x\n+++ b/x\n@@ -1,2 +0,0 @@\n-a\n-b\n',
      'a\nb\n'
    ],
    [
      'lines taken out in the middle, without context',
      'a\nd\n',
      '--- a/x\n+++ b/x\n@@ -2,2 +1,0 @@\n-b\n-c\n',
      'a\nb\nc\nd\n'
    ],
    [
      'two hunks, one line each',
      'A\nb\nc\nD\n',
      '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+A\n@@ -4 +4 @@\n-d\n+D\n',
      'a\nb\nc\nd\n'
    ],
    [
      'a last line that had no end',
      'a\nb\n',
      '--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n',
      'a\nb'
    ],
    [
      'a last line that has none now',
      'a\nb',
      '--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n+b\n\\ No newline at end of file\n',
      'a\nb\n'
    ],
    [
      'lines that look like signs',
      '+++ y\n-- n\n',
      '--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n--- x\n++++ y\n --- n\n'.replace(
        ' --- n',
        ' -- n'
      ),
      '-- x\n-- n\n'
    ],
    [
      'an empty line of context',
      '\nb\n',
      '--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n \n-a\n+b\n',
      '\na\n'
    ]
  ])('undoes %s', (_, text, diff, expected) => {
    expect(textBefore(text, diff)).toBe(expected);
  });

  it.each([
    ['of another text', '@@ -1 +1 @@\n-a\n+Z\n'],
    ['of a longer text', '@@ -9 +9 @@\n-a\n+b\n'],
    ['cut off', '@@ -1,2 +1,2 @@\n-a\n+b\n'],
    ['with something behind it', '@@ -1 +1 @@\n-a\n+b\nmore\n']
  ])('is null for a diff %s', (_, diff) => {
    expect(textBefore('b\n', diff)).toBeNull();
  });
});

describe('unchangedStretches', () => {
  it.each<[string, number, [number, number][], [number, number][]]>([
    ['nothing changed', 9, [], [[1, 9]]],
    ['too short', 3, [], []],
    [
      'a change in the middle',
      20,
      [[10, 11]],
      [
        [1, 7],
        [14, 20]
      ]
    ],
    ['a change at the top', 20, [[1, 1]], [[4, 20]]],
    [
      'changes near each other',
      12,
      [
        [4, 4],
        [9, 9]
      ],
      []
    ],
    [
      'one change inside another',
      20,
      [
        [2, 9],
        [4, 5]
      ],
      [[12, 20]]
    ],
    ['a change behind the end', 9, [[10, 10]], [[1, 7]]]
  ])('%s', (_, lines, changed, expected) => {
    expect(
      unchangedStretches(
        lines,
        changed.map(([first, last]) => ({ first, last })),
        2,
        4
      ).map(({ first, last }) => [first, last])
    ).toEqual(expected);
  });
});
