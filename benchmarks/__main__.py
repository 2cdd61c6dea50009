"""Prints the table of all benchmarks of this folder: ``python -m benchmarks [NAME]…``."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator

import benchmarks
from benchmarks.row import Row

_HEADS = ("Work", "Ours", "Peer", "", "Ratio", "Bar", "")


def main(names: list[str]) -> int:
    """1 where a bar doesn't hold."""
    table: list[tuple[str, ...]] = [_HEADS]
    holds = True
    for row in _rows(names):
        holds = holds and row.holds
        table.append(_cells(row))
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for line in table:
        print(
            "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        )
    return 0 if holds else 1


def _rows(names: list[str]) -> Iterator[Row]:
    known = {}
    for found in pkgutil.iter_modules(benchmarks.__path__):
        module = importlib.import_module(f"benchmarks.{found.name}")
        if hasattr(module, "rows"):
            known[found.name] = module.rows
    if unknown := [name for name in names if name not in known]:
        sys.exit(f"no benchmark {', '.join(unknown)}; there are: {', '.join(known)}")
    for name in names or known:
        yield from known[name]()


def _cells(row: Row) -> tuple[str, ...]:
    bar = f"≤ {row.bar:g}" + (" s" if row.kind == "seconds" else "")
    seconds = (f"{row.ours_s * 1000:.0f} ms", f"{row.peer_s * 1000:.0f} ms")
    verdict = "ok" if row.holds else "MISSED"
    return (row.work, seconds[0], row.peer_name, seconds[1], f"{row.ratio:.2f}", bar, verdict)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
