"""Variants of a step are left alone, and it is said when their arguments no longer fit."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from jupyterlab_dvc import variant
from jupyterlab_dvc.dvcyaml import DvcYaml
from jupyterlab_dvc.model import Directives, Parameter, ParamType

SCRIPT = PurePosixPath("scripts/s.py")
DIRECTIVES = Directives(
    params=(
        Parameter("in_file"),
        Parameter("size", ParamType("int"), default="1"),
        Parameter("fast", ParamType("bool"), default="False"),
    )
)


def file(command: str, meta: str = "variant-of: step", more: str = "") -> DvcYaml:
    return DvcYaml(
        f"stages:\n  step:\n    cmd: x\n  other:\n{more}    cmd: {command}\n"
        f"    meta:\n      jupyterlab-dvc:\n        {meta}\n"
    )


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("python scripts/s.py --in-file=a", []),
        ("python scripts/s.py --in_file a --size 3", []),
        ("python ./scripts/s.py --in a --no-fast", []),
        ("python scripts/s.py --in-file=a --depth=3", [("variant-unknown", "--depth")]),
        ("python scripts/s.py --size 3", [("variant-missing", "--in-file")]),
        ("python scripts/s.py", [("variant-missing", "--in-file")]),
        ("python scripts/s.py ${model}", []),
        ("python scripts/s.py --size=${size}", [("variant-missing", "--in-file")]),
        ("python scripts/s.py --in-file=a && ls --color", []),
        ("python other.py --depth 3", []),
        (
            "['python scripts/s.py --in-file=a', python scripts/s.py]",
            [("variant-missing", "--in-file")],
        ),
    ],
)
def test_arguments_that_no_longer_fit_are_named(
    command: str, expected: list[tuple[str, str]]
) -> None:
    found = variant.problems(file(command), "step", DIRECTIVES, SCRIPT)
    assert [(problem.code, problem.args["option"]) for problem in found] == expected
    assert all(
        (p.severity, p.place.line, p.place.path) == ("warning", 4, "dvc.yaml") for p in found
    )
    assert all("other" in problem.message for problem in found)


def test_only_variants_of_this_stage_are_looked_at() -> None:
    command = "python scripts/s.py --depth 3"
    assert not variant.problems(file(command, "variant-of: another"), "step", DIRECTIVES, SCRIPT)
    assert not variant.problems(file(command, "notebook: a.ipynb"), "step", DIRECTIVES, SCRIPT)


def test_a_variant_may_have_a_folder_or_be_a_group() -> None:
    text = file("python s.py --depth=1", more="    wdir: scripts\n")
    assert len(variant.problems(text, "step", DIRECTIVES, SCRIPT)) == 2
    group = DvcYaml(
        "stages:\n  step: {cmd: x}\n  other:\n    foreach: [1]\n    do:\n      cmd: python"
        " scripts/s.py\n      meta: {jupyterlab-dvc: {variant-of: step}}\n"
    )
    (problem,) = variant.problems(group, "step", DIRECTIVES, SCRIPT)
    assert problem.code == "variant-missing"
