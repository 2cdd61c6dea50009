"""Started by its path, so that neither this folder nor the current one is on the import path.

A project may well have a ``json.py`` or a ``platform.py``; asking for its status must not run it.
"""

import sys

_here, _, _ = __file__.rpartition("/worker/")
sys.path[:] = [folder for folder in sys.path if folder and not folder.startswith(_here)]
# The package need not be installed; last, so that it hides nothing.
sys.path.append(_here.removesuffix("/jupyterlab_dvc/dvc"))

from jupyterlab_dvc.dvc.worker.main import main  # noqa: E402 (the path comes first)

sys.exit(main())
