"""Which stages of the dummy pipeline run after what, with the real DVC, git and notebooks."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from jupyterlab_dvc.cli import classic
from jupyterlab_dvc.cli.main import main
from tests.scenarios.project import ROOT, Outcome, User

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="stages don't run on Windows")

KEEP = "Your notebooks keep in step."
LOSE = "Your notebooks lose a digit."
ALL = [1, 2, 3, 4, 5]


class Dummy(User):
    """The dummy pipeline's user."""

    def notebook(self, number: int) -> Path:
        [path] = (self.root / "notebooks").glob(f"{number}_*.ipynb")
        return path

    def edit(self, number: int, *changes: tuple[str, str]) -> None:
        """Replace texts in the cells of a notebook; each has to be there."""
        path = self.notebook(number)
        data = json.loads(path.read_text("utf-8"))
        for old, new in changes:
            cells = [cell for cell in data["cells"] if old in "".join(cell["source"])]
            assert cells, f"{old!r} is in no cell of {path.name}"
            for cell in cells:
                cell["source"] = "".join(cell["source"]).replace(old, new)
        path.write_text(json.dumps(data), encoding="utf-8")

    def size(self, digits: int) -> None:
        (self.root / "params.yaml").write_text(f"size_bin_data: {digits}\n")

    @property
    def sentence(self) -> str:
        return (self.root / "data" / "sentence.txt").read_text("utf-8").rstrip("\n")


def numbers(stages: list[str]) -> list[int]:
    """``["mlvtools_1_sanitize", …]`` → ``[1, …]``, sorted: 3 and 4 may run in any order."""
    return sorted(int(stage.removeprefix("mlvtools_").split("_")[0]) for stage in stages)


def ran(outcome: Outcome) -> list[int]:
    return numbers(outcome.ran)


def feed_of(sentence: str) -> str:
    """A feed for the sentence: every second letter in binary, with stray characters, shuffled."""
    words = [
        f"{index}={ord(letter):08b}" if index % 2 else f"{index}=x{ord(letter):03o}?"
        for index, letter in enumerate(sentence)
    ]
    random.Random(0).shuffle(words)
    return "\n".join(words) + "\n"


@pytest.fixture(scope="session")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Dummy, Outcome]:
    """The project after its first run, and what ran."""
    dummy = Dummy.new(tmp_path_factory.mktemp("dummy") / "home")
    with pytest.MonkeyPatch.context() as patch:
        set_environment(patch, dummy)
        shutil.copytree(ROOT / "examples" / "dummy", dummy.root)
        dummy.start()
        assert dummy.sync() == 0
        return dummy, dummy.run()


