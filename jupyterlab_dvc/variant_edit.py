"""Variants in ``dvc.yaml``: put in, changed, taken out; what a hand wrote there stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from . import graph, variant, variant_text
from .dvcyaml import DvcYaml
from .errors import Conflict, JupyterLabDVCError, NotFound, Place, Problem, Refused, warning
from .model import Stage
from .params import ReadParams
from .stage import unescape
from .stage_fields import OPTIONAL, OWNED, canonical_item, generated_optionals, own_meta
from .stage_merge import merged, same
from .variant_text import Own, VariantText

_LISTS = ("deps", "params", "outs", "metrics", "plots")


class Read(NamedTuple):
    """A variant as the file has it; ``mend`` is what it should be, and ``after`` the file then."""

    text: VariantText
    problems: tuple[Problem, ...]
    mend: VariantText | None
    after: DvcYaml | None


def add(file: DvcYaml, own: Own, text: VariantText, read: ReadParams) -> DvcYaml:
    """The file with one more variant.

    Raises:
        Refused: the notebook's own stage isn't there yet, a name or output is taken, or something
            is wrong with the variant.
    """
    if not isinstance(file.stages.get(own.name), Mapping):
        raise Refused.of("stage-missing", Place(file.shown), name=own.name)
    made = variant_text.stage_of(own, text)
    _refuse_taken(file, text.name)
    return _checked(file.with_fields(text.name, made.fields), text.name, read)


def replace(file: DvcYaml, own: Own, name: str, text: VariantText, read: ReadParams) -> DvcYaml:
    """The file with another text for a variant, which may get another name.

    Raises:
        NotFound: there is no such variant.
        Conflict: its command was edited by hand, and would be lost.
        Refused: as for ``add``.
    """
    old = _variant(file, own, name)
    made = variant_text.stage_of(own, text)
    before = file
    if text.name != name:
        _refuse_taken(file, text.name)
        file = file.renamed(name, text.name)
    after = file.with_fields(text.name, _wanted(file, own, name, old, made, before))
    return _checked(after, text.name, read)


def remove(file: DvcYaml, own: Own, name: str) -> DvcYaml:
    """
    Raises:
        NotFound: there is no such variant.
        Refused: another part of the file depends on it.
    """
    _variant(file, own, name)
    return file.without_stage(name)


def every(file: DvcYaml, own: Own, read: ReadParams) -> list[Read]:
    """The variants in the file's order, with what is wrong with each and what would mend it."""
    found = []
    for text, wanted, problems in _judged(file, own):
        mend = after = None
        if problems:
            try:
                changed = replace(file, own, text.name, wanted, read)
                if changed.text != file.text:
                    mend, after = wanted, changed
            except JupyterLabDVCError:
                # It takes a person: a command edited by hand, an output that is taken.
                mend = after = None
        found.append(Read(text, problems, mend, after))
    return found


def problems_of(file: DvcYaml, own: Own) -> list[Problem]:
    """Why variants no longer fit the notebook, as warnings; nothing where they do."""
    return [problem for _, _, problems in _judged(file, own) for problem in problems]


def _judged(
    file: DvcYaml, own: Own
) -> Iterator[tuple[VariantText, VariantText, tuple[Problem, ...]]]:
    """Each variant as it is, as it should be, and why it no longer fits."""
    misfits: dict[str, list[Problem]] = {}
    for problem in variant.problems(file, own.name, own.directives, own.script):
        misfits.setdefault(str(problem.args["stage"]), []).append(problem)
    for name, fields in variant.variants(file, own.name).items():
        text = variant_text.read(own, name, fields)
        wanted = variant_text.mended(own, text)
        problems = tuple(misfits.get(name, ()))
        if not problems and _is_outdated(own, wanted, fields):
            place = Place(file.shown, line=file.line_of(name))
            problems = (warning("variant-outdated", place, stage=name),)
        yield text, wanted, problems


