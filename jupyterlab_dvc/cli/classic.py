"""The six commands of MLV-tools, with the options that its users type."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from . import guard
from .parser import EXIT_CODES, Parser, add_reporting

if TYPE_CHECKING:
    from ..plan import Overwrite
    from ..project import Project
    from .terminal import Terminal

NOTE_ON_DASH = """\
A file whose name begins with '-' is joined to its option: --notebook=-name.ipynb."""


def ipynb_to_python(argv: Sequence[str] | None = None) -> int:
    """A notebook's script; nothing else is written and DVC isn't called."""
    parser = _parser(
        "ipynb_to_python",
        "Convert a notebook to a Python script that takes its parameters on the command line.",
        [
            "ipynb_to_python -n notebooks/train.ipynb",
            "ipynb_to_python -n notebooks/train.ipynb -o scripts/train.py -f",
        ],
        f"{NOTE_ON_DASH}\n",
    )
    _add_notebook(parser)
    parser.add_argument(
        "-o",
        "--output",
        metavar="PY",
        type=Path,
        help="the script (default: mlvtools_<name>.py in the settings' folder, pipeline/scripts)",
    )
    _add_force(parser)
    return guard.run(_ipynb_to_python, parser.parse_args(argv))


def gen_dvc(argv: Sequence[str] | None = None) -> int:
    """The stage of a script."""
    parser = _parser(
        "gen_dvc",
        "Add the stage of a generated script to dvc.yaml in the working directory, or update it.",
        [
            "gen_dvc -i pipeline/scripts/mlvtools_train.py",
            "gen_dvc -i scripts/train.py -o bin/train_dvc --docstring-conf conf/docstring.yml",
        ],
        "Other stages of dvc.yaml, comments and what was edited by hand stay as they are.\n",
    )
    parser.add_argument(
        "-i", "--input-script", metavar="PY", type=Path, required=True, help="the script"
    )
    parser.add_argument(
        "-o",
        "--out-dvc-cmd",
        metavar="FILE",
        type=Path,
        help="write also an executable that reproduces the stage alone",
    )
    _add_docstring_conf(parser)
    _add_force(parser)
    return guard.run(_gen_dvc, parser.parse_args(argv))


def ipynb_to_dvc(argv: Sequence[str] | None = None) -> int:
    """A notebook's script and stage."""
    parser = _parser(
        "ipynb_to_dvc",
        "Convert a notebook to a script and add its stage to dvc.yaml in the working directory.",
        ["ipynb_to_dvc -n notebooks/train.ipynb", "ipynb_to_dvc -n notebooks/train.ipynb -f"],
        f"All is checked before anything is written. {NOTE_ON_DASH}\n",
    )
    _add_notebook(parser)
    _add_docstring_conf(parser)
    _add_force(parser)
    return guard.run(_ipynb_to_dvc, parser.parse_args(argv))


def export_pipeline(argv: Sequence[str] | None = None) -> int:
    """The commands of a stage and of all that it needs, as a bash script."""
    parser = _parser(
        "export_pipeline",
        "Write the commands of a stage, and before them those of all stages that it needs,\n"
        "as a bash script that runs without DVC.",
        ["export_pipeline --dvc mlvtools_train -o pipeline.sh"],
    )
    parser.add_argument(
        "--dvc", metavar="STAGE", required=True, help="the stage's name, or its old STAGE.dvc name"
    )
    parser.add_argument(
        "-o", "--output", metavar="FILE", type=Path, required=True, help="the bash script"
    )
    _add_force(parser)
    return guard.run(_export_pipeline, parser.parse_args(argv))


def check_script_consistency(argv: Sequence[str] | None = None) -> int:
    """Whether a script is what its notebook would be converted to."""
    parser = _parser(
        "check_script_consistency",
        "Check that a script does what its notebook says; comments, blank lines and formatting\n"
        "don't count.",
        ["check_script_consistency -n notebooks/train.ipynb -s pipeline/scripts/mlvtools_train.py"],
        f"{NOTE_ON_DASH}\n",
    )
    _add_notebook(parser)
    parser.add_argument("-s", "--script", metavar="PY", type=Path, required=True, help="the script")
    return guard.run(_check_script, parser.parse_args(argv))


