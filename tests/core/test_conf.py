"""The settings of a project, and the configuration of its templates."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from jupyterlab_dvc import conf
from jupyterlab_dvc.conf import Settings
from jupyterlab_dvc.errors import JupyterLabDVCError, NotFound, Refused

TABLE = "[tool.jupyterlab-dvc]\n"


def said(
    error: pytest.ExceptionInfo[JupyterLabDVCError],
) -> list[tuple[str, str | None, int | None]]:
    found = []
    for problem in error.value.problems:
        assert problem.message and problem.hint
        name = Path(problem.place.path).name if problem.place.path else None
        found.append((problem.code, name, problem.place.line))
    return found


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert conf.load(tmp_path) == Settings(
        work_dir=tmp_path,
        script_root=tmp_path / "pipeline/scripts",
        dvc_cmd_root_default=tmp_path / "pipeline/dvc",
        dvc_cmd_root=None,
        metadata_root_set=False,
        ignore_keys=("# No effect",),
        var_py_cmd_path="MLV_PY_CMD_PATH",
        var_py_cmd_name="MLV_PY_CMD_NAME",
        var_meta_filename="MLV_DVC_META_FILENAME",
        docstring_conf=None,
        python=None,
        keep_runs=None,
        origin=None,
        problems=(),
    )


ALL = {
    "path": {"python_script_root_dir": "./scripts", "dvc_cmd_root_dir": "a b/cmd"},
    "ignore_keys": ["# skip", "ä"],
    "dvc_var_python_cmd_path": "PY_PATH",
    "dvc_var_python_cmd_name": "_name",
    "dvc_var_meta_filename": "META2",
    "docstring_conf": "./conf.yml",
    "python": "bin/python",
    "keep_runs": 7,
}
ALL_TOML = (
    TABLE
    + """
