"""Files of hyperparameters are read as DVC reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyterlab_dvc import params
from jupyterlab_dvc.errors import JupyterLabDVCError

FILES = [
    (
        "params.yaml",
        "a: 1e-5\nb: yes\nc: 12:30:45\nd: 010\ne: 0o17\nf: 1_000\ng: ~\nh: .5\ni: '1'\n",
    ),
    ("params.yaml", "a: &x {b: [1, -2, 1.5]}\nc: *x\nd:\n  <<: *x\n  e: true\n"),
    ("params.yaml", 'ü: ñ\n"a b": |\n  x\n  y\n'),
    ("params.yaml", "# nothing\n"),
    ("params.yaml", ""),
    ("params.yml", "a: 0x1F\n"),
    ("values.txt", "a: no\n"),
    ("params.json", '{"a": [1, 2.5, null, true], "b": {"c": "ü"}}'),
    ("params.toml", 'a = 1\n[t]\nb = [1, 2]\nc = "x"\n'),
    ("params.py", "A = 1\nB: float = -2.5\nC = [1, 'x']\nD = {'k': 1}\nE = foo()\nF = G = 1\n"),
    (
        "params.py",
        "class Train:\n    lr = 0.1\n    def __init__(self):\n        self.layers = [1]\n"
        "        x = 2\n    def other(self):\n        self.no = 1\n",
    ),
    ("PARAMS.JSON", "{}"),
]


@pytest.mark.parametrize(("name", "text"), FILES)
def test_the_data_are_those_of_dvc(name: str, text: str, tmp_path: Path) -> None:
    from dvc.fs import LocalFileSystem
    from dvc.utils.serialize import load_path

    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert params.load(path, name) == load_path(str(path), LocalFileSystem())


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("params.yaml", b"a: {\n", "yaml-invalid"),
        ("params.yaml", b"a: 1\na: 2\n", "yaml-duplicate-key"),
        ("params.yaml", b"a: !!python/object/apply:os.system ['touch pwned']\n", "yaml-tag"),
        ("params.yaml", b"a: " + b"[" * 100_000, "yaml-too-deep"),
        ("params.yaml", b"a: \xff\n", "yaml-not-utf8"),
        ("params.json", b'{"a": }', "params-invalid"),
        ("params.json", b"[" * 100_000, "params-invalid"),
        ("params.toml", b"a = \n", "params-invalid"),
        ("params.py", b"a = (\n", "params-invalid"),
    ],
)
def test_what_cannot_be_read_is_refused(name: str, data: bytes, code: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(JupyterLabDVCError) as raised:
        params.reader(tmp_path)(name)
    problem = raised.value.problems[0]
    assert (problem.code, problem.place.path) == (code, name)
    assert problem.message and problem.hint
    assert not (tmp_path / "pwned").exists()


def test_a_missing_file_has_no_data_and_a_file_is_read_once(tmp_path: Path) -> None:
    read = params.reader(tmp_path)
    assert read("params.yaml") is None
    (tmp_path / "params.yaml").write_text("a: 1\n")
    assert read("params.yaml") is None
    assert params.reader(tmp_path)("params.yaml") == {"a": 1}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("a", {"b": [1, {"c": 2}]}),
        ("a.b", [1, {"c": 2}]),
        ("a.b.1.c", 2),
        ("n", None),
        ("a.b.0", 1),
    ],
)
def test_a_dotted_key_is_found(key: str, value: object) -> None:
    assert params.select({"a": {"b": [1, {"c": 2}]}, "n": None}, key) == value


@pytest.mark.parametrize("key", ["x", "a.x", "a.b.2", "a.b.-1", "n.x", "a.b.c", "", "A"])
def test_a_key_that_is_not_there(key: str) -> None:
    assert params.select({"a": {"b": [1, 2]}, "n": None}, key) is params.MISSING