def check_all_scripts_consistency(argv: Sequence[str] | None = None) -> int:
    """The same for every notebook of a folder, each with the script that the settings name."""
    parser = _parser(
        "check_all_scripts_consistency",
        "Check every notebook of a folder against its script. All are checked, each difference\n"
        "is named.",
        [
            "check_all_scripts_consistency -n notebooks",
            "check_all_scripts_consistency -n notebooks -i scratch.ipynb -i old.ipynb",
        ],
    )
    parser.add_argument(
        "-n",
        "--notebooks-dir",
        metavar="DIR",
        type=Path,
        help="the folder; notebooks in folders below it don't count (default: the working"
        " directory with all folders below it)",
    )
    parser.add_argument(
        "-i",
        "--ignore",
        metavar="NAME",
        action="append",
        default=[],
        help="leave out the notebooks of this file name; may be given several times",
    )
    return guard.run(_check_all, parser.parse_args(argv))


def _ipynb_to_python(arguments: Namespace, terminal: Terminal) -> int:
    from . import writing

    project = _project(arguments)
    plan = project.plan_script(arguments.notebook, arguments.output, _overwrite(arguments))
    return writing.carry_out(project, plan, terminal)


def _gen_dvc(arguments: Namespace, terminal: Terminal) -> int:
    from . import writing

    project = _project(arguments)
    plan = project.plan_stage(
        arguments.input_script,
        arguments.out_dvc_cmd,
        _overwrite(arguments),
        executables=_wants_executables(project),
        docstring_conf=arguments.docstring_conf,
    )
    return writing.carry_out(project, plan, terminal)


def _ipynb_to_dvc(arguments: Namespace, terminal: Terminal) -> int:
    from . import writing

    project = _project(arguments)
    plan = project.plan_sync(
        [_existing_file(arguments.notebook)],
        _overwrite(arguments),
        executables=_wants_executables(project),
        docstring_conf=arguments.docstring_conf,
    )
    return writing.carry_out(project, plan, terminal)


def _export_pipeline(arguments: Namespace, terminal: Terminal) -> int:
    from . import export

    return export.write(
        _project(arguments), arguments.dvc, arguments.output, terminal, force=arguments.force
    )


def _check_script(arguments: Namespace, terminal: Terminal) -> int:
    from . import consistency

    project = _project(arguments)
    same = consistency.check(project, arguments.notebook, arguments.script, terminal)
    return 0 if same else 1


def _check_all(arguments: Namespace, terminal: Terminal) -> int:
    from . import consistency

    project = _project(arguments)
    return consistency.check_all(
        project, arguments.notebooks_dir, frozenset(arguments.ignore), terminal
    )


def _parser(name: str, purpose: str, examples: Sequence[str], note: str = "") -> Parser:
    shown = "\n".join(f"  {example}" for example in examples)
    parser = Parser(
        prog=name,
        description=purpose,
        epilog=f"{note}\nexamples:\n{shown}\n\n{EXIT_CODES}".lstrip(),
    )
    parser.add_argument(
        "-w",
        "--working-directory",
        metavar="DIR",
        type=Path,
        default=Path(),
        help="the project's folder, where dvc.yaml stands (default: the current folder); paths in"
        " the configuration are relative to it, paths on the command line to the current folder",
    )
    parser.add_argument(
        "-c",
        "--conf-path",
        metavar="CONF",
        type=Path,
        help="the configuration (default: .mlvtools in the working directory, where it exists, else"
        " [tool.jupyterlab-dvc] in pyproject.toml)",
    )
    add_reporting(parser)
    return parser


def _add_notebook(parser: Parser) -> None:
    parser.add_argument(
        "-n", "--notebook", metavar="NB", type=Path, required=True, help="the notebook"
    )


def _add_force(parser: Parser) -> None:
    parser.add_argument(
        "-f",
        "--force",
        action="store_true",
        help="overwrite; without it, a file or a stage that would change is refused and left alone",
    )


def _add_docstring_conf(parser: Parser) -> None:
    parser.add_argument(
        "--docstring-conf",
        metavar="FILE",
        type=Path,
        help="YAML with the values of {{ conf.… }} in docstrings",
    )


def _project(arguments: Namespace) -> Project:
    from ..project import Project

    return Project.at(arguments.working_directory, arguments.conf_path)


def _overwrite(arguments: Namespace) -> Overwrite:
    return "all" if arguments.force else "nothing"


def _wants_executables(project: Project) -> bool:
    # Without any configuration the classic commands have a folder for executables of their own.
    settings = project.settings
    return settings.dvc_cmd_root is not None or settings.origin is None


def _existing_file(path: Path) -> Path:
    from ..errors import Place, Refused

    if path.is_dir():
        raise Refused.of("not-a-file", Place(str(path)))
    return path
