"""What the extension weighs in the browser: its entry, what loads at start, all of it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from .lab import chromium, lab, new_page, open_notebook
from .pipeline import Pipeline
from .row import Row

MINUTES = 0.5
STATIC = Path(__file__).parent.parent / "jupyterlab_dvc" / "labextension" / "static"
_OURS = "/extensions/jupyterlab-dvc/"


def rows() -> Iterator[Row]:
    sizes = {path.name: path.stat().st_size for path in STATIC.glob("*.js")}
    (entry,) = (size for name, size in sizes.items() if name.startswith("remoteEntry"))
    yield Row("frontend, remote entry", entry, "", None, 16_000, "value", "B")
    loaded = _loaded()
    yield Row("frontend, loaded at start", sum(loaded.values()), "", None, 100_000, "value", "B")
    yield Row("frontend, all", sum(sizes.values()), "", None, 600_000, "value", "B")


def _loaded() -> dict[str, int]:
    """The scripts that a page asks for until an open notebook's state is shown, by their bytes.

    The sizes are those of the files: what is sent may be compressed.
    """
    names = set()
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        root = Path(folder)
        pipeline = Pipeline(root / "root").create([""])
        with lab(pipeline.root, root / "lab") as server:
            page = new_page(browser)
            page.on("request", lambda request: names.add(urlsplit(request.url).path))
            open_notebook(page, server, pipeline.path(1))
            # What is loaded behind the start belongs to it.
            page.wait_for_load_state("networkidle")
            page.context.close()
    found = [name for name in names if _OURS in name and name.endswith(".js")]
    return {json.dumps(name): (STATIC / name.rpartition("/")[2]).stat().st_size for name in found}
