"""What a failed stage was made from, and how that looked when its run ended: the same since?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from .. import graph, params, stamps
from ..dvcyaml import DvcYaml
from ..errors import JupyterLabDVCError
from ..stage import unescape
from ..stage_fields import own_meta
from .record import RunStage


def files(root: Path, file: DvcYaml) -> dict[str, tuple[str, ...]]:
    """What each stage depends on, ``dvc.yaml`` among it, relative to the project."""
    return {
        node.name: (*node.deps, "dvc.yaml", "params.yaml")
        for node in graph.nodes(file, params.reader(root))
    }


def stamp(root: Path, *names: str) -> str:
    return stamps.digest(stamps.of(root, names))


def stamped(root: Path, stages: tuple[RunStage, ...]) -> tuple[RunStage, ...]:
    """The stages, those that failed with the stamps of now."""
    try:
        file = DvcYaml.read(root / "dvc.yaml", "dvc.yaml")
        known = files(root, file)
    except JupyterLabDVCError:
        # Broken while the stage ran; then the times have to tell.
        return stages
    return tuple(
        _stamped(root, stage, known[stage.name], file)
        if stage.has_failed and stage.name in known
        else stage
        for stage in stages
    )


def _stamped(root: Path, stage: RunStage, names: tuple[str, ...], file: DvcYaml) -> RunStage:
    fields = file.stages.get(stage.name)
    name = own_meta(fields).get("notebook") if isinstance(fields, dict) else None
    notebook = stamp(root, unescape(name)) if isinstance(name, str) else None
    return replace(stage, files=stamp(root, *names), notebook=notebook)
