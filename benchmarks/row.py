"""A line of the benchmark's table."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Row(NamedTuple):
    """``kind`` tells what ``bar`` limits: the ratio of ours to the peer's, or our seconds."""

    work: str
    ours_s: float
    peer_name: str
    peer_s: float
    bar: float
    kind: Literal["ratio", "seconds"] = "ratio"

    @property
    def ratio(self) -> float:
        return self.ours_s / self.peer_s

    @property
    def holds(self) -> bool:
        return (self.ratio if self.kind == "ratio" else self.ours_s) <= self.bar
