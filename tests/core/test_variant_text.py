"""A variant becomes a stage and is read back; in the file all else stays as it was."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyterlab_dvc import docstring, stage, variant_edit
from jupyterlab_dvc.dvcyaml import DvcYaml
from jupyterlab_dvc.errors import Conflict, JupyterLabDVCError, NotFound, Refused
from jupyterlab_dvc.model import Directives, Docstring, Stage
from jupyterlab_dvc.variant_text import Own, VariantText

DOCSTRING = """\
:param str source: What is read
:param Path out: What is written
:param int size: How much
:param float rate: How fast. Defaults to 0.5.
:param bool loud: Defaults to False.
:param Literal['a', 'b c'] mode: Defaults to 'a'.
:param list[int] layers:
:param list names:
:param int | None depth:
:param str label: Defaults to 'x'.
:dvc-in source: data/raw.txt
:dvc-in: data/fixed.txt
:dvc-out out: data/out.csv
:dvc-metric: fixed.json
:dvc-extra: --layers 1 2 --names a --label 'a b'
:dvc-param size: train.size
"""
PLAIN = """\
:param str source: What is read
:param str out: What is written
:param int size: How much
:dvc-in source: data/raw.txt
:dvc-out out: data/out.csv
:dvc-extra: --size 3
"""


def own_of(text: str, data: object = None) -> Own:
    doc = Docstring(text, 1, tuple(range(1, text.count("\n") + 2)))
    directives = docstring.parse(doc).directives

    def build(changed: Directives) -> Stage:
        context = stage.StageContext(
            Path("/project"),
            PurePosixPath("scripts/s.py"),
            "mlvtools_s",
            "s.ipynb",
            read_params=lambda _: data or {"train": {"size": 3}},
        )
        return stage.build(doc, changed, context)

    return Own(build(directives), directives, PurePosixPath("scripts/s.py"), build)


def own_file(own: Own, before: str = "") -> DvcYaml:
    return DvcYaml(before).with_stage(own.stage).after


def read(_: str) -> object:
    return {"train": {"size": 3}}


def added(text: VariantText, own: Own, file: DvcYaml | None = None) -> DvcYaml:
    return variant_edit.add(file or own_file(own), own, text, read)


def refused(text: VariantText, own: Own) -> list[str]:
    with pytest.raises(JupyterLabDVCError) as caught:
        added(text, own)
    return [one.code for one in caught.value.problems]


FULL = own_of(DOCSTRING.replace(":dvc-metric: fixed.json\n", ""))
OUT = {"data/out.csv": "data/other.csv"}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, ""),
        ({"size": "7"}, " --size=7"),
        ({"size": "-7"}, " --size=-7"),
        ({"rate": "1e-5"}, " --rate=1e-5"),
        ({"rate": "inf"}, " --rate=inf"),
        ({"rate": "-inf"}, " --rate=-inf"),
        ({"loud": "true"}, " --loud=true"),
        ({"loud": "False"}, " --loud=false"),
        ({"mode": "b c"}, " --mode='b c'"),
        ({"layers": "[3, -4]"}, " --layers 3 -4"),
        ({"names": '[a b, "it\'s"]'}, " --names 'a b' 'it'\"'\"'s'"),
        ({"depth": "null"}, " --depth=None"),
        ({"depth": "3"}, " --depth=3"),
        ({"label": ""}, " --label=''"),
        ({"label": "$(touch pwned); `x` 'y' ${train.size} -"}, None),
        ({"label": "a\nb"}, None),
        ({"label": "a  b"}, None),
        ({"label": "-x"}, " --label=-x"),
        ({"label": "ü 🙂"}, " --label='ü 🙂'"),
        ({"size": "7", "rate": "2"}, " --size=7 --rate=2"),
    ],
)
def test_values(values: dict[str, str], words: str | None) -> None:
    text = VariantText("other", values, OUT)
    file = added(text, FULL)
    fields = file.stages["other"]
    template = "" if "size" in values else " --size='${train.size}'"
    if words is not None:
        assert str(fields["cmd"]).endswith(
            f" --label 'a b' --source=data/raw.txt --out=data/other.csv{template}{words}"
        )
    (found,) = variant_edit.every(file, FULL, read)
    normal = {**values, **({"loud": "false"} if values.get("loud") == "False" else {})}
    if values.get("depth") == "null":
        normal["depth"] = "None"
    if "names" in values:
        normal["names"] = '["a b", "it\'s"]'
    assert found.text == VariantText("other", normal, OUT)
    assert (found.problems, found.mend, found.after) == ((), None, None)
    # The notebook's own stage is as it was, and what is read can be written again.
    assert file.stages["mlvtools_s"] == own_file(FULL).stages["mlvtools_s"]
    again = variant_edit.replace(file, FULL, "other", found.text, read)
    assert again.text == file.text
    assert ("params" in fields) == ("size" not in values)


def test_paths() -> None:
    paths = {"data/raw.txt": "raw 2/$(x).txt", "data/./out.csv": "${HOME}/it's.csv"}
    file = added(VariantText("other", {}, paths), FULL)
    fields = file.stages["other"]
    assert fields["deps"] == ["scripts/s.py", "raw 2/$(x).txt", "data/fixed.txt"]
    assert fields["outs"] == ["\\${HOME}/it's.csv"]
    (found,) = variant_edit.every(file, FULL, read)
    assert dict(found.text.paths) == {
        "data/raw.txt": "raw 2/$(x).txt",
        "data/out.csv": "${HOME}/it's.csv",
    }


@pytest.mark.parametrize(
    ("name", "values", "items"),
    [
        ("size", ["1", "2"], [1, 2]),
        ("rate", ["0.5", "1e-05"], [0.5, 1e-05]),
        ("loud", ["true", "false"], [True, False]),
        ("label", ["a-1", "b_2.x", "007", "true"], ["a-1", "b_2.x", "007", "true"]),
        ("mode", ["a"], ["a"]),
    ],
)
def test_a_matrix(name: str, values: list[str], items: list[object]) -> None:
    file = added(VariantText("grid", {}, {}, {name: values}), FULL)
    fields = file.stages["grid"]
    assert fields["matrix"] == {name: items}
    assert fields["outs"] == [f"data/out-${{item.{name}}}.csv"]
    assert str(fields["cmd"]).endswith(f" --{name}=${{item.{name}}}")
    assert f"--out=data/out-${{item.{name}}}.csv" in fields["cmd"]
    (found,) = variant_edit.every(file, FULL, read)
    assert (found.text.matrix, found.text.values) == ({name: values}, {})
    assert found.text.paths == {"data/out.csv": f"data/out-{{{name}}}.csv"}
    assert variant_edit.replace(file, FULL, "grid", found.text, read).text == file.text
    # To another matrix, to none, and back.
    other = VariantText("grid", {}, OUT)
    if name != "size":
        sizes = VariantText("grid", {}, {}, {"size": ["4", "5"]})
        changed = variant_edit.replace(file, FULL, "grid", sizes, read)
        assert changed.stages["grid"]["matrix"] == {"size": [4, 5]}
        assert changed.stages["grid"]["outs"] == ["data/out-${item.size}.csv"]
    plain = variant_edit.replace(file, FULL, "grid", other, read)
    assert "matrix" not in plain.stages["grid"]
    back = variant_edit.replace(plain, FULL, "grid", found.text, read)
    assert back.stages["grid"] == fields


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (VariantText("", {}, OUT), ["variant-name"]),
        (VariantText("a b", {}, OUT), ["variant-name"]),
        (VariantText("-x", {}, OUT), ["variant-name"]),
        (VariantText("a.b", {}, OUT), ["variant-name"]),
        (VariantText("a@b", {}, OUT), ["variant-name"]),
        (VariantText("../x", {}, OUT), ["variant-name"]),
        (VariantText("a;id", {}, OUT), ["variant-name"]),
        (VariantText("a\nb", {}, OUT), ["variant-name"]),
        (VariantText("a\0", {}, OUT), ["variant-name"]),
        (VariantText("${x}", {}, OUT), ["variant-name"]),
        (VariantText("\u202ex", {}, OUT), ["variant-name"]),
        (VariantText("x" * 101, {}, OUT), ["variant-name"]),
        (VariantText("mlvtools_s", {}, OUT), ["variant-name-taken"]),
        (VariantText("v"), ["graph-output-twice"]),
        (VariantText("v", {}, {"data/out.csv": "data/out.csv/x"}), ["graph-output-inside"]),
        (VariantText("v", {}, {"data/out.csv": "data/raw.txt"}), ["path-in-and-out"]),
        (VariantText("v", {}, {"data/out.csv": "../x"}), ["path-outside"]),
        (VariantText("v", {}, {"data/out.csv": ""}), ["path-missing"]),
        (VariantText("v", {}, {"data/out.csv": "a\nb"}), None),
        (VariantText("v", {}, {"nope": "x", **OUT}), ["variant-path-unknown"]),
        (VariantText("v", {}, {"data/fixed.txt": "x", **OUT}), ["variant-fixed-path"]),
        (VariantText("v", {"size": "x"}, OUT), ["run-value-type"]),
        (VariantText("v", {"mode": "c"}, OUT), ["run-value-type"]),
        (VariantText("v", {"label": "\0"}, OUT), ["run-value"]),
        (VariantText("v", {"names": "[]"}, OUT), ["run-value"]),
        (VariantText("v", {"names": "[-x]"}, OUT), ["run-value"]),
        (VariantText("v", {"nope": "x"}, OUT), ["variant-param"]),
        (VariantText("v", {"source": "x"}, OUT), ["variant-param"]),
        (VariantText("v", {}, {}, {"size": []}), ["variant-matrix-values"]),
        (VariantText("v", {"size": "1"}, {}, {"size": ["2"]}), ["variant-matrix-values"]),
        (VariantText("v", {}, {}, {"size": ["2"], "rate": ["1"]}), ["variant-matrix-one"]),
        (VariantText("v", {}, {}, {"size": ["x"]}), ["run-value-type", "variant-matrix-value"]),
        (VariantText("v", {}, {}, {"size": ["1", "01"]}), ["variant-matrix-twice"]),
        (VariantText("v", {}, {}, {"rate": ["1e-5", "0.00001"]}), ["variant-matrix-twice"]),
        (VariantText("v", {}, {}, {"label": ["../x"]}), ["variant-matrix-value"]),
        (VariantText("v", {}, {}, {"label": ["a'b"]}), ["variant-matrix-value"]),
        (VariantText("v", {}, {}, {"label": [""]}), ["variant-matrix-value"]),
        (VariantText("v", {}, {}, {"layers": ["[1]"]}), ["variant-matrix-value"]),
        (VariantText("v", {}, {}, {"out": ["a"]}), ["variant-param"]),
        (VariantText("v", {}, OUT, {"size": ["1"]}), ["variant-matrix-path"]),
    ],
)
def test_what_is_refused(text: VariantText, codes: list[str] | None) -> None:
    found = refused(text, FULL)
    assert found and (codes is None or found == codes)


UNPACKED = """\
:param int size:
:param list[int] layers:
:param str out:
:dvc-out out: data/out.csv
:dvc-param size: train.size
:dvc-param layers: train.layers
"""


@pytest.mark.parametrize("values", [{"size": "7"}, {"layers": "[3]"}, {}])
def test_a_step_that_gets_a_mapping(values: dict[str, str]) -> None:
    own = own_of(UNPACKED, data={"train": {"size": 3, "layers": [1, 2]}})
    assert "${train}" in str(own.stage.fields["cmd"])
    text = VariantText("v", values, OUT)
    file = added(text, own)
    (found,) = variant_edit.every(file, own, read)
    assert (found.text, found.problems) == (text, ())
    words = str(file.stages["v"]["cmd"])
    # What comes last counts.
    for name in values:
        assert words.index("--" + name) > words.find("${train}")


def test_who_has_what_is_said() -> None:
    file = DvcYaml("stages:\n  mine:\n    cmd: x\n    outs: [a.csv]\n")
    file = file.with_stage(FULL.stage).after
    with pytest.raises(Refused, match=r"mine"):
        added(VariantText("v", {}, {"data/out.csv": "a.csv"}), FULL, file)
    with pytest.raises(Refused, match=r"dvc\.yaml, line 2: .*dvc\.yaml"):
        added(VariantText("mine", {}, OUT), FULL, file)
    with pytest.raises(Refused, match=r"s\.ipynb"):
        added(VariantText("mlvtools_s", {}, OUT), FULL, file)


def test_the_notebook_s_own_stage_comes_first() -> None:
    with pytest.raises(Refused) as caught:
        added(VariantText("v", {}, OUT), FULL, DvcYaml(""))
    assert [one.code for one in caught.value.problems] == ["stage-missing"]
    command = own_of(":param str a:\n:dvc-cmd: dvc run python $MLV_PY_CMD_PATH")
    assert refused(VariantText("v"), command) == ["variant-command"]
    fixed = own_of(":dvc-out: a.txt\n:dvc-in: b.txt")
    assert refused(VariantText("v", {}, {"a.txt": "c.txt"}), fixed) == ["variant-fixed-path"]


BY_HAND = """\
# A pipeline
stages:
  # the notebook's
  mlvtools_s:
    cmd: {cmd}
    deps: [scripts/s.py, data/raw.txt]
    outs: [data/out.csv]
  other: # a variant
    cmd: {cmd} --size=7
    deps:
      - scripts/s.py
      - data/raw.txt # the same
      - by-hand.txt
    outs:
      - data/2.csv:
          desc: theirs
    desc: 'my own'
    meta:
      jupyterlab-dvc:
        variant-of: mlvtools_s
      mine: 1
  last: {{cmd: x}} # the end
