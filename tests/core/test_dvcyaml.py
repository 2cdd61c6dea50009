"""A stage goes into ``dvc.yaml``; what else stands there stays as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jupyterlab_dvc.dvcyaml import DvcYaml
from jupyterlab_dvc.errors import JupyterLabDVCError, Refused
from jupyterlab_dvc.model import Stage
from jupyterlab_dvc.stage_fields import META_KEY, fingerprint


def stage(name: str = "train", notebook: str = "train.ipynb", **fields: Any) -> Stage:
    fields.setdefault("cmd", "python train.py")
    fields.setdefault("deps", ["train.py"])
    meta = {META_KEY: {"notebook": notebook, "sha256": fingerprint(fields)}}
    return Stage(name, {**fields, "meta": meta})


def written(*stages: Stage, text: str = "") -> str:
    for one in stages:
        text = DvcYaml(text).with_stage(one).text
    return text


def test_a_new_file_is_laid_out_as_dvc_does() -> None:
    text = written(stage(params=["a"], outs=[{"o": {"persist": True}}], desc="d", frozen=True))
    sha = fingerprint(
        {
            "cmd": "python train.py",
            "deps": ["train.py"],
            "params": ["a"],
            "outs": [{"o": {"persist": True}}],
            "desc": "d",
            "frozen": True,
        }
    )
    assert text == (
        "stages:\n  train:\n    desc: d\n    cmd: python train.py\n    deps:\n    - train.py\n"
        "    params:\n    - a\n    outs:\n    - o:\n        persist: true\n    frozen: true\n"
        f"    meta:\n      jupyterlab-dvc:\n        notebook: train.ipynb\n        sha256: {sha}\n"
    )


HAND = """\
# top
vars:
  - config.yaml   # more

params: [other.yaml]
stages:

  # prepares
  prepare:
    cmd: >-
      python prepare.py
      --fast   \n    deps: [prepare.py, "a b"]  # two
    outs:
    # the table
    - data.csv:   # big
        cache: false

        remote: store
    - more.csv
  # trains


  evaluate:   # last
    cmd:
      - python a.py
      - python b.py
    metrics: [{m.json: {cache: false}}]
    # inside, at the end

# after the stages
plots:
  - p.csv:
      x: a
artifacts:
  model: {path: m.pkl}
# the end"""

PLACES = [
    ("", ""),
    ("# only a comment\n", ""),
    ("# no line end", ""),
    ("---\n", ""),
    ("\n\n", ""),
    ("stages:\n", ""),
    ("stages: {}\n", ""),
    ("stages: {}   # none yet\nvars: []\n", ""),
    ("stages: null\n", ""),
    ("vars:\n- a\n", ""),
    ("vars:\n- a", ""),
    ("stages:\n  a:\n    cmd: x", ""),
    ("stages:\n  a:\n    cmd: x\n...\n", ""),
    ("---\nstages:\n  a:\n    cmd: x\nvars: []\n", ""),
    ("stages:\n  a:\n    cmd: |\n      x\n      y", ""),
    ("stages:\n  a:\n    cmd: |+\n      x\n\n\n", ""),
    ("stages:\n  a:\n    cmd: x\n\n\nvars: []\n", ""),
    ("stages: {a: {cmd: x}}\n", ""),
    ("{stages: {a: {cmd: x}}}\n", ""),
    ("{vars: []}\n", ""),
    ("{}\n", ""),
    ("stages:\n    a:\n        cmd: x\n        deps:\n            - y\n", ""),
    ("'stages':\n  'a': {cmd: x}\n", ""),
    ("stages:\r\n  a:\r\n    cmd: x\r\n", ""),
    ("\ufeffstages:\n  a:\n    cmd: x\n", ""),
    ("\ufeff", ""),
    ("stages:\n  ünï: &x\n    cmd: ü\n  b: *x\n", ""),
    ("stages: &all\n  a: {cmd: x}\nother: 1\n", ""),
    ("stages:\n  train:\n", ""),
    (HAND, ""),
]


@pytest.mark.parametrize("text", [text for text, _ in PLACES])
def test_a_stage_is_added_and_all_else_stays(text: str) -> None:
    before = DvcYaml(text)
    change = before.with_stage(stage())
    assert change.kind == "new"
    after = DvcYaml(change.text)
    assert after.stages["train"] == stage().fields
    assert {k: v for k, v in after.stages.items() if k != "train"} == {
        k: v for k, v in before.stages.items() if k != "train"
    }
    if "{}" not in text and "null" not in text and "[]}" not in text and "train" not in text:
        assert _is_insertion(text, change.text)
    again = after.with_stage(stage())
    assert (again.kind, again.text, again.diff) == ("same", change.text, "")


