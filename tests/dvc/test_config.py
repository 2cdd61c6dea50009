"""One line of DVC's configuration, the others kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyterlab_dvc.dvc import config

from .conftest import Dvc

SET = "    bool = boolean_optional\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "[parsing]\n" + SET),
        ("[core]\n    analytics = false", "[core]\n    analytics = false\n[parsing]\n" + SET),
        ("# mine\n[parsing]\n    list = append\n", f"# mine\n[parsing]\n{SET}    list = append\n"),
        (
            "[parsing]\n\tbool=store_true # why\n[core]\n",
            "[parsing]\n\tbool=boolean_optional # why\n[core]\n",
        ),
        ("['parsing']\r\nbool = x\r\n", "['parsing']\r\nbool = boolean_optional\r\n"),
        ("[core]\r\n", "[core]\r\n[parsing]\r\n    bool = boolean_optional\r\n"),
        (
            "['remote \"bool\"']\n    bool = no\n",
            "['remote \"bool\"']\n    bool = no\n[parsing]\n" + SET,
        ),
    ],
)
def test_one_line(before: str, after: str, project: Path, dvc: Dvc) -> None:
    assert config.with_boolean_optional(before) == after
    assert config.with_boolean_optional(after) == after


def test_dvc_reads_it(project: Path, dvc: Dvc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DVC_GLOBAL_CONFIG_DIR", str(project / "global"))
    assert config.parsing_bool(project) == "store_true"
    path = project / ".dvc" / "config"
    assert dvc(project, "remote", "add", "-d", "store", "/x").returncode == 0
    path.write_text(config.with_boolean_optional("# mine\n" + path.read_text()))
    assert path.read_text().startswith("# mine\n")
    assert config.parsing_bool(project) == "boolean_optional"
    lines = dvc(project, "config", "--list").stdout.splitlines()
    assert {"parsing.bool=boolean_optional", "core.remote=store"} <= set(lines)
    (project / ".dvc" / "config.local").write_text("[parsing]\nbool = 'store_true'\n")
    assert config.parsing_bool(project) == "store_true"
    assert dvc(project, "config", "parsing.bool").stdout == "store_true\n"