"""


def by_hand(own: Own) -> DvcYaml:
    command = str(own.stage.fields["cmd"])
    text = BY_HAND.format(cmd=command)
    first, last = text.split("  other:")
    return DvcYaml(first + "  other:" + last.replace("data/out.csv", "data/2.csv"))


def lines(before: str, after: str) -> tuple[list[str], list[str]]:
    old, new = before.splitlines(), after.splitlines()
    return (
        [line.strip() for line in old if line not in new],
        [line.strip() for line in new if line not in old],
    )


def test_a_variant_made_by_hand_is_one() -> None:
    own = own_of(PLAIN)
    file = by_hand(own)
    (found,) = variant_edit.every(file, own, read)
    assert found.text == VariantText("other", {"size": "7"}, {"data/out.csv": "data/2.csv"})
    assert found.problems == ()
    # A word of it changes, a hand's stay.
    new = VariantText("other", {"size": "8"}, {"data/out.csv": "data/3.csv"})
    changed = variant_edit.replace(file, own, "other", new, read)
    fields = changed.stages["other"]
    assert fields["deps"] == ["scripts/s.py", "data/raw.txt", "by-hand.txt"]
    assert (fields["desc"], fields["meta"]["mine"]) == ("my own", 1)
    gone, _ = lines(file.text, changed.text)
    command = str(own.stage.fields["cmd"]).replace("out.csv", "2.csv")
    assert gone[0] == f"cmd: {command} --size=7" and "- data/2.csv:" in gone
    assert "other: # a variant" in changed.text and "# the same" in changed.text
    renamed = variant_edit.replace(
        file, own, "other", VariantText("another", {"size": "7"}, found.text.paths), read
    )
    assert list(renamed.stages) == ["mlvtools_s", "another", "last"]
    assert "another: # a variant" in renamed.text
    removed = variant_edit.remove(file, own, "other")
    assert list(removed.stages) == ["mlvtools_s", "last"]
    assert lines(file.text, removed.text)[1] == []
    assert removed.text.endswith("  last: {cmd: x} # the end\n")


def test_a_command_that_a_hand_changed_is_not_lost() -> None:
    own = own_of(PLAIN)
    file = DvcYaml(by_hand(own).text.replace("--size=7", "--size=7 && echo done"))
    new = VariantText("other", {"size": "8"}, {"data/out.csv": "data/2.csv"})
    with pytest.raises(Conflict) as caught:
        variant_edit.replace(file, own, "other", new, read)
    assert [one.code for one in caught.value.problems] == ["stage-edited"]
    assert "-" in caught.value.diff and "&& echo done" in caught.value.diff


@pytest.mark.parametrize("name", ["mlvtools_s", "last", "nope", "", "x" * 10_000])
def test_only_variants_of_the_step_are_touched(name: str) -> None:
    own = own_of(PLAIN)
    with pytest.raises(NotFound):
        variant_edit.remove(by_hand(own), own, name)
    with pytest.raises(NotFound) as caught:
        variant_edit.replace(by_hand(own), own, name, VariantText("v", {}, OUT), read)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("name", ["1", "true", "null", "1e5", "__x", "ünï-日本", "no", "x" * 100])
@pytest.mark.parametrize("before", ["", "\ufeff# mine\r\nstages:\r\n  a: {cmd: x}\r\n"])
def test_names_and_files_of_every_kind(name: str, before: str) -> None:
    own = own_of(PLAIN)
    file = added(VariantText(name, {}, OUT), own, own_file(own, before))
    (found,) = variant_edit.every(file, own, read)
    assert (found.text.name, found.problems) == (name, ())
    assert file.text.startswith(before[:8])
    assert ("\r\n" in before) == ("\r\n" in file.text)
    assert "\n" not in file.text.replace("\r\n", "") or not before
    renamed = variant_edit.replace(file, own, name, VariantText("other", {}, OUT), read)
    assert list(renamed.stages)[-1] == "other"
    back = variant_edit.replace(renamed, own, "other", VariantText(name, {}, OUT), read)
    assert back.text == file.text
    assert variant_edit.remove(back, own, name).text == own_file(own, before).text


@pytest.mark.parametrize(
    ("change", "codes", "mended"),
    [
        # Nothing of it concerns the variant's arguments, but its stage is out of date.
        ((":dvc-in source", ":dvc-in: more.txt\n:dvc-in source"), ["variant-outdated"], {}),
        # A param is gone, and one came.
        ((":param int size", ":param int width"), ["variant-unknown", "variant-missing"], None),
        ((":param int size: How much\n", ""), ["variant-unknown"], {}),
        (
            (":dvc-extra:", ":dvc-out log: log.txt\n:param str log:\n:dvc-extra:"),
            ["variant-missing"],
            {"log.txt": "log-v.txt"},
        ),
        (("How much", "How many"), [], None),
    ],
)
def test_a_regenerated_notebook_says_what_no_longer_fits(
    change: tuple[str, str], codes: list[str], mended: Mapping[str, str] | None
) -> None:
    file = added(VariantText("v", {"size": "7"}, OUT), own_of(PLAIN))
    text = PLAIN.replace(*change)
    if "size" not in text.replace("--size", ""):
        text = text.replace("--size 3", "--width 3" if "width" in text else "")
    own = own_of(text)
    file = file.with_stage(own.stage, force=True).after
    (found,) = variant_edit.every(file, own, read)
    assert [one.code for one in found.problems] == codes
    assert all(one.severity == "warning" and one.place.line for one in found.problems)
    if not codes:
        assert (found.mend, found.after) == (None, None)
        return
    assert found.mend is not None and found.after is not None
    if mended is not None:
        assert dict(found.mend.paths) == {**OUT, **mended}
    after = variant_edit.replace(file, own, "v", found.mend, read)
    assert after.text == found.after.text
    (again,) = variant_edit.every(after, own, read)
    assert (again.problems, again.mend) == ((), None)


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@settings(max_examples=25)
@given(TEXTS, TEXTS, st.integers(), st.lists(st.integers(), min_size=1, max_size=4))
def test_any_value_comes_back(label: str, path: str, size: int, layers: list[int]) -> None:
    values = {"size": str(size), "layers": str(layers), "label": label}
    text = VariantText("v", values, {"data/out.csv": f"out/{path}x"})
    try:
        file = added(text, FULL)
    except Refused as error:
        # A path that no directive could hold.
        assert all(one.code != "run-value" for one in error.problems)
        return
    (found,) = variant_edit.every(file, FULL, read)
    own_values: dict[str, Any] = dict(values)
    if layers == [1, 2]:
        del own_values["layers"]
    if label == "a b":
        del own_values["label"]
    assert found.text.values == own_values
    assert found.problems == ()
