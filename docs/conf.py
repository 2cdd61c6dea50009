"""Sphinx's settings; a test runs the pages' commands."""

from __future__ import annotations

import json
from pathlib import Path

project = "jupyterlab-dvc"
author = "jupyterlab-dvc developers"
copyright = f"2026, {author}"
release = json.loads((Path(__file__).parents[1] / "package.json").read_text("utf-8"))["version"]

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
nitpicky = True

html_theme = "pydata_sphinx_theme"
html_title = f"jupyterlab-dvc {release}"
html_theme_options = {"show_prev_next": True, "navigation_with_keys": False}
html_copy_source = False
# The pages are few: the header has them all, a sidebar would be empty.
html_sidebars: dict[str, list[str]] = {"**": []}
