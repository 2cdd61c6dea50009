"""Where DVC keeps results: its cache, the links that can be made to it, and its remotes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

Config = Mapping[str, str]
"""DVC's merged settings: ``remote.store.url`` → value; paths are absolute in it."""

PACKAGES = {
    "azure": "dvc-azure",
    "gdrive": "dvc-gdrive",
    "gs": "dvc-gs",
    "hdfs": "dvc-hdfs",
    "http": "dvc-http",
    "https": "dvc-http",
    "oss": "dvc-oss",
    "s3": "dvc-s3",
    "ssh": "dvc-ssh",
    "webdav": "dvc-webdav",
    "webdavs": "dvc-webdav",
    "webhdfs": "dvc-hdfs",
}
DEFAULT_LINKS = ("reflink", "copy")
FICLONE = 0x40049409
"""Linux's request that one file share the blocks of another."""


class Unreadable(Exception):
    """DVC can't read its own settings; the text is its complaint, one line."""


@dataclass(frozen=True)
class Remote:
    """A configured remote; ``folder`` is set where it is one of this machine."""

    name: str
    url: str

    @property
    def shown_url(self) -> str:
        """The URL without a password that stands in it."""
        return re.sub(r"//[^/@]*@", "//…@", self.url)

    @property
    def scheme(self) -> str | None:
        found = re.match(r"([A-Za-z][A-Za-z0-9+.-]+)://", self.url)
        return found[1].lower() if found else None

    @property
    def folder(self) -> Path | None:
        if self.scheme == "file":
            return Path(self.url[len("file://") :])
        return Path(self.url) if self.scheme is None else None

    @property
    def missing_package(self) -> str | None:
        """The package that DVC needs for such a URL and that isn't installed."""
        from importlib.util import find_spec

        package = PACKAGES.get(self.scheme or "")
        if package is None or find_spec(package.replace("-", "_")) is not None:
            return None
        return package


def read_config(root: Path) -> Config:
    """DVC's settings for the project, of all levels, as DVC itself merges them."""
    from .dvc import command_line

    try:
        done = command_line.call("config", "--list", folder=root, seconds=60)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unreadable(str(error)) from error
    if done.returncode != 0:
        complaints = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise Unreadable((complaints or ["`dvc config --list` fails"])[0])
    pairs = (line.partition("=") for line in done.stdout.splitlines())
    return {key: value for key, separator, value in pairs if separator}


def cache_folder(root: Path, config: Config) -> Path:
    """Where the results of runs are kept; it may not exist yet."""
    return root / config.get("cache.dir", os.path.join(".dvc", "cache"))


def link_types(config: Config) -> tuple[str, ...]:
    """How results get from the cache into the workspace, the first that works."""
    configured = [kind.strip() for kind in config.get("cache.type", "").split(",")]
    return tuple(kind for kind in configured if kind) or DEFAULT_LINKS


def remotes(config: Config) -> list[Remote]:
    """The configured remotes, by name."""
    found = {}
    for key, value in config.items():
        match = re.fullmatch(r"remote\.(.+)\.url", key)
        if match:
            found[match[1]] = Remote(match[1], value)
    return [found[name] for name in sorted(found)]


def possible_links(cache: Path, workspace: Path) -> list[str]:
    """The kinds of links from ``workspace`` to ``cache`` that the file systems allow, best first.

    They are tried out, with files that are removed again.
    """
    possible = []
    with (
        tempfile.NamedTemporaryFile(dir=cache, prefix=".jupyterlab-dvc-") as original,
        tempfile.TemporaryDirectory(dir=workspace, prefix=".jupyterlab-dvc-") as folder,
    ):
        original.write(b"content")
        original.flush()
        if _reflinks(original.name, os.path.join(folder, "reflink")):
            possible.append("reflink")
        for kind, link in (("hardlink", os.link), ("symlink", os.symlink)):
            try:
                link(original.name, os.path.join(folder, kind))
            except OSError:
                continue
            possible.append(kind)
    return [*possible, "copy"]


def _reflinks(original: str, copy: str) -> bool:
    if sys.platform != "linux":
        return False
    import fcntl

    with open(original, "rb") as source, open(copy, "wb") as target:
        try:
            fcntl.ioctl(target.fileno(), FICLONE, source.fileno())
        except OSError:
            return False
    return True
