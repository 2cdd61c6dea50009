"""Each thing that can be wrong, made wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jupyterlab_dvc import doctor, storage
from jupyterlab_dvc.cli.main import main
from jupyterlab_dvc.doctor import Finding

from .conftest import Folder


def found(folder: Folder, topic: str) -> Finding:
    """The worst finding on a topic."""
    on_topic: list[Finding] = []
    for finding in doctor.examine(folder.root):
        if finding.topic == topic:
            on_topic.append(finding)
        elif on_topic:
            # A topic's findings come together; what follows would only take time.
            break
    return max(on_topic, key=lambda finding: ["ok", "note", "wrong"].index(finding.state))


def test_a_sound_project(project: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    project.write("dvc.yaml", "stages:\n  a:\n    cmd: echo\n")
    subprocess.run(["git", "config", "user.name", "A"], check=True)
    before = project.files()
    assert main(["doctor"]) == 0
    shown = capsys.readouterr().out
    for part in (
        f"ok     Python: {sys.version.split()[0]}, {sys.executable}\n",
        "ok     DVC: 3.",
        "ok     dvc command: ",
        "ok     git: 2.",
        f"ok     git repository: {project.root}\n",
        "note   git author: user.email not set, so git can't commit\n       Type: git config ",
        "ok     settings: none, the defaults are in force\n",
        "ok     Python of runs: ",
        "ok     dvc.yaml: 1 stage\n",
        f"ok     cache: {project.root}/.dvc/cache (made at the first run)\n",
        "ok     cache links: reflink, copy wanted, ",
        "note   remote: none configured",
        "ok     locks: none held\n",
        "Nothing is wrong.\n",
    ):
        assert part in shown
    assert "WRONG" not in shown
    assert project.files() == before


def test_json(project: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    project.write(".mlvtools", "{")
    assert main(["doctor", "--json"]) == 1
    findings = json.loads(capsys.readouterr().out)
    assert all(list(one) == ["topic", "state", "text", "advice"] for one in findings)
    wrong = [one["topic"] for one in findings if one["state"] == "wrong"]
    assert wrong == ["settings"]


def test_without_a_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-C", str(tmp_path), "doctor"]) == 1
    written = capsys.readouterr()
    assert f"WRONG  project: no .dvc folder in {tmp_path} or above\n       Type: dvc init\n" in (
        written.out
    )
    assert written.out.endswith("1 wrong\n")
    assert main(["-C", str(tmp_path / "none"), "doctor"]) == 1
    assert "There is no such folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "content", "topic", "text", "advice"),
    [
        (".mlvtools", '{"paht": 1}', "settings", ".mlvtools", ""),
        (
            ".mlvtools",
            '{"python": "no-such-python"}',
            "Python of runs",
            "no-such-python",
            "setting",
        ),
        ("dvc.yaml", "stages:\n  a: [\n", "dvc.yaml", "dvc.yaml, line ", ""),
        ("dvc.yaml", "<<<<<<< a\n", "dvc.yaml", "dvc.yaml, line 1", ""),
        ("params.yaml", "a: 1\nb: [\n", "params.yaml", "params.yaml, line ", "Correct"),
        (".dvc/config", "[core", "DVC's config", "config", ".dvc/config"),
        (
            ".dvc/config",
            "[core]\nremote = gone\n",
            "remote",
            "the default, gone, is not defined",
            "dvc remote",
        ),
        (
            ".dvc/config",
            "['remote \"a\"']\nurl = s3://key:secret@bucket/x\n",
            "remote",
            "a: s3://…@bucket/x needs a package that is not installed",
            "pip install 'dvc-s3'",
        ),
        (
            ".dvc/config",
            "['remote \"a\"']\nurl = /dev/null/such\n",
            "remote",
            "a: /dev/null/such: no such folder",
            "dvc remote modify a url PATH",
        ),
        (
            ".dvc/config",
            "[cache]\ntype = reflink\n",
            "cache links",
            "reflink wanted",
            "dvc config cache.type ",
        ),
        (
            ".dvc/config",
            "[cache]\ndir = config\n",
            "cache",
            "config is not a folder",
            "dvc cache dir",
        ),
        (".dvc/tmp/rwlock", "", "locks", "rwlock", "doctor --repair"),
        (
            ".dvc/tmp/rwlock",
            json.dumps({"write": {"/x": {"pid": 1, "cmd": "no-such-command"}}, "read": {}}),
            "locks",
            "/x: process 1 (no-such-command)",
            "rm .dvc/tmp/rwlock",
        ),
    ],
)
def test_what_is_wrong_in_a_project(
    name: str, content: str, topic: str, text: str, advice: str, project: Folder
) -> None:
    if "reflink" in content and "reflink" in storage.possible_links(project.root, project.root):
        pytest.skip("this file system has reflinks")
    project.write(name, content)
    finding = found(project, topic)
    assert finding.state == "wrong"
    assert text in finding.text
    assert advice in finding.advice


def test_a_live_lock_is_worth_a_note(project: Folder) -> None:
    holder = {"pid": os.getpid(), "cmd": "pytest"}
    project.write(".dvc/tmp/rwlock", json.dumps({"write": {"/x": holder}, "read": {}}))
    finding = found(project, "locks")
    assert finding.state == "note" or "another program" in finding.text


@pytest.mark.parametrize(("config", "wrong"), [("", True), ("[core]\nno_scm = True\n", False)])
def test_a_project_without_git(config: str, wrong: bool, project: Folder) -> None:
    (project.root / ".git").rename(project.root / "no-git")
    project.write(".dvc/config", config)
    findings = [f for f in doctor.examine(project.root) if f.topic == "DVC's config"]
    assert [f.state for f in findings] == ["wrong"] * wrong
    assert all("git init" in f.advice for f in findings)


def gone() -> int:
    """The id of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