def _is_insertion(old: str, new: str) -> bool:
    """Whether the new text is the old one with one piece put in."""
    head = 0
    while head < len(old) and old[head] == new[head]:
        head += 1
    return new.endswith(old[head:]) and len(new) > len(old)


def test_line_ends_of_the_file_are_used() -> None:
    text = written(stage(), text="vars: []\r\n")
    assert text.count("\r\n") == text.count("\n")


def test_lists_are_indented_as_the_file_does() -> None:
    text = written(stage(), text="stages:\n  a:\n    cmd: x\n    deps:\n      - y\n")
    assert "    deps:\n      - train.py\n" in text


# -- Updating


def edited(old: str, *changes: tuple[str, str]) -> str:
    for before, after in changes:
        assert before in old, before
        old = old.replace(before, after, 1)
    return old


def sha_of(text: str, name: str = "train") -> str:
    return str(DvcYaml(text).stages[name]["meta"][META_KEY]["sha256"])


def resigned(text: str, name: str = "train") -> str:
    """The text with the hash that belongs to the fields as they stand."""
    fields = dict(DvcYaml(text).stages[name])
    return text.replace(sha_of(text, name), fingerprint(fields))


BASE = written(
    stage("first", cmd="python first.py", deps=["first.py"]),
    stage(deps=["train.py", "a.csv", "b.csv"], outs=["m.pkl", {"log": {"persist": True}}]),
    stage("last", cmd="python last.py", deps=["last.py"]),
)
NEW = stage(deps=["train.py", "b.csv", "c.csv"], outs=["m.pkl"], params=["lr"])

NOTATIONS = [
    ("comments in lists", [("    - a.csv\n", "    # raw\n    - a.csv   # the first\n")]),
    (
        "blank lines",
        [("    deps:\n    - train.py\n    - a", "\n    deps:\n\n    - train.py\n\n    - a")],
    ),
    (
        "flow list",
        [
            (
                "    deps:\n    - train.py\n    - a.csv\n    - b.csv\n",
                "    deps: [train.py, 'a.csv', b.csv]  # x\n",
            )
        ],
    ),
    (
        "long flow list",
        [
            (
                "    deps:\n    - train.py\n    - a.csv\n    - b.csv\n",
                "    deps: [\n      train.py,  # script\n      a.csv,\n"
                "      b.csv   # last\n    ]\n",
            )
        ],
    ),
    (
        "quoted keys",
        [("    deps:\n    - train.py\n    - a", '    "deps":\n    - train.py\n    - a')],
    ),
    ("quoted values", [("- a.csv", "- 'a.csv'"), ("- b.csv", '- "b.csv"')]),
    ("indented lists", [("    - a.csv\n    - b.csv\n", "    - a.csv\n\n    - b.csv\n")]),
    (
        "order of fields",
        [
            ("    cmd: python train.py\n", ""),
            ("    - b.csv\n", "    - b.csv\n    cmd: python train.py\n"),
        ],
    ),
    ("order of deps", [("    - a.csv\n    - b.csv\n", "    - b.csv\n    - a.csv\n")]),
    (
        "desc and frozen by hand",
        [
            (
                "    cmd: python train.py\n",
                "    desc: mine\n    cmd: python train.py\n    frozen: true\n",
            )
        ],
    ),
    ("folded cmd", [("    cmd: python train.py\n", "    cmd: >-\n      python\n      train.py\n")]),
    ("quoted cmd", [("    cmd: python train.py\n", "    cmd: 'python train.py'   # run\n")]),
    (
        "own meta",
        [
            (
                "    meta:\n      jupyterlab-dvc:\n        notebook: train",
                "    meta:\n      owner: me   # hi\n      jupyterlab-dvc:\n        notebook: train",
            )
        ],
    ),
    ("flags of an output", [("    - m.pkl\n", "    - m.pkl:\n        remote: store   # far\n")]),
    ("explicit flag", [("    - m.pkl\n", "    - m.pkl: {cache: true, desc: x}\n")]),
    ("CRLF", [("\n", "\r\n")]),
    (
        "anchors elsewhere",
        [
            ("stages:\n  first:\n", "stages:\n  first: &first\n"),
            ("  last:\n", "  copy: *first\n  last:\n"),
        ],
    ),
    (
        "an alias in the stage",
        [("    - first.py\n", "    - &f first.py\n"), ("    - b.csv\n", "    - b.csv\n")],
    ),
    ("flow stage", None),
]


