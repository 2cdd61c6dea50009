"""Notebooks as steps of a DVC pipeline: script, stage and results kept in step.

Importing this package loads nothing but itself: the commands start from here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    __version__: str
else:

    def __getattr__(name: str) -> str:
        # Reading the distribution's metadata takes longer than most commands: only on demand.
        if name == "__version__":
            from importlib.metadata import version

            return version("jupyterlab_dvc")
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyterlab-dvc"}]


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "jupyterlab_dvc.server"}]
