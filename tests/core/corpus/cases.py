# ruff: noqa: E501 (a cell on one line shows its own line ends)
"""The tricky notebooks: a name, and the sources of the code cells.

Each is run by IPython and as its script; what they print, the files that they leave, the error that
ends them and the plain values of their names have to be the same.
"""

from __future__ import annotations

from textwrap import dedent


def _cells(*sources: str) -> list[str]:
    return [dedent(source).strip("\n") for source in sources]


CASES: dict[str, list[str]] = {
    # Scopes
    "names_over_cells": _cells(
        "x = 1", "y = x + 1", "def f():\n    return x + y", "x = 10\nz = f()"
    ),
    "global_at_own_level": _cells(
        "x = 1", "global x\nx = 2", "if x:\n    global y; y = 3\nprint(x, y)"
    ),
    "global_in_function": _cells(
        "n = 0", "def up():\n    global n\n    n += 1\nup(); up()\nprint(n)"
    ),
    "nonlocal_in_function": _cells(
        """
        def counter():
            n = 0
            def up():
                nonlocal n
                n += 1
                return n
            return up
        up = counter()
        print(up(), up())
        """
    ),
    "comprehension_in_class": _cells(
        "k = 2", "class A:\n    k = 3\n    v = [i for i in range(k)]\n    w = k\nprint(A.v, A.w)"
    ),
    "class_closure_over_global": _cells(
        "rate = 3", "class C:\n    def m(self):\n        return rate", "rate = 4\nprint(C().m())"
    ),
    "lambda_late_binding": _cells(
        "fs = [lambda: i for i in range(3)]\nprint([f() for f in fs])",
        "i = 9\nprint([f() for f in fs])",
    ),
    "walrus_in_comprehension": _cells("print([last := v for v in (1, 2, 3)])", "print(last)"),
    "exec_binds": _cells("exec('made = 41')", "made += 1\nprint(made)"),
    "eval_and_locals": _cells(
        "a = 5", "print(eval('a + 1'), 'a' in locals(), locals() is globals())"
    ),
    "vars_and_setitem": _cells("globals()['late'] = 7", "print(late, vars()['late'])"),
    "star_import": _cells("from math import *", "print(floor(sqrt(17)), pi > 3)"),
    "import_as_submodule": _cells(
        "import os.path as p, json",
        "from collections import (OrderedDict as OD,\n    Counter)",
        "print(p.basename('a/b'), json.dumps(OD(a=1)), Counter('aab')['a'])",
    ),
    "del_and_rebind": _cells(
        "x = 1\ndel x", "try:\n    x\nexcept NameError:\n    x = 'gone'\nprint(x)"
    ),
    "annotations_of_names": _cells(
        "x: int = 3\ny: 'undefined'", "print(x, 'y' in globals(), __annotations__.get('x'))"
    ),
    "shadowed_builtins": _cells(
        "list = [1]\nprint = print\nopen = 3\nmap = 4", "print(list, open, map)"
    ),
    "shadowed_globals_function": _cells(
        "globals = 1\nlocals = 2\nvars = 3", "print(globals, locals, vars)"
    ),
    "name_is_main": _cells("print(__name__)", "if __name__ == '__main__':\n    print('main')"),
    # Strings and layout
    "triple_quoted_keeps_bytes": _cells(
        "def f():\n    s = '''a\n  b\n\n\tc   \n'''\n    return s\nprint(repr(f()))",
        's = """\n# no comment\n\n    x\n"""\nprint(repr(s))',
    ),
    "joined_strings": [
        "a = 'x\\\n  y'\nb = \"p\\\n\\\nq\"\nprint(repr(a), repr(b))",
        "c = ('one'  # 1\n\n     # between\n     'two')\nprint(c)",
    ],
    "raw_and_bytes": [
        r"print(r'\n', b'\x00', rb'\d', Rb'\d', u'é', r'\'')",
        r"print(len(r'\\'))",
    ],
    "format_strings": [
        "w = 7\nd = {'a': 1, '#': 2}\nprint(f\"{d['#']:>{w}}|{w!r}|{{}}|{w:02d}\", f'{w=}', f'{ w = }')",
        "print(f'''{\n  w\n}''', rf'\\d{w}', f'\\N{DASH}')".replace("DASH", "EN DASH"),
    ],
    "format_debug_over_lines": ["w = 1\nprint(f'''{\n    w\n     = }|\n  # kept {w}\n''')"],
    "hash_in_strings": [
        "a = '# No effects'  # not kept\nb = \"'#'\" # x\nprint(a, b) # 'y'",
        "print('''#''' '#'  '\\'#')  # \"\"\"",
    ],
    "semicolons": _cells("a = 1; b = 2;", "if a: b = 3; c = 4\nprint(a, b, c);"),
    "join_then_comment": [
        "x = 1 + \\\n    2 \\\n# a comment\nprint(x)",
        "y = 3 \\\n\nprint(y)",
        "z = [1, \\\n     # in brackets\n     2]\nprint(z)",
    ],
    "indented_cell": [
        "    a = 1\n    if a:\n        b = '''\n      x\n    '''\n    print(repr(b))"
    ],
    "tabs": [
        "if 1:\n\tx = 1\n\tif x:\n\t\ty = 2\nprint(x, y)",
        "def f():\n  if 1:\n  \treturn 5\nprint(f())",
    ],
    "form_feed": [
        "x = 1\n\x0c\ny = 2\n\x0cz = 3\nif 1:\n  \x0c  pass\nprint(x, y, z)".replace(
            "  \x0c  pass", "    pass\x0c"
        )
    ],
    "other_line_ends": [
        "a = 1\r\nif a:\r\n    b = '''x\r\ny'''\r\nprint(repr(b))",
        "c = 2\rd = 3\rprint(c, d)",
    ],
    "odd_separators_in_strings": ["s = 'a\u2028b\x85c\x0bd\x1ce'\nprint(ascii(s), len(s))"],
    "unicode_names": [
        "größe = 3\nﬁ = 4\nprint(größe, fi, 'ß', '日本')",
        "class Ü:\n    ñ = 1\nprint(Ü.ñ)",
    ],
    "decorators_and_blank_lines": _cells(
        """
        import functools

        # above
        @functools.lru_cache(

            maxsize=None  # all
        )

        def f(
            a,  # first

            b=2,
        ):

            # body
            return a + b

        print(f(1))
        """
    ),
    "docstrings_of_code": _cells(
        'def f():\n    """Doc\n      of f."""\nprint(f.__doc__)',
        "class A:\n    'of A'\nprint(A.__doc__)",
    ),
    "conditional_blocks": _cells(
        "if False:\n    pass\nelif True:\n    x = 1\nelse:\n    x = 2\nfor i in []:\n    pass\nelse:\n    y = 3\nprint(x, y)"
    ),
    "empty_and_comment_cells": ["", "# only a comment", "  \n\t\n", "x = 1\n\n\n", "print(x)"],
    "one_line_compounds": _cells(
        "for i in range(3): print(i)", "while i: i -= 1", "class A: x = 1\nprint(A.x, i)"
    ),
    # Python of today
    "match_statement": _cells(
        """
        def kind(v):
            match v:
                case {'a': [x, *rest], **others}: return ('map', x, rest, others)
                case [1, 2] | [3]: return 'list'
                case str() as s if s: return s
                case _: return None
        print(kind({'a': [1, 2], 'b': 3}), kind([3]), kind('s'), kind(''))
        match = 4; case = 5
        print(match, case)
        """
    ),
    "generators_and_context": _cells(
        "import contextlib\n@contextlib.contextmanager\ndef c():\n    yield 1",
        "with (c() as a, c() as b):\n    print(a, b)\nprint(sum(i for i in (yielded for yielded in range(3))))",
    ),
    "exception_chain": _cells(
        "try:\n    try:\n        1 / 0\n    except ZeroDivisionError as e:\n        raise ValueError('v') from e\nexcept ValueError as e2:\n    print(type(e2.__cause__).__name__)",
        "try:\n    e\nexcept NameError:\n    print('e gone')",
    ),
    "ends_with_error": _cells("print('before')", "{}['missing']", "print('never')"),
    "ends_with_exit": _cells(
        "import sys\nprint('before')", "assert 1 == 2, 'no'", "print('never')"
    ),
    "dataclasses_and_enum": _cells(
        "from dataclasses import dataclass\nimport enum\n@dataclass\nclass P:\n    x: int = 1\nclass E(enum.Enum):\n    A = 1",
        "print(P(2), E.A, P.__module__, P.__qualname__)",
    ),
    "typing_hints": _cells(
        "from typing import NamedTuple, get_type_hints\nclass P(NamedTuple):\n    x: 'int'\nprint(get_type_hints(P))"
    ),
    "future_annotations": _cells(
        "from __future__ import annotations\ndef f(a: Undefined) -> Also: pass\nprint(f.__annotations__)"
    ),
    "future_in_later_cell": _cells(
        "x = 1",
        '"doc"\nfrom __future__ import (annotations,\n    division); y = 2',
        "def g(a: No): ...\nprint(g.__annotations__, x, y)",
    ),
    "future_under_another_name": _cells(
        "from __future__ import annotations as how, division\nprint(how.optional, division.optional)",
        "def f(a: No): ...\nprint(f.__annotations__)\ndel how",
    ),
    "recursion_and_defaults": _cells(
        "def f(n, acc=[]):\n    acc.append(n)\n    return acc if n == 0 else f(n - 1)\nprint(f(2), f(0))"
    ),
    # Processes and pickles
    "pickle_class": _cells(
        "import pickle\nclass A:\n    def __init__(self):\n        self.x = 1\ndef f(): return 3",
        "b = pickle.loads(pickle.dumps(A())); g = pickle.loads(pickle.dumps(f))\nprint(b.x, g() == f(), b.__class__ is A)\ndel b, g",
    ),
    "fork_pool": _cells(
        "import multiprocessing as mp\ndef square(x):\n    return x * x",
        "with mp.get_context('fork').Pool(2) as pool:\n    print(pool.map(square, [1, 2, 3]))\ndel pool",
    ),
    "threads": _cells(
        "import threading\nfound = []\ndef work():\n    found.append(threading.current_thread().name == 'w')\nt = threading.Thread(target=work, name='w'); t.start(); t.join()\nprint(found)\ndel t"
    ),
    # await
    "await_at_top": _cells(
        "import asyncio\nasync def f(x):\n    await asyncio.sleep(0)\n    return x",
        "a = await f(1)\nprint(a)",
        "b = [await f(i) for i in range(3)]\nprint(b)",
    ),
    "await_with_everything": _cells(
        "from math import *\nimport asyncio\nglobal q; q = 1",
        "async with asyncio.Lock() as lock:\n    s = '''a\n b'''\nprint(repr(s), floor(2.5), q)",
        "class A:\n    k = 1\n    v = [k for k in range(2)]\nprint(A.v, locals() is globals())\ndel lock",
        "import pickle\nprint(pickle.loads(pickle.dumps(A)) is A)",
    ),
    "async_comprehension": _cells(
        "async def gen():\n    for i in range(3):\n        yield i",
        "xs = [x async for x in gen()]\nprint(xs)\nasync for y in gen():\n    print(y)",
    ),
    "async_for_in_def_only": _cells(
        "import asyncio\nasync def main():\n    await asyncio.sleep(0)\n    return 5",
        "print(asyncio.iscoroutinefunction(main))",
    ),
    # IPython's syntax
    "shell_and_names": [
        "name = 'a b'\nn = 3",
        "!echo $name {n + 1} '$name' $$HOME_X \"{name!r}\"",
        "for i in range(2):\n    !echo {i} # of the shell\nprint(_exit_code)",
        "!false\nprint(_exit_code)",
    ],
    "shell_assignment": [
        "lines = !printf 'a\\nb\\n'\nprint(list(lines))",
        "def f(x):\n    out = !echo {x}\n    return list(out)\nprint(f('local'))",
        "d = {}\nd['k=v'] = !echo 1 \\\n  2\nprint(list(d['k=v']))",
        "bad = !echo {undefined} $nothing\nprint(list(bad))\ndel bad, lines",
    ],
    "dropped_magics": [
        "%load_ext autoreload\n%autoreload 2\nx = 1",
        "if x:\n    %config InlineBackend.figure_format = 'svg'\nprint(x)",
        "%precision 3",
    ],
    "timed": [
        "%%time\ny = 3",
        "%time z = 4\nfor i in range(1):\n    %time w = i",
        "v = 1\n%timeit -n1 -r1 v = 2\nprint(y, z, w, v)",
    ],
    "environment": [
        "%env CORPUS_A=one two",
        "b = 'three'\n%env CORPUS_B={b}\n%set_env CORPUS_C $b",
        "import os\nprint(os.environ['CORPUS_A'], os.environ['CORPUS_B'], os.environ['CORPUS_C'])\nhome = %env CORPUS_A\nprint(home)",
    ],
    "written_files": [
        '%%writefile made.txt\n# kept\n  a \'q\' """ \\n é\n\nlast',
        "%%writefile -a made.txt\nmore",
        "print(repr(open('made.txt', encoding='utf-8').read()))",
    ],
    "bash_cell": [
        "%%bash\n# comment\necho hi > made.txt\nfor i in 1 2; do\n  echo $i >> made.txt\ndone",
        "print(open('made.txt').read())",
    ],
    "bash_fails": ["%%bash\nexit 3", "print('never')"],
    "bash_captured": [
        "%%bash --out text --err wrong\necho 'a  b'\necho c >&2",
        "print(repr(text), repr(wrong))",
    ],
    "prompts_pasted": [
        ">>> x = 1\n>>> if x:\n...     y = 2\n...\n>>> print(x, y)",
        "In [3]: z = 5\n   ...: print(z)",
    ],
    "quoted_calls": ["def f(*a):\n    print(a)", ",f a b", ";f a b", "/f 1 2"],
    "capture": ["%%capture\nq = 4", "print(q)"],
}