def _flow() -> str:
    sha = sha_of(BASE)
    start, end = BASE.index("  train:\n"), BASE.index("  last:\n")
    flow = (
        "  train: {cmd: python train.py, deps: [train.py, a.csv, b.csv], "
        "outs: [m.pkl, {log: {persist: true}}], meta: {jupyterlab-dvc: "
        f"{{notebook: train.ipynb, sha256: {sha}}}}}}}  # all\n"
    )
    return BASE[:start] + flow + BASE[end:]


@pytest.mark.parametrize(("name", "changes"), NOTATIONS, ids=[name for name, _ in NOTATIONS])
def test_a_notation_by_hand_is_no_edit_and_is_kept(
    name: str, changes: list[tuple[str, str]] | None
) -> None:
    if changes is None:
        text = _flow()
    elif name == "CRLF":
        text = BASE.replace("\n", "\r\n")
    else:
        text = edited(BASE, *changes)
    before = DvcYaml(text)
    same = stage(deps=["train.py", "a.csv", "b.csv"], outs=["m.pkl", {"log": {"persist": True}}])
    unchanged = before.with_stage(same)
    assert (unchanged.kind, unchanged.text, unchanged.edited_by_hand) == ("same", text, ())

    change = before.with_stage(NEW)
    assert (change.kind, change.edited_by_hand) == ("changed", ())
    after = DvcYaml(change.text).stages
    old = before.stages
    assert sorted(after["train"]["deps"]) == ["b.csv", "c.csv", "train.py"]
    assert after["train"]["params"] == ["lr"]
    assert after["train"]["cmd"] == "python train.py"
    assert after["train"]["meta"][META_KEY]["sha256"] == NEW.fields["meta"][META_KEY]["sha256"]  # type: ignore[index]  # plain data
    for key in ("desc", "frozen"):
        assert after["train"].get(key) == old["train"].get(key)
    assert after["train"]["meta"].get("owner") == old["train"]["meta"].get("owner")
    assert [o for o in after["train"]["outs"] if "log" not in o] == [
        o for o in old["train"]["outs"] if "log" not in o
    ]
    assert {k: v for k, v in after.items() if k != "train"} == {
        k: v for k, v in old.items() if k != "train"
    }
    # Every comment of the file is still there, and nothing outside of the stage has changed.
    for line in text.splitlines():
        if "#" in line:
            assert line[line.index("#") :] in change.text
    end = "  copy:" if "  copy:" in text else "  last:"
    assert change.text[: change.text.index("  train:")] == text[: text.index("  train:")]
    assert change.text[change.text.index(end) :] == text[text.index(end) :]
    # And back again: the data are as before.
    back = DvcYaml(change.text).with_stage(same)
    assert back.kind == "changed"
    assert sha_of(back.text) == sha_of(text)
    assert DvcYaml(back.text).with_stage(same).kind == "same"


HAND_EDITS = [
    ("cmd", [("    cmd: python train.py\n", "    cmd: python train.py --more\n")], ("cmd",)),
    ("template", [("    cmd: python train.py\n", "    cmd: python train.py ${lr}\n")], ("cmd",)),
    ("a dep more", [("    - a.csv\n", "    - a.csv\n    - z.csv\n")], ("deps",)),
    (
        "wdir",
        [("    cmd: python train.py\n", "    cmd: python train.py\n    wdir: x\n")],
        ("wdir",),
    ),
    ("cache", [("    - m.pkl\n", "    - m.pkl:\n        cache: false\n")], ("outs",)),
    ("two", [("    - m.pkl\n", ""), ("    - a.csv\n", "")], ("deps", "outs")),
]


