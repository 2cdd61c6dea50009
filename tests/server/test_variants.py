"""GET and POST variants: stages of a notebook's script that really run, beside its own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jupyterlab_dvc import variant_edit
from jupyterlab_dvc.dvcyaml import DvcYaml
from jupyterlab_dvc.errors import Problem
from jupyterlab_dvc.server.routes import NAMESPACE
from jupyterlab_dvc.variant_text import Own
from tests.server.application import Fetch, body_of, everything_in, post, refused
from tests.server.project import SECOND, SECOND_CODE, Project
from tests.server.test_steps import ended

OUT = "data/repeated.txt"


async def variants(fetch: Fetch, project: Project, **change: Any) -> Any:
    path = project.path("second")
    if change:
        return json.loads((await post(fetch, "variants", {"path": path, **change})).body)
    return json.loads((await fetch(NAMESPACE, "variants", params={"path": path})).body)


async def sync(fetch: Fetch, project: Project, *names: str) -> Any:
    for name in names:
        answer = json.loads((await post(fetch, "sync", project.sync(name))).body)
    return answer


async def run(fetch: Fetch, project: Project) -> dict[str, str]:
    body = {"path": project.path("second"), "what": "pipeline"}
    found = await ended(fetch, json.loads((await post(fetch, "runs", body)).body))
    assert found["state"] == "succeeded", found
    return {stage["name"]: stage["state"] for stage in found["stages"]}


def text(project: Project, name: str) -> str:
    return (project.folder / "data" / name).read_text()


async def test_a_variant_and_a_matrix_run(jp_fetch: Fetch, project: Project) -> None:
    await sync(jp_fetch, project, "first", "second")
    found = await variants(jp_fetch, project)
    assert (found["stage"], found["variants"], found["diff"]) == ("mlvtools_second", [], "")
    assert [(one["name"], one["value"]) for one in found["params"]] == [
        ("times", None),
        ("end", "!"),
    ]
    assert [(one["path"], one["kind"], one["fixed"]) for one in found["paths"]] == [
        ("data/text.txt", "in", False),
        (OUT, "out", False),
    ]
    loud = {"name": "loud", "values": {"times": "3", "end": "?'\" $(touch pwned)"}}
    found = await variants(
        jp_fetch,
        project,
        op="add",
        variant={**loud, "paths": {OUT: "data/loud.txt"}},
        etag=found["etag"],
    )
    assert "+  loud:\n" in found["diff"]
    ends = {"name": "ends", "matrix": {"end": ["a", "b.c"]}}
    found = await variants(jp_fetch, project, op="add", variant=ends, etag=found["etag"])
    assert [one["name"] for one in found["variants"]] == ["loud", "ends"]
    assert found["variants"][0]["values"] == loud["values"]
    assert found["variants"][1]["paths"] == {OUT: "data/repeated-{end}.txt"}
    now = await variants(jp_fetch, project)
    assert found == {**now, "diff": found["diff"], "undo": found["undo"]}
    assert await run(jp_fetch, project) == {
        "mlvtools_first": "ran",
        "mlvtools_second": "ran",
        "loud": "ran",
        "ends@a": "ran",
        "ends@b.c": "ran",
    }
    assert text(project, "repeated.txt") == "text text !"
    assert text(project, "loud.txt") == "text text text ?'\" $(touch pwned)"
    assert text(project, "repeated-b.c.txt") == "text text b.c"
    assert not list(project.root.rglob("pwned"))
    # A sync leaves them alone, and a step's own run is of its own stage.
    before = (project.folder / "dvc.yaml").read_bytes()
    await sync(jp_fetch, project, "second")
    assert (project.folder / "dvc.yaml").read_bytes() == before
    state = await jp_fetch(NAMESPACE, "state", params={"path": project.path("second")})
    assert json.loads(state.body)["step"]["stage"] == "mlvtools_second"
    assert json.loads(state.body)["step"]["state"] == "up-to-date"


async def test_changed_renamed_removed(jp_fetch: Fetch, project: Project) -> None:
    await sync(jp_fetch, project, "second")
    path = project.folder / "dvc.yaml"
    variant = {"name": "v", "values": {"times": "3"}, "paths": {OUT: "v.txt"}}
    await variants(jp_fetch, project, op="add", variant=variant)
    path.write_text(path.read_text().replace("  v:\n", "  # mine\n  v:\n    desc: my own\n"))
    etag = DvcYaml(path.read_text()).etag
    new = {**variant, "name": "w", "values": {"times": "4"}}
    found = await variants(jp_fetch, project, op="replace", name="v", variant=new, etag=etag)
    assert "  # mine\n  w:\n    desc: my own\n" in path.read_text()
    assert "--times=4" in path.read_text() and "--times=3" not in path.read_text()
    assert found["etag"] == DvcYaml(path.read_text()).etag
    found = await variants(jp_fetch, project, op="remove", name="w", etag=found["etag"])
    assert found["variants"] == [] and "-  w:\n" in found["diff"]
    assert list(DvcYaml(path.read_text()).stages) == ["mlvtools_second"]


async def test_taken_back_to_the_byte(jp_fetch: Fetch, project: Project) -> None:
    await sync(jp_fetch, project, "second")
    path = project.folder / "dvc.yaml"
    variant = {"name": "v", "values": {"times": "3"}, "paths": {OUT: "v.txt"}}
    added = await variants(jp_fetch, project, op="add", variant=variant)
    path.write_text(path.read_text().replace("  v:\n", "  # mine\n  v:\n    desc: my own\n"))
    before = path.read_bytes()
    error = await refused(variants(jp_fetch, project, op="undo", undo=added["undo"]))
    assert (error.code, body_of(error)["code"]) == (409, "variant-undo-outdated")
    removed = await variants(jp_fetch, project, op="remove", name="v")
    other = {"name": "w", "paths": {OUT: "w.txt"}}
    later = await variants(jp_fetch, project, op="add", variant=other)
    error = await refused(variants(jp_fetch, project, op="undo", undo=removed["undo"]))
    assert body_of(error)["code"] == "variant-undo-outdated"
    # The last one first; what was taken back is no change that stands between.
    await variants(jp_fetch, project, op="undo", undo=later["undo"])
    found = await variants(jp_fetch, project, op="undo", undo=removed["undo"])
    assert path.read_bytes() == before
    assert [one["name"] for one in found["variants"]] == ["v"]
    # It is of no more use, and not kept; the taking back is itself a change.
    error = await refused(variants(jp_fetch, project, op="undo", undo=removed["undo"]))
    assert (error.code, body_of(error)["code"]) == (404, "variant-undo-unknown")
    await variants(jp_fetch, project, op="undo", undo=found["undo"])
    assert path.read_bytes() != before


BROKEN = SECOND.replace(":param int times", ":param unknown times")


async def test_a_broken_notebook_s_change_is_taken_back(jp_fetch: Fetch, project: Project) -> None:
    await sync(jp_fetch, project, "second")
    path = project.folder / "dvc.yaml"
    before = path.read_bytes()
    variant = {"name": "v", "values": {"times": "3"}, "paths": {OUT: "v.txt"}}
    added = await variants(jp_fetch, project, op="add", variant=variant)
    project.write("second", [BROKEN, SECOND_CODE])
    error = await refused(variants(jp_fetch, project, op="remove", name="v"))
    assert body_of(error)["code"] == "param-type-unknown"
    found = await variants(jp_fetch, project, op="undo", undo=added["undo"])
    assert path.read_bytes() == before
    assert "-  v:\n" in found["diff"]
    assert found["obstacle"]["code"] == "param-type-unknown"


async def test_why_a_step_can_have_no_variant(jp_fetch: Fetch, project: Project) -> None:
    await sync(jp_fetch, project, "second")
    variant = {"name": "v", "values": {"times": "3"}, "paths": {OUT: "v.txt"}}
    found = await variants(jp_fetch, project, op="add", variant=variant)
    assert found["obstacle"] is None
    # A panel asks whenever the notebook is saved, also where it can't be read.
    project.write("second", [BROKEN, SECOND_CODE])
    found = await variants(jp_fetch, project)
    assert (found["stage"], found["etag"], found["variants"]) == ("", "", [])
    assert found["obstacle"]["code"] == "param-type-unknown"
    assert (found["obstacle"]["path"], found["obstacle"]["cell"]) == (project.path("second"), 1)
    command = '"""\n:dvc-cmd: dvc run -n mlvtools_second python mlvtools_second.py\n"""'
    project.write("second", [command, SECOND_CODE])
    found = await variants(jp_fetch, project)
    assert [one["name"] for one in found["variants"]] == ["v"]
    assert found["obstacle"]["code"] == "variant-command"
    error = await refused(variants(jp_fetch, project, op="add", variant={**variant, "name": "w"}))
    assert {**found["obstacle"], "path": None} == body_of(error)
    found = await variants(jp_fetch, project, op="remove", name="v")
    assert found["variants"] == []


async def test_a_dvc_yaml_that_can_t_be_read(jp_fetch: Fetch, project: Project) -> None:
    (project.folder / "dvc.yaml").write_text("stages: [\n")
    found = await variants(jp_fetch, project)
    assert found["stage"] == ""
    assert found["obstacle"]["path"] == "work/dvc.yaml"


async def test_a_default_over_several_lines(jp_fetch: Fetch, project: Project) -> None:
    several = SECOND.replace('Defaults to "!".', "Defaults to '''a\n  b'''\n  'c'.")
    project.write("second", [several, SECOND_CODE])
    found = await variants(jp_fetch, project)
    assert [one["value"] for one in found["params"]] == [None, "a\nbc"]


async def test_one_variant_runs_alone(jp_fetch: Fetch, project: Project) -> None:
    await sync(jp_fetch, project, "first", "second")
    loud = {"name": "loud", "values": {"times": "3"}, "paths": {OUT: "data/loud.txt"}}
    await variants(jp_fetch, project, op="add", variant=loud)
    ends = {"name": "ends", "matrix": {"end": ["a", "b"]}}
    await variants(jp_fetch, project, op="add", variant=ends)
    body = {"path": project.path("second"), "what": "step"}
    for name, ran in (("loud", ["loud"]), ("ends", ["ends@a", "ends@b"])):
        answer = await post(jp_fetch, "runs", {**body, "variant": name})
        found = await ended(jp_fetch, json.loads(answer.body))
        assert found["state"] == "succeeded", found
        names = [stage["name"] for stage in found["stages"] if stage["state"] == "ran"]
        assert names == (["mlvtools_first", *ran] if name == "loud" else ran)
    assert not (project.folder / OUT).exists()
    for name in ("mlvtools_second", "mlvtools_first", "../x", "ends@a"):
        error = await refused(post(jp_fetch, "runs", {**body, "variant": name}))
        assert (error.code, body_of(error)["code"]) == (404, "variant-missing-stage")


async def test_a_regenerated_notebook(jp_fetch: Fetch, project: Project) -> None:
    await sync(jp_fetch, project, "second")
    variant = {"name": "v", "values": {"end": "?"}, "paths": {OUT: "v.txt"}}
    await variants(jp_fetch, project, op="add", variant=variant)
    changed = SECOND.replace(":param str end:", ":param str tail:")
    project.write("second", [changed, SECOND_CODE.replace("end", "tail")])
    answer = await sync(jp_fetch, project, "second")
    assert [one["code"] for one in answer["warnings"]] == ["variant-unknown"]
    (found,) = (await variants(jp_fetch, project))["variants"]
    assert [one["code"] for one in found["problems"]] == ["variant-unknown"]
    assert answer["warnings"] == [
        {k: v for k, v in found["problems"][0].items() if k != "severity"}
    ]
    assert found["mend"] == {"name": "v", "values": {}, "paths": {OUT: "v.txt"}, "matrix": {}}
    assert "--end" in found["diff"]
    found = await variants(jp_fetch, project, op="replace", name="v", variant=found["mend"])
    assert found["variants"][0]["problems"] == []


async def test_a_sync_names_a_variant_that_was_made_of_less(
    jp_fetch: Fetch, project: Project
) -> None:
    await sync(jp_fetch, project, "second")
    variant = {"name": "v", "values": {"end": "?"}, "paths": {OUT: "v.txt"}}
    await variants(jp_fetch, project, op="add", variant=variant)
    assert (await sync(jp_fetch, project, "second"))["warnings"] == []
    more = SECOND.replace(":dvc-out", ":dvc-in: data/more.txt\n:dvc-out", 1)
    project.write("second", [more, SECOND_CODE])
    answer = await sync(jp_fetch, project, "second")
    assert [(one["code"], one["args"]) for one in answer["warnings"]] == [
        ("variant-outdated", {"stage": "v"})
    ]
    (found,) = (await variants(jp_fetch, project))["variants"]
    assert "+    - data/more.txt\n" in found["diff"]
    await variants(jp_fetch, project, op="replace", name="v", variant=found["mend"])
    assert (await sync(jp_fetch, project, "second"))["warnings"] == []


async def test_only_who_shows_warnings_has_them_looked_for(
    jp_fetch: Fetch, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sync(jp_fetch, project, "second")
    variant = {"name": "v", "values": {"end": "?"}, "paths": {OUT: "v.txt"}}
    await variants(jp_fetch, project, op="add", variant=variant)
    changed = SECOND.replace(":param str end:", ":param str tail:")
    project.write("second", [changed, SECOND_CODE.replace("end", "tail")])
    looked: list[str] = []
    real = variant_edit.problems_of

    def counted(file: DvcYaml, own: Own) -> list[Problem]:
        looked.append(own.name)
        return real(file, own)

    monkeypatch.setattr(variant_edit, "problems_of", counted)
    state = await jp_fetch(NAMESPACE, "state", params={"path": project.path("second")})
    assert json.loads(state.body)["step"]["state"] == "not-synced"
    assert looked == []
    answer = json.loads((await post(jp_fetch, "preview", {"path": project.path("second")})).body)
    assert [one["code"] for one in answer["warnings"]] == ["variant-unknown"]
    assert looked == ["mlvtools_second"]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"op": "add", "variant": {"name": "a;id"}}, 400, "variant-name"),
        ({"op": "add", "variant": {"name": "../x"}}, 400, "variant-name"),
        ({"op": "add", "variant": {"name": "--force"}}, 400, "variant-name"),
        ({"op": "add", "variant": {"name": "--help"}}, 400, "variant-name"),
        ({"op": "add", "variant": {"name": "a@b"}}, 400, "variant-name"),
        ({"op": "add", "variant": {"name": "x" * 10_000}}, 400, "variant-name"),
        ({"op": "add", "variant": {"name": "x\n  evil: {cmd: id}"}}, 400, "variant-name"),
        ({"op": "add", "variant": {"name": "mlvtools_second"}}, 400, "variant-name-taken"),
        ({"op": "add", "variant": {"name": "v"}}, 400, "graph-output-twice"),
        ({"op": "add", "variant": {"name": "v", "env": {"A": "b"}}}, 400, "request-invalid"),
        ({"op": "add", "variant": {"name": "v", "values": {"times": 1}}}, 400, "request-invalid"),
        ({"op": "add", "variant": {"name": "v", "values": {"x": "1"}}}, 400, "variant-param"),
        (
            {"op": "add", "variant": {"name": "v", "paths": {OUT: "../../x"}}},
            400,
            "path-outside",
        ),
        (
            {"op": "add", "variant": {"name": "v", "paths": {OUT: "/etc/passwd"}}},
            400,
            "path-outside",
        ),
        ({"op": "add"}, 400, "request-invalid"),
        ({"op": "remove"}, 400, "request-invalid"),
        ({"op": "replace", "name": "v"}, 400, "request-invalid"),
        ({"op": "list"}, 400, "request-invalid"),
        ({"op": "undo"}, 400, "request-invalid"),
        ({"op": "undo", "undo": "x" * 10_000}, 404, "variant-undo-unknown"),
        ({"op": "remove", "name": "mlvtools_second"}, 404, "variant-missing-stage"),
        ({"op": "remove", "name": "x" * 10_000}, 404, "variant-missing-stage"),
        (
            {"op": "add", "variant": {"name": "v", "paths": {OUT: "v.txt"}}, "etag": "old"},
            409,
            "variants-outdated",
        ),
    ],
)
async def test_17_what_is_refused_is_not_written(
    jp_fetch: Fetch, project: Project, change: dict[str, Any], status: int, code: str
) -> None:
    await sync(jp_fetch, project, "second")
    before = everything_in(project.root)
    error = await refused(variants(jp_fetch, project, **change))
    assert (error.code, body_of(error)["code"]) == (status, code)
    assert len(json.dumps(body_of(error))) < 3_000
    assert everything_in(project.root) == before
    if status == 409:
        assert "+  v:\n" in body_of(error)["diff"]


async def test_before_the_first_sync(jp_fetch: Fetch, project: Project) -> None:
    found = await variants(jp_fetch, project)
    assert (found["stage"], found["variants"]) == ("mlvtools_second", [])
    variant = {"name": "v", "paths": {OUT: "v.txt"}}
    error = await refused(variants(jp_fetch, project, op="add", variant=variant))
    assert (error.code, body_of(error)["code"]) == (400, "stage-missing")
    assert not (project.folder / "dvc.yaml").exists()


@pytest.mark.parametrize("own_config", [{"allow_sync": False}])
async def test_what_the_administrator_forbids(jp_fetch: Fetch, project: Project) -> None:
    error = await refused(variants(jp_fetch, project, op="remove", name="v"))
    assert (error.code, body_of(error)["code"]) == (403, "sync-not-allowed")
