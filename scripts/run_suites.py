"""Run every suite, most of them two at a time, whatever fails; count the tests of all of them.

The last line is ``N passed, N failed``. A linter counts as one test. What each suite said is in
``test-results/<suite>.log``; of one that failed it is printed too.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "test-results"
BIN = ROOT / ".venv" / "bin"
SHOWN_LINES = 150
COMPAT = "tests/packaging/test_compat.py"
"""Older and newer Jupyters, in the browser."""


class Count(NamedTuple):
    passed: int
    failed: int
    skipped: int = 0

    def __str__(self) -> str:
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


class Suite(NamedTuple):
    """A command, and how its report is counted; without a report it is one test."""

    name: str
    command: Sequence[str | Path]
    report: Path | None = None
    counted_by: Callable[[str], Count] | None = None
    minutes: float = 5
    environment: Mapping[str, str] = {}
    alone: bool = False
    """Nothing else runs meanwhile: what waits for a picture or a click isn't slowed."""


def count_junit(report: str) -> Count:
    """The tests of a JUnit report, which pytest writes."""
    suites = [suite for suite in ET.fromstring(report).iter("testsuite")]
    total, failed, skipped = (
        sum(int(suite.get(key, "0")) for suite in suites for key in keys)
        for keys in (("tests",), ("failures", "errors"), ("skipped",))
    )
    # A test that passed and then failed to clean up is counted as a test once, as an error too.
    return Count(max(total - failed - skipped, 0), failed, skipped)


def count_jest(report: str) -> Count:
    """The tests of jest's JSON report; a file that can't be loaded is one failed test."""
    data = json.loads(report)
    return Count(
        data["numPassedTests"],
        data["numFailedTests"] + data["numRuntimeErrorTestSuites"],
        data["numPendingTests"] + data["numTodoTests"],
    )


def count_playwright(report: str) -> Count:
    """The tests of Playwright's JSON report; errors outside a test are failed tests."""
    data = json.loads(report)
    stats = data["stats"]
    return Count(
        stats["expected"],
        stats["unexpected"] + stats["flaky"] + len(data["errors"]),
        stats["skipped"],
    )


def judged(suite: Suite, exit_code: int, report: str | None) -> Count:
    """What a suite's end counts for; what exits 0 without having run a test has failed."""
    if suite.counted_by is None:
        return Count(1, 0) if exit_code == 0 else Count(0, 1)
    try:
        count = suite.counted_by(report) if report is not None else Count(0, 0)
    except (ValueError, KeyError, TypeError, ET.ParseError):
        count = Count(0, 0)
    if count.failed == 0 and (exit_code != 0 or count.passed == 0):
        return count._replace(failed=1)
    return count


def pytest_suite(name: str, *arguments: str, minutes: float) -> Suite:
    report = RESULTS / f"{name}.xml"
    command: list[str | Path] = [
        BIN / "python",
        "-m",
        "pytest",
        "-q",
        "--durations=15",
        f"--junit-xml={report}",
    ]
    return Suite(name, [*command, *arguments], report, count_junit, minutes)


def npx(*command: str) -> list[str | Path]:
    return ["npx", "--no-install", *command]


