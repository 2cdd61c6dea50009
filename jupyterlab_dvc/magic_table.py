"""What becomes of each of IPython's magics in a script; one that stands nowhere here is refused."""

from __future__ import annotations

import re

DROPPED_MAGICS = frozenset(
    {
        "alias_magic", "autoawait", "autocall", "autoindent", "automagic", "autoreload",
        "autosave",
        "aimport", "colors",
        "config", "cls", "clear", "connect_info", "debug", "dhist", "dirs", "doctest_mode",
        "display",
        "gui", "hist", "history", "killbgscripts", "ldir", "less", "lf", "lk", "ll", "load_ext",
        "ls", "lsmagic",
        "lx", "magic", "man", "more", "page", "pdb", "pdef", "pdoc", "pfile", "pinfo", "pinfo2",
        "pprint", "precision", "psearch", "psource", "pwd", "pycat", "qtconsole", "quickref",
        "recall",
        "rehashx", "reload_ext", "subplots", "tb", "unload_ext", "watermark", "who", "who_ls",
        "whos", "xmode",
    }
)  # fmt: skip

DROPPED_CELL_MAGICS = frozenset(
    {"HTML", "SVG", "html", "javascript", "js", "latex", "markdown", "svg"}
)

# Their statement, or body, runs; what they measure or catch doesn't matter to a step.
STATEMENT_MAGICS = frozenset({"memit", "prun", "time", "timeit"})
BODY_CELL_MAGICS = frozenset({"capture", "memit", "prun", "time"})

SHELLS = frozenset({"bash", "sh"})

# Options that stand before the statement.
OPTIONS = {
    "time": re.compile(r"(?:--no-raise-error\s*)*"),
    "memit": re.compile(r"(?:-[rti]\s*\d+\s+|-[co]\s+)*"),
    "prun": re.compile(r"(?:-[lsTD]\s*\S+\s+|-[rq]+\s+)*"),
    "timeit": re.compile(r"(?:-[nrp]\s*\d+\s*|-[tcqov]+(?:\s+|\Z))*"),
}

REFUSED_MAGICS = {
    **dict.fromkeys(("cd", "pushd", "popd", "bookmark"), "magic-folder"),
    **dict.fromkeys(("run", "load", "loadpy", "edit", "macro", "rerun"), "magic-run"),
    **dict.fromkeys(("pip", "conda", "mamba", "micromamba", "uv"), "magic-install"),
    **dict.fromkeys(("store", "reset", "reset_selective", "xdel", "rehash"), "magic-store"),
    **dict.fromkeys(
        (
            "R", "cython", "fortran", "js2py", "julia", "perl", "pypy", "python", "python2",
            "python3",
            "ruby", "rust", "script", "sql", "bigquery", "scala", "spark", "octave", "matlab",
        ),
        "magic-language",
    ),
    "pylab": "magic-pylab",
}  # fmt: skip

# Words that begin a line of automagic, the mode in which IPython takes magics without their sign.
AUTOMAGIC = (
    DROPPED_MAGICS | STATEMENT_MAGICS | REFUSED_MAGICS.keys() | {"env", "set_env", "matplotlib",
    "sx"}
    | {"cat", "cp", "mkdir", "mv", "rm", "rmdir"}
) - {"R", "display", "magic", "script"}  # fmt: skip
