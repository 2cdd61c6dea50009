"""What a shell, DVC or YAML would obey in a name or value stays a name or value, end to end."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from jupyterlab_dvc.cli import classic
from tests.scenarios.project import User

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="stages don't run on Windows, nor can it have such names"
)

NAMES = [
    "$(touch pwned)",
    "`touch pwned` 2",
    "; touch pwned; 3",
    "a && touch pwned # 4",
    "it's",
    'say "hi"',
    "two  words",
    "-n",
    "--help",
    "grün ñ 漢字",
    "${size}",
    "\\${size} 2",
    "{{ conf.x }}",
    "{{ 7 * 7 }} 2",
    "a > touch | b",
    "*",
    "[a-z]",
    "# comment",
    "key: value",
    "!tag &anchor",
    "%PATH% $HOME",
    "~ 5",
    "a\\b",
    "new\nline; touch pwned",
    "bell\a",
]
FOLDER = "note books; touch pwned $(touch pwned) 'x'"
SCRIPTS = "it's $(touch pwned); `touch pwned`/${size} scripts"

CELL = '''\
"""
A step.

:param str source: what is read
:param str greeting: what is said. Defaults to "$(touch pwned)".
:param str value: a hyperparameter
:param Path result: what is made

:dvc-in source: ./in/{path}.txt
:dvc-out result: ./out/{path}.txt
:dvc-param value: value
:dvc-desc: {path}
"""
'''
CODE = """\
import json

result.parent.mkdir(exist_ok=True)
result.write_text(json.dumps([open(source).read(), value, greeting]))
"""


def notebook(*sources: str) -> str:
    cells: list[dict[str, object]] = [
        {
            "cell_type": "code",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "source": text,
        }
        for text in sources
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})


def in_path(name: str) -> str:
    """A name as a directive can hold it: one line, no template."""
    one_line = "".join(char if char.isprintable() else "_" for char in name)
    return one_line.replace("{{", "{ {")


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> User:
    user = User.new(tmp_path / "home")
    for name, value in user.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("size", raising=False)
    user.start()
    return user


def pwned(user: User) -> list[Path]:
    return list(user.home.rglob("pwned"))


def stages(user: User) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load((user.root / "dvc.yaml").read_text("utf-8"))[
        "stages"
    ]
    return found


def source(fields: dict[str, Any]) -> str:
    """The notebook that a stage names; DVC's templates hold everywhere in its file."""
    notebook = fields["meta"]["jupyterlab-dvc"]["notebook"]
    assert isinstance(notebook, str)
    return notebook.replace("\\${", "${")


def write(user: User, names: list[str], value: str) -> None:
    (user.root / "in").mkdir()
    folder = user.root / FOLDER
    folder.mkdir()
    for name in names:
        (user.root / "in" / f"{in_path(name)}.txt").write_text(name, encoding="utf-8")
        text = notebook(CELL.replace("{path}", in_path(name).replace("\\", "\\\\")), CODE)
        (folder / f"{name}.ipynb").write_text(text, encoding="utf-8")
    (user.root / "params.yaml").write_text(json.dumps({"value": value, "size": 8}))
    settings = {"path": {"python_script_root_dir": SCRIPTS}}
    (user.root / ".mlvtools").write_text(json.dumps(settings))


def made(user: User, name: str) -> list[str]:
    text = (user.root / "out" / f"{in_path(name)}.txt").read_text("utf-8")
    read: list[str] = json.loads(text)
    return read


def test_names_are_literal_from_the_notebook_to_the_output(user: User) -> None:
    value = '$(touch pwned) "; touch pwned; ` ${size} $HOME *'
    write(user, NAMES, value)
    assert user.sync() == 0
    assert pwned(user) == []
    by_notebook = {source(fields): name for name, fields in stages(user).items()}
    assert set(by_notebook) == {f"{FOLDER}/{name}.ipynb" for name in NAMES}
    assert sorted(user.run().ran) == sorted(by_notebook.values())
    assert pwned(user) == []
    assert {name: made(user, name) for name in NAMES} == {
        name: [name, value, "$(touch pwned)"] for name in NAMES
    }
    # Nothing was read anew in another way: all is in step, and up to date.
    assert user.sync("--check") == 0
    assert user.run().ran == []
    user.git("add", "-A")
    user.git("commit", "-q", "-m", "hostile")


@pytest.mark.parametrize("value", ["it's", "two\nlines", "'; touch pwned; '", "\\${size}"])
def test_a_value_that_dvc_would_hand_to_the_shell_is_refused(
    user: User, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(user, ["plain"], value)
    assert user.sync() == 1
    assert "value" in capsys.readouterr().err
    assert not (user.root / "dvc.yaml").exists()
    # Nor does a value get in that was changed after the sync.
    (user.root / "params.yaml").write_text("value: fine\n")
    assert user.sync() == 0
    (user.root / "params.yaml").write_text(json.dumps({"value": value}))
    from jupyterlab_dvc.cli.main import main

    assert main(["-C", str(user.root), "run"]) == 1
    assert main(["-C", str(user.root), "check"]) == 1
    assert pwned(user) == []
    assert not (user.root / "out").exists()


@pytest.mark.parametrize("name", ["$(touch pwned)", "-n; touch pwned", "it's `touch pwned`"])
def test_the_classic_commands(
    user: User, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(user, [name], "v")
    monkeypatch.chdir(user.root)
    path = f"{FOLDER}/{name}.ipynb"
    runner = "run $(touch pwned); it's"
    settings = {"path": {"python_script_root_dir": SCRIPTS, "dvc_cmd_root_dir": runner}}
    (user.root / ".mlvtools").write_text(json.dumps(settings))
    assert classic.ipynb_to_dvc(["-n", path]) == 0, capsys.readouterr().err
    [(stage, fields)] = stages(user).items()
    assert source(fields) == path
    [script] = (user.root / SCRIPTS).iterdir()
    assert classic.check_script_consistency(["-n", path, "-s", str(script)]) == 0
    [executable] = (user.root / runner).iterdir()
    subprocess.run([executable], check=True, cwd=user.home)
    assert user.traced() == [stage]
    exported = user.root / "export $(touch pwned).sh"
    assert classic.export_pipeline(["--dvc", stage, "-o", str(exported)]) == 0
    (user.root / "out" / f"{in_path(name)}.txt").unlink()
    subprocess.run([exported], check=True, cwd=user.home)
    assert made(user, name)[0] == name
    assert pwned(user) == []
