"""Runs from their start to their end, with the real DVC."""

from __future__ import annotations

from jupyterlab_dvc.runs import queue

from .conftest import Project, gone


def test_a_run_is_written_down(project: Project) -> None:
    project.stages(first="echo one; echo 1 > first.out", second="echo two; cp first.out second.out")
    run = queue.start(project.root)
    assert (run.state, run.number, run.request.what) == ("queued", 1, "pipeline")
    ended = project.wait(run.id)
    assert (ended.state, ended.problems) == ("succeeded", ())
    assert [(s.name, s.state) for s in ended.stages] == [("first", "ran"), ("second", "ran")]
    assert ended.started is not None and ended.ended is not None
    assert run.created <= ended.started <= ended.ended
    assert project.log(run) == (
        "Running stage 'first':\n> echo one; echo 1 > first.out\none\n"
        "Running stage 'second':\n> echo two; cp first.out second.out\ntwo\n"
    )
    events, end = project.store.events(run.id)
    assert [event["event"] for event in events] == [
        "began",
        "planned",
        *["stage-started", "stage-finished"] * 2,
        "ended",
    ]
    assert project.store.events(run.id, end) == ([], end)
    assert project.store.log_size(run.id) == len(project.log(run))
    assert gone(run.id)
    again = project.wait(queue.start(project.root).id)
    assert (again.number, again.state) == (2, "succeeded")
    assert [(s.name, s.state) for s in again.stages] == [
        ("first", "skipped"),
        ("second", "skipped"),
    ]
    assert [one.id for one in project.store.find()] == [again.id, run.id]