@pytest.fixture
def dummy(
    first_run: tuple[Dummy, Outcome], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Dummy:
    """A copy of the project after its first run, for a test alone."""
    copy = first_run[0].copy(tmp_path / "home")
    set_environment(monkeypatch, copy)
    return copy


def set_environment(patch: pytest.MonkeyPatch, user: User) -> None:
    for name, value in user.environment().items():
        patch.setenv(name, value)


def test_first_repro(first_run: tuple[Dummy, Outcome]) -> None:
    dummy, outcome = first_run
    assert ran(outcome) == ALL
    assert dummy.sentence == KEEP
    metrics = json.loads((dummy.root / "data" / "metrics.json").read_text())
    assert metrics == {"letters": 28, "from_binaries": 15, "from_octals": 13}
    logged = list((dummy.root / "data" / "mlflow").glob("*/*/artifacts/sentence.txt"))
    assert [path.read_text() for path in logged] == [KEEP + "\n"]


def test_repro_again(dummy: Dummy) -> None:
    assert ran(dummy.run()) == []
    # The pipeline is DVC's own, and DVC alone says the same.
    assert "up to date" in dummy.dvc("repro")
    assert dummy.traced() == []


def execute(dummy: Dummy) -> None:
    """Run all cells in their kernel and save, as Jupyter does."""
    for number in ALL:
        path = dummy.notebook(number)
        notebook = nbformat.read(path, as_version=4)
        NotebookClient(
            notebook, timeout=120, resources={"metadata": {"path": str(path.parent)}}
        ).execute()
        nbformat.write(notebook, path)
        assert any(cell.get("outputs") for cell in notebook.cells), path.name


def reword(dummy: Dummy) -> None:
    """Prose, comments, a cell's tag-less neighbours: everything that isn't code."""
    for number in ALL:
        path = dummy.notebook(number)
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = cell.source.upper() + "\n\nMore to read."
            elif not cell.source.startswith(("%", '"""')):
                cell.source = f"# Reworded.\n\n{cell.source}  # more to say\n\n# The end."
        notebook.cells.append(nbformat.v4.new_markdown_cell("An afterword."))
        notebook.cells.append(nbformat.v4.new_code_cell("# only a comment"))
        nbformat.write(notebook, path)


def redescribe(dummy: Dummy) -> None:
    """The docstring's prose, and the stage's: in the script, in dvc.yaml, and changing nothing."""
    dummy.edit(4, (":dvc-desc: Convert", ":dvc-desc: Decode"))
    dummy.edit(5, ("how many letters came from where", "letters by origin"))
    dummy.edit(3, ("Convert the binary codes to letters.", "Each code becomes a letter."))


def reformat(dummy: Dummy) -> None:
    """A formatter with another taste: shorter lines, other quotes."""
    config = ["--config", "line-length=44", "--config", "format.quote-style='single'"]
    notebooks = [str(dummy.notebook(number)) for number in ALL]
    before = [Path(name).read_bytes() for name in notebooks]
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "-q", *config, *notebooks]
    subprocess.run(command, check=True)
    assert all(Path(name).read_bytes() != old for name, old in zip(notebooks, before, strict=True))


def nothing(dummy: Dummy) -> None:
    """A sync of what is in step already."""


def all_of_it(dummy: Dummy) -> None:
    execute(dummy)
    reword(dummy)
    redescribe(dummy)
    reformat(dummy)


@pytest.mark.parametrize("change", [nothing, reword, redescribe, reformat, all_of_it])
def test_what_is_no_code_re_runs_nothing(dummy: Dummy, change: Callable[[Dummy], None]) -> None:
    change(dummy)
    assert dummy.sync() == 0
    assert dummy.run() == Outcome([], [])
    assert "up to date" in dummy.dvc("status")


def test_a_sync_without_a_change_writes_nothing(dummy: Dummy) -> None:
    def state() -> dict[Path, tuple[int, bytes]]:
        files = [*dummy.root.glob("dvc.*"), *(dummy.root / "pipeline").rglob("*.py")]
        assert len(files) == 7
        return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in files}

    before = state()
    reword(dummy)
    assert dummy.sync("--check") == 0
    assert dummy.sync() == 0
    assert state() == before


def test_fresh_clone_and_pull(dummy: Dummy) -> None:
    remote = dummy.home / "remote"
    dummy.dvc("remote", "add", "-q", "-d", "store", str(remote))
    dummy.dvc("push", "-q")
    dummy.git("add", "-A")
    dummy.git("commit", "-q", "-m", "The dummy pipeline")
    clone = Dummy(dummy.home / "clone", dummy.home)
    dummy.git("clone", "-q", str(dummy.root), str(clone.root))
    shutil.rmtree(dummy.root)
    assert not (clone.root / "data" / "sentence.txt").exists()
    clone.dvc("pull", "-q")
    assert ran(clone.run()) == []
    assert clone.sentence == KEEP
    # A sync in the clone finds everything as it was committed.
    assert clone.sync("--check") == 0
    assert clone.git("status", "--porcelain") == ""


def test_forced(dummy: Dummy) -> None:
    assert ran(dummy.run(force=True)) == ALL


def test_a_new_feed(dummy: Dummy) -> None:
    sentence = "Another feed, another tale."
    (dummy.root / "data" / "feed.txt").write_text(feed_of(sentence))
    assert ran(dummy.run()) == ALL
    assert dummy.sentence == sentence


def test_a_new_feed_up_to_step_3_then_the_rest(dummy: Dummy) -> None:
    sentence = "One after the other."
    (dummy.root / "data" / "feed.txt").write_text(feed_of(sentence))
    assert ran(dummy.run("mlvtools_3_convert_binaries")) == [1, 2, 3]
    assert dummy.sentence == KEEP
    assert ran(dummy.run()) == [4, 5]
    assert dummy.sentence == sentence