# GONE becomes the id of a process that has ended; the tests' own names must not change with it.
LEFT = ".jupyterlab-dvc-GONE-0123456789ab.tmp"
LISTED = '{"write": {}, "read": {"/x": [{"pid": GONE, "cmd": "dvc repro"}]}}'


@pytest.mark.parametrize(
    ("name", "content", "done", "kept"),
    [
        (".dvc/tmp/rwlock", "", "The list of files in use was broken", False),
        (".dvc/tmp/rwlock", '{"read": {"/a', "The list of files in use was broken", False),
        (".dvc/tmp/rwlock", LISTED, "no longer runs but was listed as using /x", True),
        (LEFT, "half", f"{LEFT}: A file that a killed process had left was removed.", False),
        (f"sub/deep/{LEFT}", "half", f"sub/deep/{LEFT}: A file that a killed", False),
        (f".dvc/tmp/{LEFT}", "", f".dvc/tmp/{LEFT}: A file that a killed process", False),
    ],
)
def test_what_killed_processes_left_is_repaired(
    name: str,
    content: str,
    done: str,
    kept: bool,
    project: Folder,
    capsys: pytest.CaptureFixture[str],
) -> None:
    pid = str(gone())
    name, content, done = (text.replace("GONE", pid) for text in (name, content, done))
    file = project.write(name, content)
    assert main(["doctor", "--repair"]) == 0
    written = capsys.readouterr()
    assert written.err.startswith("repaired: ")
    assert done in written.err
    assert "ok     locks: none held\nNothing is wrong.\n" in written.out
    assert file.exists() == kept
    assert main(["doctor", "--repair"]) == 0
    assert capsys.readouterr().err == ""