ignore_keys = ["# skip", "ä"]
dvc_var_python_cmd_path = "PY_PATH"
dvc_var_python_cmd_name = "_name"
dvc_var_meta_filename = "META2"
docstring_conf = "./conf.yml"
python = "bin/python"
keep_runs = 7
[tool.jupyterlab-dvc.path]
python_script_root_dir = "./scripts"
dvc_cmd_root_dir = "a b/cmd"
"""
)


@pytest.mark.parametrize(
    ("name", "text", "given"),
    [
        (".mlvtools", json.dumps(ALL), False),
        (".mlvtools", "\ufeff" + json.dumps(ALL), False),
        ("pyproject.toml", ALL_TOML, False),
        ("conf.json", json.dumps(ALL), True),
        ("other.toml", ALL_TOML, True),
    ],
)
def test_each_setting_is_read(tmp_path: Path, name: str, text: str, given: bool) -> None:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    assert conf.load(tmp_path, file if given else None) == Settings(
        work_dir=tmp_path,
        script_root=tmp_path / "scripts",
        dvc_cmd_root_default=tmp_path / "pipeline/dvc",
        dvc_cmd_root=tmp_path / "a b/cmd",
        ignore_keys=("# skip", "ä"),
        var_py_cmd_path="PY_PATH",
        var_py_cmd_name="_name",
        var_meta_filename="META2",
        docstring_conf=tmp_path / "conf.yml",
        python="bin/python",
        keep_runs=7,
        origin=file,
    )


def test_paths_are_relative_to_the_working_folder_not_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    file = tmp_path / "etc/conf"
    file.write_text('{"path": {"python_script_root_dir": "x"}, "docstring_conf": "/abs.yml"}')
    found = conf.load(tmp_path / "work", file)
    assert found.script_root == tmp_path / "work/x"
    assert found.docstring_conf == Path("/abs.yml")


@pytest.mark.parametrize("text", ["{}", '{"path": null, "docstring_conf": null}', '{"path": {}}'])
def test_what_is_not_set_is_the_default(tmp_path: Path, text: str) -> None:
    (tmp_path / ".mlvtools").write_text(text)
    assert conf.load(tmp_path).script_root == tmp_path / "pipeline/scripts"
    assert conf.load(tmp_path).dvc_cmd_root is None


def test_no_ignore_keys_at_all_can_be_set(tmp_path: Path) -> None:
    (tmp_path / ".mlvtools").write_text('{"ignore_keys": []}')
    assert conf.load(tmp_path).ignore_keys == ()


def test_the_metadata_folder_is_accepted_and_said_to_be_without_effect(tmp_path: Path) -> None:
    (tmp_path / ".mlvtools").write_text('{"path": {\n"dvc_metadata_root_dir": "."}}')
    found = conf.load(tmp_path)
    assert found.metadata_root_set
    assert [(p.code, p.severity, p.place.line) for p in found.problems] == [
        ("conf-without-effect", "warning", 2)
    ]


def test_mlvtools_wins_over_pyproject_and_that_is_said(tmp_path: Path) -> None:
    (tmp_path / ".mlvtools").write_text('{"python": "a"}')
    (tmp_path / "pyproject.toml").write_text(TABLE + 'python = "b"\nignore_keys = ["x"]')
    found = conf.load(tmp_path)
    assert (found.python, found.ignore_keys) == ("a", ("# No effect",))
    assert found.origin == tmp_path / ".mlvtools"
    assert [problem.code for problem in found.problems] == ["conf-both"]


def test_a_given_file_wins_over_both(tmp_path: Path) -> None:
    (tmp_path / ".mlvtools").write_text("broken")
    (tmp_path / "pyproject.toml").write_text(TABLE + "broken")
    (tmp_path / "c").write_text('{"python": "c"}')
    assert conf.load(tmp_path, tmp_path / "c").python == "c"


@pytest.mark.parametrize(
    "text", ['[project]\nname = "jupyterlab-dvc"\n', "[tool.other]\n", "broken [", ""]
)
def test_a_pyproject_without_our_table_says_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert conf.load(tmp_path).origin is None


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", [("conf-json", 1)]),
        ('{\n"python" "a"\n}', [("conf-json", 2)]),
        ("{'python': 1}", [("conf-json", 1)]),
        ("[]", [("conf-json", None)]),
        ("[" * 100_000, [("conf-json", None)]),
        ('{"a": 1}', [("conf-unknown", 1)]),
        ('{\n"ignore_key": []}', [("conf-unknown", 2)]),
        (
            '{"path":\n {"python_script_dir": "x",\n"x": 1}}',
            [("conf-unknown", 2), ("conf-unknown", 3)],
        ),
        ('{"python": "a",\n"python": "b"}', [("conf-twice", 1)]),
        ('{"path": "x"}', [("conf-type", 1)]),
        ('{"path": {\n"dvc_cmd_root_dir": 1}}', [("conf-type", 2)]),
        ('{"path": {"dvc_cmd_root_dir": ""}}', [("conf-type", 1)]),
        ('{"path": {"dvc_cmd_root_dir": "a\\u0000"}}', [("conf-type", 1)]),
        ('{"ignore_keys": "x"}', [("conf-type", 1)]),
        ('{"ignore_keys": [1]}', [("conf-type", 1)]),
        ('{"ignore_keys": [""]}', [("conf-type", 1)]),
        ('{"docstring_conf": true}', [("conf-type", 1)]),
        ('{"keep_runs": 0}', [("conf-type", 1)]),
        ('{"keep_runs": true}', [("conf-type", 1)]),
        ('{"keep_runs": "7"}', [("conf-type", 1)]),
        ('{"dvc_var_meta_filename": "a-b"}', [("conf-variable", 1)]),
        ('{"dvc_var_meta_filename": "1a"}', [("conf-variable", 1)]),
        ('{"dvc_var_meta_filename": "a;b"}', [("conf-variable", 1)]),
        ('{"dvc_var_meta_filename": "MLV_PY_CMD_PATH"}', [("conf-same-variable", None)]),
        (
            '{"python": 1,\n"x": 2,\n"path": 3}',
            [("conf-unknown", 2), ("conf-type", 3), ("conf-type", 1)],
        ),
    ],
)
def test_what_is_wrong_in_mlvtools_is_named(
    tmp_path: Path, text: str, problems: list[tuple[str, int | None]]
) -> None:
    (tmp_path / ".mlvtools").write_text(text)
    with pytest.raises(Refused) as caught:
        conf.load(tmp_path)
    assert said(caught) == [(code, ".mlvtools", line) for code, line in problems]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (TABLE + "a = ", ("conf-toml", 2)),
        (TABLE + "ignore-keys = []", ("conf-unknown", 2)),
        (TABLE + "path.x = 1", ("conf-unknown", 2)),
        (TABLE + "python = 1", ("conf-type", 2)),
        ("[tool]\njupyterlab-dvc = 1", ("conf-type", 2)),
    ],
)
def test_what_is_wrong_in_pyproject_is_named(
    tmp_path: Path, text: str, problem: tuple[str, int]
) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    with pytest.raises(Refused) as caught:
        conf.load(tmp_path)
    assert said(caught) == [(problem[0], "pyproject.toml", problem[1])]


def test_an_unknown_key_names_the_nearest_one(tmp_path: Path) -> None:
    (tmp_path / ".mlvtools").write_text('{"path": {"python_script_dir": "x"}}')
    with pytest.raises(Refused, match=r"`path\.python_script_dir`.*`path\.python_script_root_dir`"):
        conf.load(tmp_path)


def test_a_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as caught:
        conf.load(tmp_path, tmp_path / "nope")
    assert said(caught) == [("conf-missing", "nope", None)]


def test_a_folder_is_no_configuration(tmp_path: Path) -> None:
    (tmp_path / ".mlvtools").mkdir()
    with pytest.raises(Refused, match="can't be read"):
        conf.load(tmp_path)


def test_other_encodings_are_refused(tmp_path: Path) -> None:
    (tmp_path / ".mlvtools").write_bytes(b'{\n"python": "\xe4"}')
    with pytest.raises(Refused) as caught:
        conf.load(tmp_path)
    assert said(caught) == [("conf-not-utf8", ".mlvtools", 2)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("# nothing\n", {}),
        ("a: ./x\nb: {c: [1, 2]}", {"a": "./x", "b": {"c": [1, 2]}}),
        # YAML 1.2, as DVC reads it.
        ("a: yes\nb: 1e-5\nc: 12:30:45", {"a": "yes", "b": 1e-5, "c": "12:30:45"}),
        ("a: &x [1]\nb: *x", {"a": [1], "b": [1]}),
    ],
)
def test_a_docstring_configuration_is_read(
    tmp_path: Path, text: str, expected: dict[str, object]
) -> None:
    file = tmp_path / "conf.yml"
    file.write_text(text)
    assert conf.load_docstring_conf(file) == expected


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 10)}]\n"
    for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: [", 1),
        ("a: 1\nb: }", 2),
        ("a: 1\na: 2", 2),
        ("a: !!python/object/apply:os.system [touch pwned]", 1),
        ("- a", None),
        ("a", None),
        ("a: &a [*a]", None),
        (BOMB, None),
        ("a: " + "[" * 1_500, None),
    ],
)
def test_a_docstring_configuration_that_cannot_be_used(
    tmp_path: Path, text: str, line: int | None
) -> None:
    file = tmp_path / "conf.yml"
    file.write_text(text)
    with pytest.raises(Refused) as caught:
        conf.load_docstring_conf(file)
    assert said(caught) == [("conf-yaml", "conf.yml", line)]
    assert os.listdir(tmp_path) == ["conf.yml"]


def test_a_missing_docstring_configuration_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        conf.load_docstring_conf(tmp_path / "conf.yml")
