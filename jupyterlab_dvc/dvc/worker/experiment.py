"""A run with other values of hyperparameters: DVC's ``exp run --temp -S``, watched."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .events import Events

if TYPE_CHECKING:
    from .run import Watch


def experiment(
    repo: Any, values: dict[str, str], watch: Watch, events: Events, options: dict[str, Any]
) -> None:
    """Run in a copy of the project; the workspace stays, the result is one of DVC's experiments."""
    from dvc.repo.experiments.executor.base import BaseExecutor

    def reproduce(stage: Any, **given: Any) -> Any:
        from dvc.stage.utils import _get_stage_files

        watch.use(stage.repo)
        done = watch.reproduce(stage, **given)
        if paths := _get_stage_files(stage):
            stage.repo.scm_context.add(paths)
        return done

    # Each stage of an experiment goes through this.
    BaseExecutor._repro_and_track = staticmethod(reproduce)
    done = repo.experiments.run(
        params=[f"{key}={_override(value)}" for key, value in values.items()],
        tmp_dir=True,
        **options,
    )
    for revision in done:
        name = repo.experiments.get_exact_name([revision])[revision]
        events.emit("experiment", name=name or revision[:7])


_PLAIN = re.compile(
    r"[+-]?(\d[\d_]*\.?[\d_]*|\.\d[\d_]*)([eE][+-]?\d+)?|[+-]?\.?(inf|nan)|true|false|null|\[.*\]",
    re.I,
)


def _override(value: str) -> str:
    """A value in the grammar of DVC's ``-S``; what is no number, truth value or list is a text."""
    if _PLAIN.fullmatch(value):
        return value
    # A backslash counts there only before a quote, at the end, and before an interpolation.
    escaped = re.sub(r'(\\*)("|$)', lambda m: m[1] * 2 + ("\\" + m[2] if m[2] else ""), value)
    escaped = escaped.replace("${", "\\${")
    return f'"{escaped}"'
