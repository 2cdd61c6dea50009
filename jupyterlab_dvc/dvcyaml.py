"""``dvc.yaml``: a stage goes in, and every other character of the file stays."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from . import difference, yaml_text
from .errors import JupyterLabDVCError, Place, Refused
from .model import Stage
from .stage_fields import ORDER, canonical_item, own_meta
from .stage_merge import OUTPUTS, kept_flags, merged, ordered, same
from .yaml_edit import YamlEdit
from .yaml_nodes import Document, Node

_CONFLICT = re.compile(r"^(?:<{7}|>{7}|\|{7})(?: .*)?\r?$", re.MULTILINE)


@dataclass(frozen=True)
class Change:
    """What putting a stage into the file comes to.

    ``text`` is the file's new text, or the old one where ``edited_by_hand`` names generated fields
    that someone edited since and nobody said to overwrite them; ``proposed`` is the new text
    in either case. ``owner`` is the other notebook that the stage under this name belongs to.
    """

    text: str
    kind: Literal["new", "same", "changed"]
    edited_by_hand: tuple[str, ...] = ()
    owner: str | None = None
    proposed: str = ""
    shown: str = field(default="dvc.yaml", repr=False)
    after: DvcYaml = field(default_factory=lambda: DvcYaml(""), repr=False, compare=False)
    """``proposed``, as it was read to check it."""
    _before: str = field(default="", repr=False)

    @cached_property
    def diff(self) -> str:
        """Unified diff from the file as it is to ``proposed``; empty where nothing changes."""
        return difference.of_file(self._before.encode(), self.proposed.encode(), self.shown)


class DvcYaml:
    """The text of a ``dvc.yaml`` and what it says; never written to in place."""

    def __init__(self, text: str, shown: str = "dvc.yaml") -> None:
        """
        Raises:
            Refused: the text is no YAML that DVC reads, with the line.
        """
        self.text = text
        self.shown = shown
        self._bom = "\ufeff" if text.startswith("\ufeff") else ""
        if match := _CONFLICT.search(text):
            line = text.count("\n", 0, match.start()) + 1
            raise Refused.of("yaml-merge-conflict", Place(shown, line=line))
        self._document = Document(text[len(self._bom) :], shown)
        root = self._document.root
        data = self._document.data(root) if root is not None else None
        if data is not None and not isinstance(data, dict):
            raise Refused.of("dvcyaml-shape", Place(shown, line=1), what="the file")
        self.data: dict[str, Any] = data or {}
        stages = self.data.get("stages")
        if stages is not None and not isinstance(stages, dict):
            raise Refused.of("dvcyaml-shape", self._place("stages"), what="'stages'")

    @classmethod
    def read(cls, path: Path, shown: str | None = None) -> DvcYaml:
        """The file's content; a missing file counts as an empty one."""
        name = shown if shown is not None else str(path)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return cls("", name)
        except OSError as error:
            raise Refused.of(
                "file-unreadable", Place(name), reason=error.strerror or str(error)
            ) from error
        return cls.from_bytes(data, name)

    @classmethod
    def from_bytes(cls, data: bytes, shown: str = "dvc.yaml") -> DvcYaml:
        try:
            return cls(data.decode("utf-8"), shown)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise Refused.of("yaml-not-utf8", Place(shown, line=line)) from error

    @property
    def etag(self) -> str:
        """sha256 (hexadecimal) of the file's bytes."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def stages(self) -> Mapping[str, Any]:
        """Each stage's fields by name, as written (templates unresolved, groups among them)."""
        return self.data.get("stages") or {}

    @property
    def vars(self) -> tuple[object, ...]:
        """The ``vars`` that every stage's templates see."""
        given = self.data.get("vars")
        return tuple(given) if isinstance(given, list) else ()

    def line_of(self, name: str) -> int | None:
        """The line on which a stage begins."""
        stages = self._stages_node()
        if stages is not None:
            for key, _ in stages.pairs:
                if key.value == name:
                    return key.line
        return None

    def with_stage(self, stage: Stage, *, force: bool = False) -> Change:
        """Put the stage in; see ``Change`` for what comes back.

        Raises:
            Refused: a ``foreach`` or ``matrix`` group has this name, or the change can't be made
                without changing what another part of the file means.
        """
        old = self.stages.get(stage.name)
        if isinstance(old, dict) and old.keys() & {"foreach", "matrix", "do"}:
            group = "matrix" if "matrix" in old else "foreach"
            raise Refused.of(
                "stage-group", self._stage_place(stage.name), name=stage.name, group=group
            )
        if not isinstance(old, dict):
            after = self._checked(stage.name, stage.fields, self._added(stage))
            return self._change(after.text, after, "new")
        wanted, edited = merged(old, stage.fields)
        proposed = self._updated(stage.name, old, wanted)
        if proposed == self.text:
            return self._change(self.text, self, "same", edited)
        after = self._checked(stage.name, wanted, [proposed])
        owner = own_meta(old).get("notebook")
        ours = own_meta(stage.fields).get("notebook")
        return self._change(
            self.text if edited and not force else proposed,
            after,
            "changed",
            edited,
            str(owner) if owner is not None and ours is not None and owner != ours else None,
        )

    def with_fields(self, name: str, fields: Mapping[str, Any]) -> DvcYaml:
        """The file with a stage, a group among them, of just these fields; its comments stay.

        Raises:
            Refused: that can't be done without changing what another part of the file means.
        """
        old = self.stages.get(name)
        if not isinstance(old, dict):
            return self._checked(name, fields, self._added(Stage(name, fields)))
        if old.get("matrix") not in (None, fields.get("matrix")):
            # Axes that are gone would stay beside the new ones.
            plain = _without(old, "matrix")
            after = self._checked(name, plain, [self._updated(name, old, plain)])
            return after.with_fields(name, fields)
        return self._checked(name, fields, [self._updated(name, old, fields)])

    def without_stage(self, name: str) -> DvcYaml:
        """
        Raises:
            Refused: as above.
        """
        stages = self._stages_node()
        edit = self._edit()
        if stages is not None:
            edit.remove(stages, name)
        return self._as_expected(name, self._bom + edit.result(), _without(self.stages, name))

    def renamed(self, name: str, new: str) -> DvcYaml:
        """
        Raises:
            Refused: as above.
        """
        stages = self._stages_node()
        text = self._document.text
        for key, _ in stages.pairs if stages is not None else ():
            if key.value == name:
                flow = stages is not None and stages.flow
                text = text[: key.start] + yaml_text.scalar(new, flow=flow) + text[key.end :]
        wanted = {new if key == name else key: value for key, value in self.stages.items()}
        return self._as_expected(name, self._bom + text, wanted)

    # -- the new text

    def _as_expected(self, name: str, text: str, stages: Mapping[str, Any]) -> DvcYaml:
        try:
            after = DvcYaml(text, self.shown)
        except Refused:
            raise self._entangled(name) from None
        if after.stages != stages or _without(after.data, "stages") != _without(
            self.data, "stages"
        ):
            raise self._entangled(name)
        return after

    def _added(self, stage: Stage) -> list[str]:
        fields = ordered(stage.fields)
        edit = self._edit()
        root, stages = self._document.root, self._stages_node()
        if root is None or (root.kind == "scalar" and not root.value):
            lines = yaml_text.pair("stages", {stage.name: fields}, 0, _list_indent(self._document))
            head = self.text
            if head and not head.endswith("\n"):
                head += self._newline
            return [head + "".join(line + self._newline for line in lines)]
        if stages is not None and stages.get(stage.name) is not None:
            edit.set(stages, stage.name, fields)
            return [self._bom + edit.result()]
        if stages is None or (stages.kind == "map" and stages.pairs):
            target = root if stages is None else stages
            key, value = (
                ("stages", {stage.name: fields}) if stages is None else (stage.name, fields)
            )
            candidates = []
            for first in (False, True):
                # A block scalar that keeps its line ends may stand last: then ours goes first.
                edit = self._edit()
                edit.add(target, key, value, first=first)
                candidates.append(self._bom + edit.result())
            return candidates
        edit.set(root.resolved(), "stages", {stage.name: fields})
        return [self._bom + edit.result()]

    def _updated(self, name: str, old: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
        edit = self._edit()
        stages = self._stages_node()
        node = stages.get(name) if stages is not None else None
        if stages is None or node is None:
            raise self._entangled(name)
        if node.kind != "map":
            edit.set(stages, name, ordered(wanted))
            return self._bom + edit.result()
        for key in list(old):
            if key not in wanted:
                edit.remove(node, key)
        for key, value in ordered(wanted).items():
            if key in old and same(key, old[key], value):
                continue
            edit.set(
                node,
                key,
                value,
                order=ORDER,
                canonical=_item_of(key),
                data=self._document.data,
            )
        return self._bom + edit.result()

    def _checked(self, name: str, wanted: Mapping[str, Any], candidates: list[str]) -> DvcYaml:
        """The first candidate that says what is wanted and nothing else new."""
        for candidate in candidates:
            try:
                after = DvcYaml(candidate, self.shown)
            except Refused:
                continue
            stage = after.stages.get(name)
            if (
                isinstance(stage, dict)
                and stage.keys() == wanted.keys()
                and all(same(key, stage[key], wanted[key]) for key in wanted)
                and all(
                    kept_flags(stage.get(key)) == kept_flags(wanted.get(key)) for key in OUTPUTS
                )
                and _without(after.stages, name) == _without(self.stages, name)
                and _without(after.data, "stages") == _without(self.data, "stages")
            ):
                return after
        raise self._entangled(name)

    def _entangled(self, name: str) -> JupyterLabDVCError:
        return Refused.of("stage-entangled", self._stage_place(name), name=name)

    def _edit(self) -> YamlEdit:
        return YamlEdit(self._document.text, self._newline, _list_indent(self._document))

    @cached_property
    def _newline(self) -> str:
        first = self.text.find("\n")
        return "\r\n" if first > 0 and self.text[first - 1] == "\r" else "\n"

    def _stages_node(self) -> Node | None:
        root = self._document.root
        node = root.get("stages") if root is not None and root.kind == "map" else None
        return node.resolved() if node is not None else None

    def _place(self, key: str) -> Place:
        root = self._document.root
        for name, _ in root.pairs if root is not None else ():
            if name.value == key:
                return Place(self.shown, line=name.line)
        return Place(self.shown)

    def _stage_place(self, name: str) -> Place:
        return Place(self.shown, line=self.line_of(name))

    def _change(
        self,
        text: str,
        after: DvcYaml,
        kind: Literal["new", "same", "changed"],
        edited: tuple[str, ...] = (),
        owner: str | None = None,
    ) -> Change:
        return Change(text, kind, edited, owner, after.text, self.shown, after, self.text)


def _list_indent(document: Document) -> int:
    """How far right of their key the file's first list in a stage has its dashes."""
    root = document.root
    stages = root.get("stages") if root is not None and root.kind == "map" else None
    for _, stage in stages.pairs if stages is not None else ():
        for key, value in stage.pairs:
            if value.kind == "seq" and not value.flow and value.items:
                column = YamlEdit(document.text).column
                return max(0, min(8, column(value.body) - column(key.start)))
    return 0


def _item_of(field_name: str) -> Any:
    return lambda element, _: canonical_item(field_name, element)


def _without(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != key}