@pytest.mark.parametrize(
    ("changes", "fields"), [(c, f) for _, c, f in HAND_EDITS], ids=[n for n, _, _ in HAND_EDITS]
)
def test_a_generated_field_edited_by_hand_is_shown_and_left(
    changes: list[tuple[str, str]], fields: tuple[str, ...]
) -> None:
    text = edited(BASE, *changes)
    same = stage(deps=["train.py", "a.csv", "b.csv"], outs=["m.pkl", {"log": {"persist": True}}])
    change = DvcYaml(text).with_stage(same)
    assert change.edited_by_hand == fields
    assert change.text == text
    assert change.kind == "changed"
    head = "diff --git a/dvc.yaml b/dvc.yaml\n--- a/dvc.yaml\n+++ b/dvc.yaml\n@@ -"
    assert change.diff.startswith(head)
    forced = DvcYaml(text).with_stage(same, force=True)
    assert sorted(DvcYaml(forced.text).stages["train"]["deps"]) == ["a.csv", "b.csv", "train.py"]
    assert forced.text == change.proposed
    assert DvcYaml(forced.text).with_stage(same).kind == "same"


def test_a_hand_edit_that_the_notebook_now_says_too_is_no_conflict() -> None:
    text = edited(BASE, ("    - a.csv\n", "    - a.csv\n    - z.csv\n"))
    new = stage(
        deps=["train.py", "a.csv", "z.csv", "b.csv"], outs=["m.pkl", {"log": {"persist": True}}]
    )
    change = DvcYaml(text).with_stage(new)
    assert (change.kind, change.edited_by_hand) == ("changed", ())
    assert sha_of(change.text) == fingerprint(new.fields)


def test_a_stage_that_was_not_ours_is_taken_over_only_where_it_says_the_same() -> None:
    text = "stages:\n  train:\n    cmd: python train.py\n    deps:\n    - train.py\n"
    same = DvcYaml(text).with_stage(stage())
    assert (same.kind, same.edited_by_hand) == ("changed", ())
    assert same.text.startswith(text)
    other = DvcYaml(text.replace("python train", "python other")).with_stage(stage())
    assert other.edited_by_hand == ("cmd",)


def test_a_generated_desc_goes_with_its_directive_and_one_by_hand_stays() -> None:
    text = written(stage(desc="generated", frozen=True))
    by_hand = edited(text, ("    frozen: true\n", "    frozen: true\n    always_changed: true\n"))
    change = DvcYaml(by_hand).with_stage(stage())
    fields = DvcYaml(change.text).stages["train"]
    assert change.edited_by_hand == ()
    assert "desc" not in fields and "frozen" not in fields
    assert fields["always_changed"] is True
    changed = edited(text, ("desc: generated", "desc: mine"))
    assert DvcYaml(changed).with_stage(stage(desc="new", frozen=True)).edited_by_hand == ("desc",)


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize(
    ("body", "group"),
    [
        ("    foreach: [a]\n    do:\n      cmd: x ${item}\n", "foreach"),
        ("    matrix:\n      a: [b]\n    cmd: x ${item.a}\n", "matrix"),
    ],
)
def test_a_group_is_never_replaced(body: str, group: str, force: bool) -> None:
    with pytest.raises(Refused) as raised:
        DvcYaml(f"vars: []\nstages:\n  train:\n{body}").with_stage(stage(), force=force)
    problem = raised.value.problems[0]
    assert (problem.code, problem.args["group"], problem.place.line) == ("stage-group", group, 3)


def test_whose_stage_it_was_is_told() -> None:
    text = written(stage(notebook="old.ipynb"))
    change = DvcYaml(text).with_stage(stage(notebook="new.ipynb"))
    assert (change.kind, change.owner) == ("changed", "old.ipynb")
    assert DvcYaml(text).with_stage(stage(notebook="old.ipynb")).owner is None


def test_variants_are_left_alone() -> None:
    variant = BASE[BASE.index("  train:\n") : BASE.index("  last:\n")].replace(
        "  train:\n", "  train-b:\n"
    )
    variant = variant.replace(
        "      jupyterlab-dvc:\n", "      jupyterlab-dvc:\n        variant-of: train\n"
    )
    text = BASE + variant
    change = DvcYaml(text).with_stage(NEW)
    assert change.text.endswith(variant)


# -- What can't be done, or read


def test_a_change_that_would_reach_another_stage_is_refused() -> None:
    text = edited(
        BASE, ("    deps:\n    - train.py\n    - a", "    deps: &d\n    - train.py\n    - a")
    )
    text += "  other:\n    cmd: x\n    deps: *d\n"
    with pytest.raises(JupyterLabDVCError) as raised:
        DvcYaml(text).with_stage(NEW, force=True)
    problem = raised.value.problems[0]
    assert problem.code == "stage-entangled"
    assert problem.place.line == text[: text.index("  train:")].count("\n") + 1


