"""What processes use: their processor's time, their memory, their children."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from types import TracebackType

import psutil


def family(pid: int) -> list[psutil.Process]:
    """A process and all that it started and that is there now."""
    first = psutil.Process(pid)
    return [first, *first.children(recursive=True)]


def browsers() -> list[int]:
    """The pids of the browsers that we have started: what Playwright's own process started."""
    drivers = [one for one in psutil.Process().children() if one.name().startswith("node")]
    return [browser.pid for driver in drivers for browser in driver.children()]


def cpu_seconds(pids: Iterable[int]) -> float:
    """Of the processes and what they started, what has ended and was waited for among it."""
    seconds = 0.0
    for pid in pids:
        for process in family(pid):
            try:
                found = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            seconds += found.user + found.system
        own = psutil.Process(pid).cpu_times()
        seconds += own.children_user + own.children_system
    return seconds


class PeakMemory:
    """The most that a process has in memory while this is entered, above what it had before."""

    def __init__(self, pid: int, every: float = 0.1) -> None:
        self._process = psutil.Process(pid)
        self._every = every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._before = self._rss()
        self._most = self._before

    @property
    def growth(self) -> int:
        """In bytes."""
        return self._most - self._before

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(self._every):
            self._most = max(self._most, self._rss())

    def _rss(self) -> int:
        size: int = self._process.memory_info().rss
        return size


def pin(cores: Iterable[int]) -> Callable[[], None]:
    """To be called in a process that is to run on these cores alone, where that can be said."""
    wanted = set(cores)

    def call() -> None:
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, wanted)

    return call


def cores() -> list[int]:
    """Those that we may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))