def test_only_what_nobody_needs_is_repaired(
    project: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = project.write(f".jupyterlab-dvc-{os.getpid()}-0123456789ab.tmp", "being written")
    name = LEFT.replace("GONE", str(gone()))
    left = project.write(name, "half")
    finding = found(project, "left over")
    assert (finding.state, finding.text) == (
        "note",
        f"1 file, such as {name}, of a write that was killed",
    )
    assert finding.advice == "Type: jupyterlab-dvc doctor --repair"
    assert left.exists()
    # A command in the project may be the one whose entries were lost.
    project.write(".dvc/tmp/rwlock", "")
    code = "import time; print(flush=True); time.sleep(600)  # dvc"
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=project.root, stdout=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        running.stdout.readline()
        assert main(["doctor", "--repair"]) == 1
        running.kill()
    assert f"while DVC runs: process {running.pid}" in capsys.readouterr().err
    assert left.exists()
    assert main(["doctor", "--repair"]) == 0
    assert mine.exists()
    assert not left.exists()


def test_remotes_of_this_machine(project: Folder, tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    store, new = (
        "['remote \"a\"']\nurl = ../../store\n",
        f"['remote \"b\"']\nurl = {tmp_path}/new\n",
    )
    project.write(".dvc/config", f"[core]\nremote = a\n{store}{new}")
    remotes = [finding for finding in doctor.examine(project.root) if finding.topic == "remote"]
    assert remotes == [
        Finding("remote", "ok", f"a (default): {tmp_path}/store"),
        Finding("remote", "note", f"b: {tmp_path}/new (a folder, made at the first dvc push)"),
    ]


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_cache_that_cannot_be_written(project: Folder) -> None:
    cache = project.root / ".dvc" / "cache"
    cache.mkdir()
    cache.chmod(0o500)
    finding = found(project, "cache")
    assert (finding.state, "can't be written" in finding.text) == ("wrong", True)
    assert "chmod" in finding.advice


@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root can inject this fault"
)
def test_a_full_disk(project: Folder) -> None:
    disk = project.root / ".dvc" / "cache"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(disk)], check=True)
    try:
        with pytest.raises(OSError, match="No space left"):
            (disk / "all").write_bytes(b"x" * 100_000)
        wrong = [f.text for f in doctor.examine(project.root) if f.state == "wrong"]
        assert wrong == [
            "can't be tried out: No space left on device",
            "0.0 GB free for the cache",
        ]
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_without_tools_on_the_path(
    project: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    for topic, state, advice in (
        ("git", "wrong", "Install git"),
        ("dvc command", "note", f'export PATH="{Path(sys.executable).parent}:$PATH"'),
        ("Python of runs", "wrong", str(Path(sys.executable).parent)),
    ):
        finding = found(project, topic)
        assert finding.state == state
        assert advice in finding.advice


def test_another_python_on_the_path_is_told(
    project: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, script in {
        "python": "#!/bin/sh\necho 3.12.0\n",
        "dvc": "#!/bin/sh\necho 2.58.2\n",
        "git": "#!/bin/sh\nexit 1\n",
    }.items():
        (folder / name).write_text(script)
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/bin")
    assert "another one than jupyterlab-dvc's own" in found(project, "Python of runs").text
    assert f"{folder}/dvc is 2.58.2, another one" in found(project, "dvc command").text
    assert found(project, "git").state == "wrong"
    (folder / "python").write_text("#!/bin/sh\necho 2.7.18\n")
    assert found(project, "Python of runs").state == "wrong"


def test_nothing_of_the_project_is_run(project: Folder) -> None:
    project.write("evil.sh", "#!/bin/sh\ntouch pwned\n").chmod(0o755)
    for key in ("core.fsmonitor", "core.hooksPath", "alias.config"):
        subprocess.run(["git", "config", key, "./evil.sh"], check=True)
    project.write("json.py", "open('pwned', 'w')")
    project.write("sitecustomize.py", "open('pwned', 'w')")
    project.write("dvc.py", "open('pwned', 'w')")
    assert list(doctor.examine(project.root))
    assert not (project.root / "pwned").exists()


@pytest.mark.parametrize(
    ("url", "scheme", "folder", "shown"),
    [
        ("/a b/c", None, "/a b/c", "/a b/c"),
        ("file:///a", "file", "/a", "file:///a"),
        ("s3://bucket/x", "s3", None, "s3://bucket/x"),
        ("https://me:word@host/x", "https", None, "https://…@host/x"),
        ("ssh://me@host:22/x", "ssh", None, "ssh://…@host:22/x"),
    ],
)
def test_urls(url: str, scheme: str | None, folder: str | None, shown: str) -> None:
    remote = storage.Remote("a", url)
    assert remote.scheme == scheme
    assert remote.folder == (None if folder is None else Path(folder))
    assert remote.shown_url == shown


def test_links_are_tried_out(tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    possible = storage.possible_links(tmp_path, tmp_path)
    assert possible[-3:] == ["hardlink", "symlink", "copy"]
    assert sorted(tmp_path.iterdir()) == before
    if (shm := Path("/dev/shm")).is_dir() and os.stat(shm).st_dev != os.stat(tmp_path).st_dev:
        assert "hardlink" not in storage.possible_links(shm, tmp_path)
