"""Which calls read and write files, and what of their paths the code alone tells."""

from __future__ import annotations

import pytest

from jupyterlab_dvc import uses
from jupyterlab_dvc.model import Cell, Directives, Parameter
from jupyterlab_dvc.parameter import parse_type

A = "in a.csv"
B = "out b.csv"
MAYBE_A = "in a.csv?"
MAYBE_B = "out b.csv?"


def found(*sources: str, folder: str = "", first: str = "") -> list[str]:
    """The files that cells use; ``?`` is for uncertain ones, ``=x`` for a param's."""
    cells = [Cell(number, "code", source) for number, source in enumerate(sources, 1)]
    directives = Directives(
        params=(
            Parameter("PARAM"),
            Parameter("DEFAULTED", default="'d.csv'"),
            Parameter("OF_TWO_LINES", default="'e'\n'.csv'"),
            Parameter("NUMBER", parse_type("int")),
        )
    )
    known = uses.values(directives, first, sources)
    return [
        f"{one.kind} {one.path}{'' if one.certain else '?'}{f'={one.param}' if one.param else ''}"
        for one in uses.find(cells, known, folder)
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        # open, by its mode
        ("open('a.csv')", [A]),
        ("open('a.csv', 'rb')", [A]),
        ("open('b.csv', 'w')", [B]),
        ("open('b.csv', mode='xb')", [B]),
        ("open(file='b.csv', mode='w')", [B]),
        ("open('b.csv', 'a')", [MAYBE_B]),
        ("open('b.csv', 'r+')", [MAYBE_B]),
        ("open('a.csv', mode)", [MAYBE_A]),
        ("with open('b.csv', 'wb') as f:\n    f.write(x)", [B]),
        ("json.dump(x, open('b.csv', 'w'))", [B]),
        ("json.load(open('a.csv'))", [A]),
        ("gzip.open('a.csv')", [A]),
        ("io.open('b.csv', 'wt')", [B]),
        ("Image.open('a.csv')", [A]),
        ("open('no suffix')", ["in no suffix"]),
        ("open(3)", []),
        ("open(*names)", []),
        # pathlib
        ("Path('a.csv').read_text()", [A]),
        ("Path('b.csv').write_bytes(x)", [B]),
        ("Path('b.csv').open('w')", [B]),
        ("Path('a.csv').open()", [A]),
        ("pathlib.Path('a.csv').read_bytes()", [A]),
        ("(Path('d') / 'a.csv').read_text()", ["in d/a.csv?"]),
        ("Path('d', 'a.csv').read_text()", ["in d/a.csv?"]),
        ("Path('d').joinpath('a.csv').read_text()", ["in d/a.csv?"]),
        ("for p in Path('d').iterdir(): pass", ["in d"]),
        ("for p in Path('d').glob('*.csv'): pass", ["in d?"]),
        ("Path('a.csv').rename('b.csv')", [MAYBE_A, B]),
        ("'a.csv'.replace('a.csv', 'b.csv')", []),
        ("name.replace('a.csv', 'b.csv')", []),
        # tables and arrays
        ("pd.read_csv('a.csv', sep=';')", [A]),
        ("pd.read_csv(filepath_or_buffer='a.csv')", [A]),
        ("pd.read_sql('select a.b', c)", []),
        ("pd.read_csv('https://example.org/a.csv')", []),
        ("pd.read_csv(StringIO('a.csv'))", []),
        ("df.to_csv('b.csv', index=False)", [B]),
        ("df.groupby('x').sum().to_parquet('b.csv')", [B]),
        ("df.to_dict('records')", []),
        ("df.to_sql('table.name', c)", []),
        ("pl.scan_parquet('a.csv').sink_parquet('b.csv')", [A, B]),
        ("np.load('a.csv')", [A]),
        ("np.save('b.csv', x)", [B]),
        ("np.savez_compressed('b.csv', x=x)", [B]),
        ("np.loadtxt('a.csv')", [A]),
        ("x.tofile('b.csv')", [B]),
        ("joblib.dump(model, 'b.csv')", [B]),
        ("torch.save(model.state_dict(), 'b.csv')", [B]),
        ("joblib.load('a.csv')", [A]),
        ("plt.savefig('b.csv')", [B]),
        ("json.loads('{\"a\": 1}')", []),
        ("json.load(f)", []),
        ("model.load('v1')", []),
        ("yaml.dump({'a': 1})", []),
        ("zipfile.ZipFile('b.csv', 'w')", [B]),
        ("h5py.File('a.csv', 'r')", [A]),
        ("sqlite3.connect('a.csv')", [MAYBE_A]),
        ("sqlite3.connect(':memory:')", []),
        # moving files
        ("shutil.copy('a.csv', 'b.csv')", [A, B]),
        ("shutil.copyfile(src='a.csv', dst='b.csv')", [A, B]),
        ("shutil.move('a.csv', 'b.csv')", [MAYBE_A, B]),
        ("os.replace('a.csv', 'b.csv')", [MAYBE_A, B]),
        ("x.copy()", []),
        ("urllib.request.urlretrieve('https://x', 'b.csv')", [B]),
        ("os.listdir('d')", ["in d"]),
        ("glob.glob('d/*.csv')", ["in d?"]),
        ("glob.glob('*.csv')", []),
        ("%%writefile b.csv\nx", [B]),
        # joined, formatted: what is open is shown
        ("open(os.path.join('d', 'a.csv'))", ["in d/a.csv?"]),
        ("open('d/' + 'a.csv')", ["in d/a.csv?"]),
        ("open(f'd/{i}.csv')", ["in d/{i}.csv?"]),
        ("open(f'd/{i + 1}.csv')", ["in d/{i}{…}.csv?"]),
        ("open(f'd/{x()}.csv')", ["in d/{…}.csv?"]),
        ("open(f'{x}')", []),
        ("open(name)", []),
        ("open(a / b)", []),
        ("open('{}.csv'.format(x))", []),
        # not files of a project
        ("open('/dev/null', 'w')", []),
        ("open('~/a.csv')", []),
        ("open('')", []),
        ("open('.')", []),
        ("open('a\\nb')", []),
        ("open('/data/a.csv')", ["in /data/a.csv"]),
        ("open('../a.csv')", ["in ../a.csv"]),
        ("open('./d//a.csv')", ["in d/a.csv"]),
        # code that is none
        ("open('a.csv'", []),
        ("%cd x\nopen('a.csv')", []),
        ("def f(p):\n    return open(p)", []),
        ("def f():\n    return open('a.csv')", [A]),
    ],
)
def test_calls(source: str, expected: list[str]) -> None:
    assert found(source) == expected


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (["PATH = 'a.csv'", "open(PATH)"], [A]),
        (["PATH = Path('a.csv')", "PATH.read_text()"], [A]),
        (["OUT = 'b.csv'\nwith open(OUT, 'wb') as f: f.write(x)"], [B]),
        (["DIR = 'd'", "open(f'{DIR}/a.csv')"], ["in d/a.csv?"]),
        (["DIR = Path('d')", "open(DIR / 'a.csv')"], ["in d/a.csv?"]),
        (["DIR = 'd'", "open(f'{DIR}/{i}.csv')"], ["in d/{i}.csv?"]),
        # Bound more than once, or by something else: nobody knows.
        (["PATH = 'a.csv'", "PATH = 'c.csv'", "open(PATH)"], []),
        (["PATH = 'a.csv'", "for PATH in x: open(PATH)"], []),
        (["PATH = 'a.csv'", "def f():\n    global PATH", "open(PATH)"], []),
        (["PATH = find()", "open(PATH)"], []),
        # A param has the notebook's value, or its default.
        (["open(PARAM)"], ["in p.csv=PARAM"]),
        (["open(DEFAULTED, 'w')"], ["out d.csv=DEFAULTED"]),
        (["open(OF_TWO_LINES, 'w')"], ["out e.csv=OF_TWO_LINES"]),
        (["open(f'{PARAM}.gz')"], ["in p.csv.gz?"]),
        # Each file once, where it is first met.
        (["open('a.csv')\nopen('./a.csv')", "open('a.csv')"], [A]),
        (["sqlite3.connect('a.csv')", "open('a.csv')"], [A]),
        # What the step made itself is no input.
        (["open('b.csv', 'w')", "open('b.csv')"], [B]),
        (["x.to_parquet('d')", "open('d/part')"], ["out d"]),
        (["open('b.csv')", "open('b.csv', 'w')"], ["in b.csv?", "out b.csv?"]),
    ],
)
def test_what_variables_hold(sources: list[str], expected: list[str]) -> None:
    assert found(*sources, first="PARAM = 'p.csv'\nNUMBER = 3") == expected


def test_a_relative_path_begins_in_the_notebook_s_folder() -> None:
    source = "open('a.csv'); open('../b.csv'); open('/c.csv'); open('../../d.csv')"
    assert found(source, folder="notebooks") == [
        "in notebooks/a.csv",
        "in b.csv",
        "in /c.csv",
        "in ../d.csv",
    ]