def free_ports(count: int) -> list[int]:
    """Ports of the loopback that nobody listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def browser_suite(name: str, folder: str, minutes: float, **environment: str) -> Suite:
    """Tests in a browser, whose pictures and report are left in that folder."""
    lab, notebook = free_ports(2)
    return Suite(
        name,
        npx("playwright", "test", "--config", "ui-tests/playwright.config.ts"),
        ROOT / "ui-tests" / "test-results" / folder / "playwright.json",
        count_playwright,
        minutes,
        {"LAB_PORT": str(lab), "NOTEBOOK_PORT": str(notebook), **environment},
        alone=True,
    )


def quick_suites() -> list[Suite]:
    """All but the slow ones, the longest first so that two at a time end together."""
    jest_report = RESULTS / "jest.json"
    return [
        pytest_suite("pytest", "-n", "2", "--ignore=tests/packaging", minutes=18),
        browser_suite("browser", "checkout", minutes=12),
        pytest_suite("packaging", "tests/packaging", f"--ignore={COMPAT}", minutes=8),
        Suite("mypy", [BIN / "mypy"], minutes=8),
        Suite(
            "jest",
            npx("jest", "--ci", "--json", f"--outputFile={jest_report}"),
            jest_report,
            count_jest,
        ),
        Suite("eslint", npx("eslint", "--max-warnings", "0", ".")),
        Suite("tsc", npx("tsc", "-p", "tsconfig.test.json")),
        Suite("prettier", npx("prettier", "--check", ".")),
        Suite("stylelint", npx("stylelint", "--max-warnings", "0", "style/**/*.css")),
        Suite("ruff-format", [BIN / "ruff", "format", "--check"]),
        Suite("ruff-check", [BIN / "ruff", "check"]),
        Suite("generated", [BIN / "python", "scripts/generate_api.py", "--check"]),
    ]


def fault_suites() -> list[Suite]:
    # The properties of the grammar again, over many more examples; with FUZZ_RANDOM, other ones.
    fuzz = pytest_suite("fuzz", "tests/core", "-m", "fuzzed", minutes=20)
    return [
        browser_suite("browser-faults", "faults", minutes=20, FAULTS="1"),
        # Environments of their own for the oldest and the newest Jupyter take minutes to fill.
        pytest_suite("compat", COMPAT, minutes=20)._replace(alone=True),
        pytest_suite("faults", "-m", "faults", minutes=40),
        fuzz._replace(environment={"FUZZ_EXAMPLES": "2000"}),
    ]


def run(suite: Suite) -> tuple[int, float]:
    """The exit code and the seconds; on time-out the whole process group is ended."""
    started = time.monotonic()
    environment = {
        **os.environ,
        # What a test starts by name is ours, not another installation's.
        "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "CI": "true",
        **suite.environment,
    }
    if suite.report is not None:
        suite.report.unlink(missing_ok=True)
    with (RESULTS / f"{suite.name}.log").open("wb") as log:
        process = subprocess.Popen(
            [str(part) for part in suite.command],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            code = process.wait(suite.minutes * 60)
        except BaseException as error:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if not isinstance(error, subprocess.TimeoutExpired):
                raise
            log.write(f"\nended after {suite.minutes} minutes\n".encode())
            code = 124
    return code, time.monotonic() - started


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--faults", action="store_true", help="what is slow by nature, and no more")
    parser.add_argument("--only", nargs="+", metavar="SUITE", help="the suites to run")
    options = parser.parse_args(arguments)
    suites = fault_suites() if options.faults else quick_suites()
    if options.only:
        unknown = set(options.only) - {suite.name for suite in suites}
        if unknown:
            known = ", ".join(suite.name for suite in suites)
            parser.error(f"no suite {', '.join(sorted(unknown))}; there are {known}")
        suites = [suite for suite in suites if suite.name in options.only]

    # A shell's background job ignores Ctrl-C, and so would all that the tests interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    RESULTS.mkdir(exist_ok=True)
    total_file = RESULTS / ("faults.total" if options.faults else "test.total")
    total_file.unlink(missing_ok=True)
    talking = threading.Lock()
    started = time.monotonic()

    def carry_out(suite: Suite) -> Count:
        if shutil.which(str(suite.command[0])) is None:
            code, seconds = 127, 0.0
            (RESULTS / f"{suite.name}.log").write_text(f"{suite.command[0]} is not installed\n")
        else:
            code, seconds = run(suite)
        there = suite.report is not None and suite.report.exists()
        report = suite.report.read_text("utf-8") if suite.report is not None and there else None
        count = judged(suite, code, report)
        with talking:
            if count.failed:
                log = (RESULTS / f"{suite.name}.log").read_text("utf-8", "replace")
                print(f"----- {suite.name} (exit {code}), the end of test-results/{suite.name}.log")
                print("\n".join(log.splitlines()[-SHOWN_LINES:]))
                print("-----")
            print(f"{suite.name}: {count} ({seconds:.0f} s)", flush=True)
        return count

    counts = [carry_out(suite) for suite in suites if suite.alone]
    with ThreadPoolExecutor(max_workers=2) as pool:
        counts += pool.map(carry_out, [suite for suite in suites if not suite.alone])
    total = Count(sum(count.passed for count in counts), sum(count.failed for count in counts))
    skipped = sum(count.skipped for count in counts)
    print(f"{time.monotonic() - started:.0f} s in all{f', {skipped} skipped' if skipped else ''}")
    total_file.write_text(f"{total}\n")
    print(total)
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
