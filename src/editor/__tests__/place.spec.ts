import { docstringSpan, placeIn } from '../place';

describe('placeIn', () => {
  it.each([
    [':', 'key', '', ''],
    ['  :dvc-o', 'key', '', 'dvc-o'],
    [':param ', 'type', 'param', ''],
    [':param Pa', 'type', 'param', 'Pa'],
    [':param list[', 'type', 'param', 'list['],
    [':dvc-in ', 'param', 'dvc-in', ''],
    [':dvc-out-persist pa', 'param', 'dvc-out-persist', 'pa'],
    [':dvc-param si', 'param', 'dvc-param', 'si'],
    [':dvc-in: ', 'path', 'dvc-in', ''],
    [':dvc-in:./da', 'path', 'dvc-in', './da'],
    [':dvc-out out : my data/x', 'path', 'dvc-out', 'my data/x'],
    [':dvc-plot: a:b', 'path', 'dvc-plot', 'a:b'],
    [':dvc-param size: tr', 'params-key', 'dvc-param', 'tr'],
    [':dvc-param: other.yaml:k', 'params-key', 'dvc-param', 'other.yaml:k']
  ])('%j asks for a %s', (line, what, key, typed) => {
    expect(placeIn(line)).toEqual({ what, key, typed });
  });

  it.each([
    '',
    'text',
    'see :dvc-in',
    ':dvc-desc: a text',
    ':param int size: t',
    ':dvc-extra: --x '
  ])('has nothing to propose in %j', line => {
    expect(placeIn(line)).toBeNull();
  });
});

describe('docstringSpan', () => {
  it.each([
    ['"""a"""\nx = 1', 'a'],
    ["'''\n:dvc-in: x\n'''", '\n:dvc-in: x\n'],
    ['# note\n\n  r"""a\\"""" + 1', 'a\\"'],
    ['"one line"', 'one line'],
    ['"not closed\nx = 1', 'not closed'],
    ['"""being typed\n:dvc-', 'being typed\n:dvc-'],
    ['""""""', '']
  ])('finds what %j says', (source, text) => {
    const span = docstringSpan(source);
    expect(span && source.slice(span.start, span.stop)).toBe(text);
  });

  it.each(['', '# only a comment', 'x = """a"""', 'f"""a"""', 'b"a"'])(
    'finds none in %j',
    source => {
      expect(docstringSpan(source)).toBeNull();
    }
  );
});
