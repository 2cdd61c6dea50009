"""Prints the table of all benchmarks of this folder: ``python -m benchmarks [NAME]…``.

Those that take minutes come last; ``--help`` tells how long each takes.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import benchmarks
from benchmarks.row import Row

_HEADS = ("Work", "Ours", "Peer", "", "Ratio", "Bar", "")


class Benchmark(NamedTuple):
    """A module of this folder that has ``rows`` and says how many ``MINUTES`` they take."""

    name: str
    what: str
    minutes: float
    rows: Callable[[], Iterator[Row]]


def main(arguments: Sequence[str]) -> int:
    """1 where a bar doesn't hold."""
    known = _known()
    names = _parser(known).parse_args(arguments).names
    if unknown := [name for name in names if name not in known]:
        sys.exit(f"no benchmark {', '.join(unknown)}; there are: {', '.join(known)}")
    table: list[tuple[str, ...]] = [_HEADS]
    holds = True
    # Ended from outside, it ends its servers and browsers too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    for name in names or known:
        print(f"{name}: about {_shown(known[name].minutes)} …", file=sys.stderr)
        for row in known[name].rows():
            holds = holds and row.holds
            table.append(row.cells)
            # What was measured is known, should the rest of a long run fail.
            print("  " + "  ".join(filter(None, row.cells)), file=sys.stderr)
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for line in table:
        print(
            "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        )
    return 0 if holds else 1


def _known() -> dict[str, Benchmark]:
    """The shortest first."""
    found = []
    for module in pkgutil.iter_modules(benchmarks.__path__):
        held = importlib.import_module(f"benchmarks.{module.name}")
        if hasattr(held, "rows"):
            what = (held.__doc__ or "").splitlines()[0]
            found.append(Benchmark(module.name, what, held.MINUTES, held.rows))
    return {one.name: one for one in sorted(found, key=lambda one: one.minutes)}


def _parser(known: dict[str, Benchmark]) -> argparse.ArgumentParser:
    listed = [f"  {one.name:<12} {_shown(one.minutes):>7}  {one.what}" for one in known.values()]
    whole = _shown(sum(one.minutes for one in known.values()))
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=f"Measure, and print a table; all of it takes about {whole}.",
        epilog="\n".join(["benchmarks:", *listed]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these; without any, all")
    return parser


def _shown(minutes: float) -> str:
    return f"{minutes:.0f} min" if minutes >= 1 else f"{minutes * 60:.0f} s"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
