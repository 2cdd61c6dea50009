"""A line of the benchmark's table."""

from __future__ import annotations

from typing import Literal, NamedTuple

Unit = Literal["s", "B", "%", ""]


class Row(NamedTuple):
    """``kind`` tells what ``bar`` limits: the ratio of ours to the peer's, what ours is above the
    peer's, or ours alone.

    ``peer`` is None where there is nothing to compare with. ``unit`` is that of both, and of a bar
    that is no ratio.
    """

    work: str
    ours: float
    peer_name: str
    peer: float | None
    bar: float
    kind: Literal["ratio", "excess", "value"] = "ratio"
    unit: Unit = "s"

    @property
    def ratio(self) -> float | None:
        return self.ours / self.peer if self.peer else None

    @property
    def limited(self) -> float:
        """What the bar is held against."""
        if self.kind == "value" or self.peer is None:
            return self.ours
        return self.ours - self.peer if self.kind == "excess" else self.ours / self.peer

    @property
    def holds(self) -> bool:
        return self.limited <= self.bar

    @property
    def cells(self) -> tuple[str, ...]:
        """As the table shows it."""
        bar = f"{self.bar:g}" if self.kind == "ratio" else shown(self.bar, self.unit)
        return (
            self.work,
            shown(self.ours, self.unit),
            self.peer_name,
            "" if self.peer is None else shown(self.peer, self.unit),
            "" if self.ratio is None or self.kind == "excess" else f"{self.ratio:.2f}",
            f"≤ peer + {bar}" if self.kind == "excess" else f"≤ {bar}",
            "ok" if self.holds else "MISSED",
        )


def shown(value: float, unit: Unit) -> str:
    """A value as a person reads it."""
    if unit == "s":
        return f"{value * 1000:.0f} ms" if value < 100 else f"{value:.0f} s"
    if unit == "B":
        return f"{value / 1e6:.1f} MB" if value >= 1e6 else f"{value / 1e3:.1f} kB"
    return f"{value:.2f} %" if unit == "%" else f"{value:g}"
