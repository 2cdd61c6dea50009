"""A supervisor's process: ``__main__.py ROOT RUN EVENTS LOG_LIMIT``, started by its path.

By path, so that neither this folder nor the current one is on the import path: a project may have
a ``json.py``.
"""

import sys

_here, _, _ = __file__.rpartition("/")
sys.path[:] = [folder for folder in sys.path if folder and not folder.startswith(_here)]
# The package need not be installed; last, so that it hides nothing.
sys.path.append(_here.removesuffix("/jupyterlab_dvc/runs"))

from jupyterlab_dvc.runs.entry import main  # noqa: E402 (the path comes first)

sys.exit(main(sys.argv[1:]))
