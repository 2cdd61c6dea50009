"""Starting the worker process and hearing what it says; nothing here imports DVC."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

from .. import errors
from ..errors import DVCFailed, JupyterLabDVCError, Place, Problem
from .locks import Holder, OnWait

if TYPE_CHECKING:
    from .warm import Warm

PYTHON = "JUPYTERLAB_DVC_PYTHON"
"""The variable in the environment that names the interpreter that has DVC, where it isn't ours."""


def command(*arguments: str) -> list[str]:
    """The worker's command line."""
    return [
        os.environ.get(PYTHON) or sys.executable,
        (Path(__file__).parent / "worker" / "__main__.py").as_posix(),
        *arguments,
    ]


def environment(
    first_on_path: str | None = None, extra: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The worker's environment, which its stages get too."""
    found = {**os.environ, **(extra or {})}
    if first_on_path is not None:
        parts = (first_on_path, found.get("PATH", os.defpath))
        found["PATH"] = os.pathsep.join(part for part in parts if part)
    return found


class Worker(Protocol):
    """A worker's process, as ``subprocess`` gives it."""

    pid: int

    @property
    def returncode(self) -> int | None: ...

    def poll(self) -> int | None: ...

    def wait(self) -> int: ...


class Forked:
    """A worker that was forked from this process; the part of ``Popen`` that is needed."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        return self._wait(os.WNOHANG)

    def wait(self) -> int:
        code = self._wait(0)
        assert code is not None
        return code

    def _wait(self, options: int) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, options)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode


OnEvent = Callable[[dict[str, Any]], None]
Fork = Callable[[dict[str, str], int, int, int | None], int]
fork_worker: Fork | None = None
"""Set where DVC is loaded already, so that a worker is but a fork."""


def start_worker(
    root: Path,
    operation: str,
    arguments: Mapping[str, Any],
    environment: dict[str, str],
    answers: int,
    output: int | None,
) -> Worker:
    """A worker in a session of its own, whose answers go to a descriptor; that one is closed here.

    Its own output, and that of stages, goes to ``output`` (None: to ours).
    """
    reading, writing = os.pipe()
    worker: Worker
    try:
        if fork_worker is not None:
            worker = Forked(fork_worker(environment, reading, answers, output))
        else:
            worker = subprocess.Popen(
                command("--events", str(answers)),
                stdin=reading,
                stdout=output,
                stderr=output,
                env=environment,
                pass_fds=(answers,),
                start_new_session=True,
            )
    finally:
        os.close(reading)
        os.close(answers)
    send(os.fdopen(writing, "wb"), root, operation, arguments)
    return worker


@contextmanager
def interpreter_folder(python: str | None) -> Iterator[str | None]:
    """A folder in which ``python`` is that interpreter, to be the first on PATH.

    ``dvc.yaml`` says ``python``, so that is how a stage's interpreter is chosen. Its own folder
    will do, unless ``python`` is missing there or another one; then it is a temporary one.
    """
    if python is None:
        yield None
        return
    folder, name = os.path.split(os.path.abspath(python))
    # Not the real path: that would leave a virtual environment.
    if name == "python" or os.path.realpath(f"{folder}/python") == os.path.realpath(python):
        yield folder
        return
    import shlex
    import tempfile

    with tempfile.TemporaryDirectory(prefix="jupyterlab-dvc-") as temporary:
        starter = Path(temporary, "python")
        starter.write_text(f'#!/bin/sh\nexec {shlex.quote(f"{folder}/{name}")} "$@"\n')
        starter.chmod(0o755)
        yield temporary + os.pathsep + folder


warm: Warm | None = None
"""Where it is set, what is asked, and what is run, is forked from it."""


def ask(
    root: Path,
    operation: str,
    arguments: Mapping[str, Any],
    on_wait: OnWait | None = None,
    on_event: OnEvent | None = None,
) -> Any:
    """Run one operation of the worker in ``root`` and give its answer.

    ``on_event`` hears what is neither the answer nor that it is waited for.

    Raises:
        JupyterLabDVCError: what the worker raised, of the same class; ``DVCFailed`` where it died.
    """
    import tempfile

    with tempfile.TemporaryFile() as last_words:
        if warm is not None:
            forked = _forked(warm, _request(root, operation, arguments), last_words)
            if forked is not None:
                return _heard(*forked, Answer(on_wait, on_event), last_words)
        try:
            process = subprocess.Popen(
                command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=last_words,
                env=environment(),
                # A Ctrl-C in the terminal is for us, who let the worker finish what it is writing.
                start_new_session=os.name == "posix",
            )
        except OSError as error:
            raise DVCFailed.of("dvc-not-started", reason=str(error)) from error
        assert process.stdin is not None and process.stdout is not None
        answer = Answer(on_wait, on_event)
        try:
            send(process.stdin, root, operation, arguments)
            for line in process.stdout:
                answer.hear(line)
            process.wait()
        except BaseException:
            process.terminate()
            process.wait()
            raise
        finally:
            process.stdout.close()
        return answer.result(process.returncode, last_words)


def _forked(
    process: Warm, request: dict[str, Any], last_words: IO[bytes]
) -> tuple[int | None, IO[bytes]] | None:
    """The pid, where it is known, and the answers of a fork that carries out a request.

    None where there is no fork, and will be none.
    """
    reading, writing = os.pipe()
    try:
        pid = process.call({"operation": "ask", "request": request}, [writing, last_words.fileno()])
    except OSError:
        os.close(reading)
        return None
    finally:
        os.close(writing)
    return pid, os.fdopen(reading, "rb")


def _heard(pid: int | None, answers: IO[bytes], answer: Answer, last_words: IO[bytes]) -> Any:
    with answers:
        try:
            for line in answers:
                answer.hear(line)
        except BaseException:
            if pid is not None:
                # It hasn't ended, so that the pid is still its own.
                os.kill(pid, signal.SIGTERM)
            raise
    # Whose child it isn't doesn't hear how it ended.
    return answer.result(1, last_words)


def _request(root: Path, operation: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {"root": os.path.abspath(root), "operation": operation, **arguments}


def send(stream: IO[bytes], root: Path, operation: str, arguments: Mapping[str, Any]) -> None:
    try:
        stream.write(json.dumps(_request(root, operation, arguments)).encode())
        stream.close()
    except BrokenPipeError:
        # It died before it listened; its exit code and last words tell more than this error.
        return


class Answer:
    """The events that every operation has: waiting, result and error; others go to ``on_event``."""

    def __init__(
        self,
        on_wait: OnWait | None = None,
        on_event: OnEvent | None = None,
    ) -> None:
        self._on_wait = on_wait
        self._on_event = on_event
        self._result: Any = None
        self._has_result = False
        self._error: JupyterLabDVCError | None = None

    def hear(self, line: bytes) -> None:
        event = json.loads(line)
        kind = event["event"]
        if kind == "result":
            self._result, self._has_result = event["result"], True
        elif kind == "error":
            self._error = _revive(event)
        elif kind == "waiting" and self._on_wait is not None:
            self._on_wait(tuple(Holder(**holder) for holder in event["holders"]))
        elif self._on_event is not None:
            self._on_event(event)

    @property
    def complete(self) -> bool:
        return self._has_result or self._error is not None

    def result(self, exit_code: int, last_words: IO[bytes] | None = None) -> Any:
        if self._error is not None:
            raise self._error
        if self._has_result:
            return self._result
        raise DVCFailed.of("dvc-crashed", how=ending(exit_code), reason=_tail(last_words))


def ending(exit_code: int) -> str:
    if exit_code >= 0:
        return f"exit code {exit_code}"
    return signal_name(-exit_code)


def signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _tail(stream: IO[bytes] | None) -> str:
    if stream is None:
        return "none"
    stream.seek(0)
    lines = stream.read().decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "none"


def _revive(event: dict[str, Any]) -> JupyterLabDVCError:
    problems = [problem_of(data) for data in event["problems"]]
    kind: type[JupyterLabDVCError] = getattr(errors, event["kind"])
    return kind(problems)


def problem_of(data: Mapping[str, Any]) -> Problem:
    """A problem as ``worker.events.problem_data`` wrote it."""
    return Problem(data["code"], data["args"], Place(*data["place"]), data["severity"])
