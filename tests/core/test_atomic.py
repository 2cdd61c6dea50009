"""A write leaves the old file or the new one, whatever happens on the way."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from jupyterlab_dvc import atomic
from jupyterlab_dvc.errors import CannotWrite
from tests import failing_calls

WRITER = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from jupyterlab_dvc import atomic
    target, turn = Path(sys.argv[1]), 0
    print("ready", flush=True)
    while True:
        turn += 1
        atomic.write(target, (str(turn % 10) * 200_000).encode())
    """
)


def leftovers(folder: Path) -> list[str]:
    return [name for name in os.listdir(folder) if name.endswith(".tmp")]


def test_writes_a_new_file_in_a_new_folder(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b c" / "ü.txt"
    atomic.write(target, b"x")
    assert target.read_bytes() == b"x"
    assert leftovers(target.parent) == []


def test_keeps_the_permissions_of_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "script.py"
    target.write_bytes(b"old")
    target.chmod(0o640)
    atomic.write(target, b"new")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    atomic.write(target, b"new", 0o755)
    assert stat.S_IMODE(target.stat().st_mode) == 0o755


def test_a_new_file_obeys_the_umask(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        atomic.write(tmp_path / "x", b"")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == 0o640


def test_a_symbolic_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    atomic.write(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_a_folder_in_the_way_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    with pytest.raises(CannotWrite, match=r"target: The file can't be written"):
        atomic.write(tmp_path / "target", b"x")
    assert leftovers(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_row_17_killed_at_any_moment_leaves_old_or_new(tmp_path: Path) -> None:
    """Kills the writer again and again until 200 writes were seen to have completed at least."""
    target = tmp_path / "target"
    target.write_bytes(b"0" * 200_000)
    for turn in range(20):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(target)], stdout=subprocess.PIPE
        ) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            writes = 0
            last = target.stat().st_ino
            while writes < 10 + turn % 3:
                now = target.stat().st_ino
                writes += now != last
                last = now
            writer.send_signal(signal.SIGKILL)
        content = target.read_bytes()
        assert len(content) == 200_000
        assert len(set(content)) == 1


needs_root = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root can inject this fault"
)


@needs_root
def test_row_16_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(disk)], check=True)
    try:
        atomic.write(disk / "x", b"old")
        with pytest.raises(CannotWrite, match="No space left on device"):
            atomic.write(disk / "x", b"n" * 200_000)
        assert (disk / "x").read_bytes() == b"old"
        assert leftovers(disk) == []
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.skipif(failing_calls.why_not() != "", reason=failing_calls.why_not())
@pytest.mark.parametrize("call", ["fsync", "rename"])
def test_row_18_an_io_error_leaves_the_old_file(tmp_path: Path, call: str) -> None:
    target = tmp_path / "x"
    target.write_bytes(b"old")
    code = (
        "import sys; from pathlib import Path; from jupyterlab_dvc import atomic\n"
        "from tests import failing_calls; failing_calls.fail(sys.argv[2])\n"
        "try: atomic.write(Path(sys.argv[1]), b'new')\n"
        "except Exception as error: sys.exit(str(error))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(target), call],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Input/output error" in done.stderr
    assert target.read_bytes() == b"old"
    assert leftovers(tmp_path) == []


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "x").write_bytes(b"old")
    code = (
        "import os, sys; from pathlib import Path; from jupyterlab_dvc import atomic\n"
        "if os.geteuid() == 0: os.seteuid(65534)\n"
        "try: atomic.write(Path('x'), b'new')\n"
        "except Exception as error: sys.exit(str(error))"
    )
    # The process stands in the folder, so that no folder above has to be open to it.
    folder.chmod(0o555)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False
    )
    folder.chmod(0o755)
    assert "x: The file can't be written: Permission denied" in done.stderr
    assert (folder / "x").read_bytes() == b"old"