def test_fields_merged_from_an_anchor_are_overridden_not_edited() -> None:
    text = (
        "x-base: &base\n  deps: [train.py, old]\n"
        "stages:\n  train:\n    <<: *base\n    cmd: python train.py\n"
    )
    change = DvcYaml(text).with_stage(stage(deps=["train.py", "new"]), force=True)
    after = DvcYaml(change.text)
    assert after.stages["train"]["deps"] == ["train.py", "new"]
    assert after.data["x-base"] == {"deps": ["train.py", "old"]}
    assert "<<: *base" in change.text


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("stages:\n  a: {\n", "yaml-invalid", None),
        ("stages:\n  a:\n\tcmd: x\n", "yaml-invalid", 3),
        ("stages:\n  a: b: c\n", "yaml-invalid", 2),
        ("stages:\n  a:\n    cmd: x\n    cmd: y\n", "yaml-duplicate-key", 4),
        ("stages:\n  a: {cmd: x}\n  a: {cmd: y}\n", "yaml-duplicate-key", 3),
        ("stages: {}\nstages: {}\n", "yaml-duplicate-key", 2),
        ("stages:\n  a: *b\n", "yaml-alias", 2),
        ("stages: &a\n  a: *a\n", "yaml-alias", 2),
        ("a: 1\n---\nb: 2\n", "yaml-documents", 2),
        ("stages: !!python/object:os.system {}\n", "yaml-tag", 1),
        ("a: !!python/object/apply:os.system ['touch pwned']\n", "yaml-tag", 1),
        ("- a\n", "dvcyaml-shape", 1),
        ("text\n", "dvcyaml-shape", 1),
        ("vars: []\nstages: []\n", "dvcyaml-shape", 2),
        ("stages:\n<<<<<<< HEAD\n  a: {}\n=======\n  b: {}\n>>>>>>> x\n", "yaml-merge-conflict", 2),
        ("? [a]\n: b\n", "yaml-invalid", 1),
    ],
)
def test_what_dvc_cannot_read_is_refused_with_its_line(
    text: str, code: str, line: int | None
) -> None:
    with pytest.raises(JupyterLabDVCError) as raised:
        DvcYaml(text)
    problem = raised.value.problems[0]
    assert problem.code == code
    assert line is None or problem.place.line == line
    assert problem.place.path == "dvc.yaml"
    assert problem.message and problem.hint


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "a: " * 1 + "{a: " * 100_000,
        "- " * 100_000,
        "stages:\n" + "".join(" " * n + "a:\n" for n in range(1000)),
    ],
    ids=["flow", "map", "block", "indent"],
)
def test_a_deep_file_is_refused_quickly(text: str) -> None:
    with pytest.raises(JupyterLabDVCError) as raised:
        DvcYaml(text)
    assert raised.value.problems[0].code in ("yaml-too-deep", "yaml-invalid")


def test_an_alias_bomb_is_refused_without_being_built() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    for number in range(1, 30):
        lines.append(f"a{number}: &a{number} [{', '.join([f'*a{number - 1}'] * 10)}]")
    with pytest.raises(JupyterLabDVCError) as raised:
        DvcYaml("\n".join(lines))
    assert raised.value.problems[0].code == "yaml-too-big"


def test_files_are_read_as_utf8(tmp_path: Path) -> None:
    path = tmp_path / "dvc.yaml"
    assert DvcYaml.read(path).text == ""
    path.write_bytes(b"vars: []\n# caf\xe9\n")
    with pytest.raises(JupyterLabDVCError) as raised:
        DvcYaml.read(path)
    assert (raised.value.problems[0].code, raised.value.problems[0].place.line) == (
        "yaml-not-utf8",
        2,
    )
    with pytest.raises(JupyterLabDVCError) as raised:
        DvcYaml.read(tmp_path)
    assert raised.value.problems[0].code == "file-unreadable"


def test_the_diff_of_a_long_file_counts_its_lines() -> None:
    text = written(*(stage(f"s{n}") for n in range(30)))
    change = DvcYaml(text).with_stage(stage("s20", deps=["train.py", "new"]))
    line = text[: text.index("  s20:")].count("\n") + 1
    assert f"@@ -{line + 1},10 +{line + 1},11 @@\n     cmd:" in change.diff
    assert "+    - new\n" in change.diff
