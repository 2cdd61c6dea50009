"""How the suites are counted: what is not known to have passed has failed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from scripts import run_suites
from scripts.run_suites import (
    Count,
    Suite,
    count_jest,
    count_junit,
    count_playwright,
    judged,
    main,
)

JUNIT = (
    '<testsuites><testsuite name="pytest" errors="1" failures="2" skipped="3" tests="10"/>'
    "</testsuites>"
)
JEST = (
    '{"numPassedTests": 4, "numFailedTests": 1, "numRuntimeErrorTestSuites": 1,'
    ' "numPendingTests": 2, "numTodoTests": 0}'
)
PLAYWRIGHT = '{"stats": {"expected": 3, "unexpected": 1, "flaky": 1, "skipped": 2}, "errors": [{}]}'


def test_reports() -> None:
    assert count_junit(JUNIT) == Count(4, 3, 3)
    assert count_jest(JEST) == Count(4, 2, 2)
    assert count_playwright(PLAYWRIGHT) == Count(3, 3, 2)


def junit(tests: int, failures: int = 0, skipped: int = 0) -> str:
    return f'<testsuite tests="{tests}" failures="{failures}" skipped="{skipped}" errors="0"/>'


@pytest.mark.parametrize(
    ("exit_code", "report", "count"),
    [
        (0, junit(5), Count(5, 0)),
        (1, junit(5, failures=2), Count(3, 2)),
        (1, junit(5), Count(5, 1)),  # ended with an error that no test shows
        (0, junit(0), Count(0, 1)),  # ran no test
        (5, junit(0), Count(0, 1)),
        (0, junit(3, skipped=3), Count(0, 1, 3)),
        (124, None, Count(0, 1)),  # ended for its time: no report
        (0, None, Count(0, 1)),
        (1, "", Count(0, 1)),
        (1, "<testsuite", Count(0, 1)),
        (1, '<testsuite tests="many"/>', Count(0, 1)),
    ],
)
def test_a_suite_with_a_report(exit_code: int, report: str | None, count: Count) -> None:
    suite = Suite("pytest", ["pytest"], Path("pytest.xml"), count_junit)
    assert judged(suite, exit_code, report) == count


@pytest.mark.parametrize(("exit_code", "count"), [(0, Count(1, 0)), (1, Count(0, 1))])
def test_a_linter_is_one_test(exit_code: int, count: Count) -> None:
    assert judged(Suite("ruff", ["ruff"]), exit_code, None) == count


def test_the_line_is_the_one_that_is_read() -> None:
    assert str(Count(12, 0)) == "12 passed, 0 failed"


@pytest.mark.parametrize(
    ("exit_code", "last"), [(0, "4 passed, 0 failed"), (1, "3 passed, 1 failed")]
)
def test_the_last_line_counts_all_suites(
    exit_code: int,
    last: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    report = tmp_path / "report.xml"
    write = f"open({str(report)!r}, 'w').write({junit(5, skipped=2)!r})"
    monkeypatch.setattr(run_suites, "RESULTS", tmp_path)
    monkeypatch.setattr(
        run_suites,
        "quick_suites",
        lambda: [
            Suite("tests", [sys.executable, "-c", write], report, count_junit, alone=True),
            Suite("linter", [sys.executable, "-c", f"raise SystemExit({exit_code})"]),
        ],
    )
    assert main([]) == exit_code
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == last
    assert lines[-2].endswith(" s in all, 2 skipped")
    assert (tmp_path / "test.total").read_text() == f"{last}\n"


def test_an_unknown_suite_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--only", "nonsense"])
    assert caught.value.code == 2
    assert "no suite nonsense" in capsys.readouterr().err