def test_another_algorithm_in_step_4(dummy: Dummy) -> None:
    octal = "chr(int(code, base=8))"
    dummy.edit(4, (octal, f"{octal}.upper()"))
    assert dummy.sync() == 0
    assert ran(dummy.run()) == [4, 5]
    # Spaces and "Your n.te.oo.s" came in octal digits.
    assert dummy.sentence != KEEP
    assert dummy.sentence.lower() == KEEP.lower()


def test_a_hyperparameter_and_back(dummy: Dummy) -> None:
    dummy.size(7)
    assert ran(dummy.run()) == [2, 3, 5]
    assert dummy.sentence == LOSE
    reword(dummy)
    redescribe(dummy)
    assert dummy.sync() == 0
    dummy.size(8)
    outcome = dummy.run()
    assert ran(outcome) == []
    assert numbers(outcome.restored) == [2, 3, 5]
    assert dummy.sentence == KEEP
    assert ran(dummy.run()) == []


def test_a_new_value_of_a_key_that_no_step_has(dummy: Dummy) -> None:
    (dummy.root / "params.yaml").write_text("size_bin_data: 8\nother: 1\n")
    assert dummy.run() == Outcome([], [])


def test_the_project_may_move(dummy: Dummy) -> None:
    moved = dummy.root.rename(dummy.home / "moved")
    there = replace(dummy, root=moved)
    assert ran(there.run()) == []
    assert there.sync("--check") == 0


def test_an_experiment_of_dvc(dummy: Dummy) -> None:
    dummy.git("add", "-A")
    dummy.git("commit", "-q", "-m", "The dummy pipeline")
    dummy.dvc("exp", "run", "-q", "-S", "size_bin_data=7")
    assert numbers(dummy.traced()) == [2, 3, 5]
    assert dummy.sentence == LOSE
    assert dummy.sync("--check") == 0


def test_the_classic_commands_make_the_same(
    dummy: Dummy, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = ["dvc.yaml", *sorted(str(path) for path in (dummy.root / "pipeline").rglob("*.py"))]
    before = [(dummy.root / name).read_bytes() for name in files]
    assert len(files) == 6
    for name in files:
        (dummy.root / name).unlink()
    monkeypatch.chdir(dummy.root)
    for number in ALL:
        path = dummy.notebook(number).relative_to(dummy.root)
        if number % 2:
            assert classic.ipynb_to_dvc(["-n", str(path)]) == 0
            continue
        assert classic.ipynb_to_python(["-n", str(path)]) == 0
        assert classic.gen_dvc(["-i", f"pipeline/scripts/mlvtools_{path.stem}.py"]) == 0
    assert [(dummy.root / name).read_bytes() for name in files] == before
    assert dummy.run() == Outcome([], [])
    assert classic.check_all_scripts_consistency(["-n", "notebooks"]) == 0
    capsys.readouterr()


def test_the_exported_pipeline_needs_no_dvc(dummy: Dummy) -> None:
    exported = dummy.root / "pipeline.sh"
    # The steps up to the fourth: MLflow's start, which takes longest, is in enough tests.
    stage = "mlvtools_4_convert_octals"
    assert main(["-C", str(dummy.root), "export", stage, "-o", str(exported)]) == 0
    elsewhere = dummy.home / "elsewhere"
    for name in ("pipeline", "pipeline.sh", "data/feed.txt"):
        target = elsewhere / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (dummy.root / name).rename(target)
    environment = {"PATH": dummy.environment()["PATH"], "HOME": str(dummy.home)}
    subprocess.run([elsewhere / exported.name], check=True, env=environment, cwd=dummy.home)
    made = {path.name for path in (elsewhere / "data").iterdir()}
    assert made == {
        "binaries.txt",
        "feed.txt",
        "letters_from_octals.json",
        "octals.txt",
        "sanitized.txt",
    }
    for name in made - {"feed.txt"}:
        assert (elsewhere / "data" / name).read_bytes() == (dummy.root / "data" / name).read_bytes()
