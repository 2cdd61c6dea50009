"""What we use of DVC's inside is still there, in the version that is installed."""

from __future__ import annotations

import inspect
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_dvc.dvc import contract
from jupyterlab_dvc.errors import DVCFailed, NotFound


@pytest.mark.parametrize(
    ("version", "accepted"),
    [
        ("3.67.0", True),
        ("3.67.1", True),
        ("3.100.0", True),
        ("3.68.0rc1", True),
        ("3.66.9", False),
        ("2.58.2", False),
        ("4.0.0", False),
        ("4.0", False),
    ],
)
def test_versions(version: str, accepted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "version", lambda _: version)
    if accepted:
        assert contract.check_version() == version
        return
    with pytest.raises(DVCFailed) as caught:
        contract.check_version()
    assert f"DVC {version} is installed" in str(caught.value)
    assert "pip install 'dvc>=3.67,<4'" in str(caught.value)


def test_no_dvc_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", version)
    with pytest.raises(DVCFailed) as caught:
        contract.check_version()
    assert [problem.code for problem in caught.value.problems] == ["dvc-missing"]


def test_the_installed_dvc_was_tried() -> None:
    installed = tuple(int(part) for part in contract.check_version().split("."))
    assert installed <= contract.LATEST_TESTED


def test_where_the_project_is(tmp_path: Path) -> None:
    (tmp_path / ".dvc").mkdir()
    (tmp_path / "a" / "b").mkdir(parents=True)
    # A file of that name, as `dvc add .dvc`-like names make them, is no project.
    (tmp_path / "a" / ".dvc").touch()
    assert contract.find_project(tmp_path / "a" / "b") == tmp_path
    with pytest.raises(NotFound) as caught:
        contract.find_project(Path("/"))
    assert "dvc init" in str(caught.value)


def parameters(function: Any) -> set[str]:
    return set(inspect.signature(function).parameters)


def test_what_a_run_wraps() -> None:
    from dvc.repo import reproduce
    from dvc.stage import Stage, run
    from dvc.stage.cache import StageCache

    assert {"repro_fn", "force"} <= parameters(reproduce._reproduce)
    assert {"targets", "single_item", "downstream"} <= parameters(reproduce.reproduce)
    assert parameters(run.cmd_run) == {"stage", "dry", "run_env"}
    assert "cmd_run" in run.run_stage.__code__.co_names
    assert {"stage", "run_cache", "pull", "dry"} <= parameters(StageCache.restore)
    assert {"self", "allow_missing", "run_cache"} == parameters(Stage.save)
    assert {"self", "allow_missing"} == parameters(Stage.save_deps)
    # Between a command's end and the record of what it read there is nothing else than this.
    assert "save_deps" in Stage.save.__code__.co_names
    assert "save" in inspect.unwrap(Stage.run).__code__.co_names


def test_what_locks_are_made_of() -> None:
    from dvc import lock, rwlock
    from dvc.stage.decorators import rwlocked

    assert {"lockfile", "wait", "hardlink_lock"} <= parameters(lock.make_lock)
    assert hasattr(lock.Lock, "_do_lock")
    assert rwlock.RWLOCK_FILE == "rwlock" and rwlock.RWLOCK_LOCK == "rwlock.lock"
    assert "make_lock" in rwlock._edit_rwlock.__wrapped__.__code__.co_names
    assert {"read", "write"} <= parameters(rwlocked)


def test_how_files_are_written_and_committed() -> None:
    from dvc.dependency import param
    from dvc.dvcfile import Lockfile
    from dvc.stage import Stage
    from dvc.stage.cache import StageCache, _get_cache_hash
    from dvc.utils.serialize import _common, _yaml

    for module in (_common, _yaml):
        assert parameters(module._dump_data) == {"path", "data", "dumper", "fs", "dumper_args"}
    assert "_dump_data" in _common._modify_data.__wrapped__.__code__.co_names
    assert "modify_yaml" in Lockfile.dump_stages.__code__.co_names
    assert "load_path" in param.read_param_file.__code__.co_names
    assert {"fs_path", "fs"} <= parameters(param.load_path)
    assert {"cache", "key"} == parameters(_get_cache_hash)
    assert {"self", "key", "value"} == parameters(StageCache._get_cache_path)
    assert {"relink", "allow_missing"} & parameters(inspect.unwrap(Stage.commit))