def _is_outdated(own: Own, wanted: VariantText, fields: Mapping[str, Any]) -> bool:
    """Whether it is as it was generated, and would be generated otherwise now."""
    if generated_optionals(fields) is None:
        return False
    try:
        made = variant_text.stage_of(own, wanted).fields
    except JupyterLabDVCError:
        return False
    decided = [*OWNED, *(name for name in OPTIONAL if name in made), "matrix"]
    return any(not same(name, fields.get(name), made.get(name)) for name in decided)


def _variant(file: DvcYaml, own: Own, name: str) -> Mapping[str, Any]:
    found = variant.variants(file, own.name).get(name)
    if found is None:
        raise NotFound.of("variant-missing-stage", Place(file.shown), name=name[:100])
    if "foreach" in found:
        raise Refused.of("stage-group", Place(file.shown), name=name, group="foreach")
    return found


def _refuse_taken(file: DvcYaml, name: str) -> None:
    if name in file.stages:
        fields = file.stages[name]
        notebook = own_meta(fields if isinstance(fields, Mapping) else {}).get("notebook")
        owner = file.shown if notebook is None else unescape(str(notebook))
        place = Place(file.shown, line=file.line_of(name))
        raise Refused.of("variant-name-taken", place, name=name, owner=owner)


def _checked(after: DvcYaml, name: str, read: ReadParams) -> DvcYaml:
    """The file, whose pipeline DVC takes as far as this variant is part of it."""

    def is_ours(stage: object) -> bool:
        return str(stage) == name or str(stage).startswith(f"{name}@")

    problems = [
        problem
        for problem in graph.check(after, read)
        if is_ours(problem.args.get("stage"))
        or is_ours(problem.args.get("other"))
        or any(map(is_ours, str(problem.args.get("stages", "")).split(" → ")))
    ]
    if problems:
        raise Refused(problems)
    return after


def _wanted(
    file: DvcYaml,
    own: Own,
    name: str,
    old: Mapping[str, Any],
    made: Stage,
    before: DvcYaml,
) -> Mapping[str, Any]:
    """The new fields, with what a hand did to the old ones."""
    plain = {key: value for key, value in made.fields.items() if key != "matrix"}
    wanted, _ = merged({key: old[key] for key in old if key != "matrix"}, plain)
    if "matrix" in made.fields:
        wanted["matrix"] = made.fields["matrix"]
    if generated_optionals(old) is not None:
        return wanted
    try:
        base = variant_text.stage_of(own, variant_text.read(own, name, old)).fields
    except Refused:
        base = {}
    lost = []
    for field in OWNED:
        if field in _LISTS:
            ours = _three(field, base.get(field), old.get(field), wanted.get(field))
            wanted.pop(field, None)
            if ours:
                wanted[field] = ours
        elif not same(field, old.get(field), base.get(field)):
            if not same(field, old.get(field), wanted.get(field)):
                lost.append(field)
    if lost:
        problem = Problem(
            "stage-edited",
            {"name": name, "fields": ", ".join(lost)},
            Place(before.shown, line=before.line_of(name)),
        )
        after = file.with_fields(made.name, wanted)
        raise Conflict(problem, _diff(before, after))
    return wanted


def _three(field: str, base: object, old: object, new: object) -> list[object]:
    """The new list, with what a hand added to the old one and without what it took out."""

    def named(value: object) -> dict[str, object]:
        return {canonical_item(field, one): one for one in value} if isinstance(value, list) else {}

    generated, present, wanted = named(base), named(old), named(new)
    added = [one for key, one in present.items() if key not in generated and key not in wanted]
    kept = [one for key, one in wanted.items() if key not in generated or key in present]
    return [*kept, *added]


def _diff(before: DvcYaml, after: DvcYaml) -> str:
    from . import difference

    return difference.of_file(before.text.encode(), after.text.encode(), before.shown)
