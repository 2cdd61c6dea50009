"""Generated stages, read and run by the real DVC."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyterlab_dvc.dvcyaml import DvcYaml
from jupyterlab_dvc.model import (
    Directives,
    Hyperparameter,
    Parameter,
    ParamType,
    PathDirective,
    Text,
)

from .dvc_project import DvcProject, names_that_only_quoting_saves

pytest.importorskip("dvc")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> DvcProject:
    return DvcProject(tmp_path_factory.mktemp("hostile"))


def test_hostile_paths_are_literal_to_the_shell_to_yaml_and_to_dvc(project: DvcProject) -> None:
    """All names at once: each an input and an output with a related param."""
    params, paths, outs, expected = [], [], [], []
    for number, name in enumerate(names_that_only_quoting_saves()):
        (project.root / name).mkdir()
        (project.root / name / f"{name}.in").write_text("data")
        for kind, suffix in (("in", "in"), ("out", "out")):
            param = f"p{number}_{kind}"
            path = f"{name}/{name}.{suffix}" if number % 2 else f"./{name}/{name}.{suffix}"
            params.append(Parameter(param))
            paths.append(PathDirective("in" if kind == "in" else "out", path, param))
            expected.append(f"--p{number}-{kind}={path}")
            if kind == "out":
                outs.append(path)
    built = project.stage(Directives(params=tuple(params), paths=tuple(paths)))
    project.write(built)
    assert sorted(project.run(outs)) == sorted(expected)
    assert not list(project.root.rglob("pwned"))


@pytest.mark.parametrize("name", ["-x", "--help", "~", "a b", "$(touch pwned)", "ü", "${x}"])
def test_a_file_at_the_top_whose_name_begins_badly(name: str, tmp_path: Path) -> None:
    project = DvcProject(tmp_path)
    (tmp_path / f"{name}.in").write_text("data")
    directives = Directives(
        params=(Parameter("given"), Parameter("made")),
        paths=(PathDirective("in", f"{name}.in", "given"), PathDirective("out", name, "made")),
    )
    text = project.write(project.stage(directives))
    assert project.run([name]) == [f"--given={name}.in", f"--made={name}"]
    assert project.write(project.stage(directives)) == text
    assert not (tmp_path / "pwned").exists()


def test_a_script_whose_path_begins_with_a_dash(tmp_path: Path) -> None:
    project = DvcProject(tmp_path)
    (tmp_path / "-m").mkdir()
    (tmp_path / "script.py").rename(tmp_path / "-m" / "a b.py")
    project.write(project.stage(Directives(), script="-m/a b.py"))
    assert project.run([]) == []


def test_every_kind_of_output_reaches_dvc(tmp_path: Path) -> None:
    project = DvcProject(tmp_path)
    directives = Directives(
        paths=(
            PathDirective("out", "o"),
            PathDirective("out-persist", "p"),
            PathDirective("metric", "m.json"),
            PathDirective("plot", "q.csv"),
        ),
        desc=Text("it's ${not} a template: # really"),
        always_changed=True,
    )
    project.write(project.stage(directives))
    with project.repo() as repo:
        stage = repo.stage.load_one(name="step")
        outs = {out.def_path: out for out in stage.outs}
        assert stage.desc == "it's ${not} a template: # really"
        assert stage.always_changed
        assert outs["p"].persist and not outs["o"].persist
        assert outs["m.json"].metric and not outs["m.json"].use_cache
        assert outs["q.csv"].plot and outs["q.csv"].use_cache


VALUES: list[tuple[object, str]] = [
    (1, "1"),
    (-1e-5, "-1e-05"),
    (True, "true"),
    (False, "false"),
    ("plain", "plain"),
    ("a b", "a b"),
    ("$(touch pwned)", "$(touch pwned)"),
    ("${key}", "${key}"),
    ("-x", "-x"),
    ('a"b\\c', 'a"b\\c'),
    ("#; & |", "#; & |"),
    ("", ""),
    ("ü", "ü"),
]


@pytest.mark.parametrize(("value", "argument"), VALUES, ids=[repr(v) for v, _ in VALUES])
def test_a_value_of_params_yaml_arrives_as_it_is(
    value: object, argument: str, tmp_path: Path
) -> None:
    import json

    project = DvcProject(tmp_path)
    (tmp_path / "params.yaml").write_text(json.dumps({"a": {"key": value}}))
    directives = Directives(
        params=(Parameter("x"),), hyperparameters=(Hyperparameter("a.key", None, "x"),)
    )
    project.write(project.stage(directives))
    assert project.run([]) == [f"--x={argument}"]
    assert not (tmp_path / "pwned").exists()


def test_a_key_of_another_file_is_found_and_tracked(tmp_path: Path) -> None:
    project = DvcProject(tmp_path)
    (tmp_path / "params.yaml").write_text("size: 1\n")
    (tmp_path / "a b.json").write_text('{"deep": {"x": "v w"}, "other": 1}')
    directives = Directives(
        params=(Parameter("x"),), hyperparameters=(Hyperparameter("deep.x", "a b.json", "x"),)
    )
    built = project.stage(directives)
    assert built.fields["vars"] == ["a b.json:deep"]
    assert built.fields["params"] == [{"a b.json": ["deep.x"]}]
    project.write(built)
    assert project.run([]) == ["--x=v w"]
    (tmp_path / "a b.json").write_text('{"deep": {"x": "new"}, "other": 1}')
    with project.repo() as repo:
        assert "changed command" in repo.status()["step"]


def test_a_list_is_passed_with_its_whole_mapping(tmp_path: Path) -> None:
    project = DvcProject(tmp_path)
    (tmp_path / ".dvc" / "config").write_text("[parsing]\n    bool = boolean_optional\n")
    (tmp_path / "params.yaml").write_text(
        "model:\n  layers: [64, -3]\n  use_bias: false\n  name: $(touch pwned) x\n"
    )
    number, text = ParamType("int"), ParamType()
    directives = Directives(
        params=(
            Parameter("layers", ParamType("list", number)),
            Parameter("use_bias", ParamType("bool")),
            Parameter("name", text),
        ),
        hyperparameters=(
            Hyperparameter("model.layers", None, "layers"),
            Hyperparameter("model.use_bias", None, "use_bias"),
        ),
    )
    built = project.stage(directives)
    assert built.fields["cmd"] == "python script.py ${model}"
    assert built.problems == ()
    project.write(built)
    expected = ["--layers", "64", "-3", "--no-use_bias", "--name", "$(touch pwned) x"]
    assert project.run([]) == expected
    assert not (tmp_path / "pwned").exists()


def test_an_old_command_runs_as_a_stage(tmp_path: Path) -> None:
    project = DvcProject(tmp_path)
    (tmp_path / "a b").write_text("data")
    text = (
        "dvc run -f old.dvc -d 'a b' -o o -M m.json "
        '"$MLV_PY_CMD_PATH --x   \'$(echo run)\' \\"$DVC_STAGE ${DVC_STAGE}\\" && echo {} > m.json"'
    )
    built = project.stage(Directives(command=Text(text)))
    assert built.name == "old"
    project.write(built)
    assert project.run(["o"]) == ["--x", "$(echo run)", "old old"]


def test_a_file_that_dvc_itself_rewrites_stays_ours(tmp_path: Path) -> None:
    project = DvcProject(tmp_path)
    directives = Directives(
        paths=(PathDirective("in", "z"), PathDirective("in", "a " * 60), PathDirective("out", "o")),
    )
    built = project.stage(directives)
    project.write(built)
    (tmp_path / "z").write_text("")
    with project.repo() as repo:
        repo.stage.add(name="other", cmd="true", deps=["z"])
        repo.stage.add(name="step", force=True, cmd=built.fields["cmd"], deps=["script.py", "z"])
    rewritten = DvcYaml.read(tmp_path / "dvc.yaml")
    assert list(rewritten.stages) == ["step", "other"]
    change = rewritten.with_stage(built)
    assert set(change.edited_by_hand) == {"deps", "outs"}
    forced = rewritten.with_stage(built, force=True)
    assert DvcYaml(forced.text).with_stage(built).kind == "same"
    with project.repo() as repo:
        repo.stage.add(name="third", cmd="true", deps=["z"])
