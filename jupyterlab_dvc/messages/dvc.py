"""Sentences of DVC, its locks and runs."""

from .message import Message as M

MESSAGES: dict[str, M] = {
    "dvc-not-started": M("The process that calls DVC can't be started: {reason}."),
    "dvc-missing": M("DVC isn't installed here.", "Install it with: pip install 'dvc>=3.67,<4'"),
    "dvc-version": M(
        "DVC {found} is installed, but this needs one from {minimum} on and below {below}.",
        "Install one with: pip install 'dvc>={minimum},<{below}'",
    ),
    "dvc-no-project": M(
        "No DVC project here: neither this folder nor one above it has a .dvc folder.",
        "Make one with: git init && dvc init (without git: dvc init --no-scm)",
    ),
    "dvc-no-pipeline": M(
        "There is no dvc.yaml here.", "Sync a notebook first, or go to the folder that has it."
    ),
    "dvc-no-git": M(
        "The DVC project expects git, but there is no git repository: {reason}.",
        "Make one with: git init. Or do without git: dvc config core.no_scm true",
    ),
    "dvc-yaml-syntax": M("This is not valid YAML: {reason}.", "Correct it; nothing was changed."),
    "dvc-yaml-conflict": M(
        "There are conflict markers of a merge in the file.",
        "Resolve the conflict first; nothing was changed.",
    ),
    "dvc-yaml-invalid": M(
        "DVC doesn't accept this file: {reason}.", "Correct it; nothing was changed."
    ),
    "dvc-key-missing": M(
        "`{field}` takes the value of `{key}`, which isn't in the params file.",
        "Add the key with its value to params.yaml, or correct its name.",
    ),
    "dvc-config-invalid": M("DVC's configuration is broken: {reason}.", "See: dvc config --list"),
    "dvc-graph": M("The pipeline doesn't fit together: {reason}.", "Correct the stages named."),
    "dvc-failed": M("DVC refused: {reason}."),
    "dvc-crashed": M(
        "The process that calls DVC ended unexpectedly ({how}).", "Its last words: {reason}"
    ),
    "stage-unknown": M("There is no stage {name!r} in the pipeline.", "The stages are: {known}"),
    "stage-exit": M(
        "Stage {stage!r} failed: its command ended with exit code {status}.",
        "What it printed above says why.",
    ),
    "stage-exit-line": M(
        "Stage {stage!r} failed: its command ended with exit code {status}. Its last words: {line}"
    ),
    "stage-signal": M(
        "Stage {stage!r} failed: its command was killed by {signal}.",
        "SIGKILL from nobody you know often means that the memory ran out.",
    ),
    "stage-stopped": M("Stage {stage!r} was stopped."),
    "stage-changed": M(
        "Stage {stage!r} doesn't count: {paths} changed while it ran.",
        "Nothing of it was recorded; run it again.",
    ),
    "stage-failed": M("Stage {stage!r} failed: {reason}."),
    "stage-busy": M("Another process runs it"),
    "stage-in-run": M("In run {number}"),
    "as-said": M("{text}"),
    "command-changed": M("Its command changed"),
    "always-changed": M("It runs each time"),
    "dep-modified": M("{path} was modified"),
    "dep-deleted": M("{path} is missing"),
    "dep-new": M("{path} is new"),
    "out-modified": M("Its output {path} was modified"),
    "out-deleted": M("Its output {path} is missing"),
    "out-new": M("Its output {path} is new"),
    "out-not-in-cache": M("Its output {path} isn't in DVC's cache"),
    "param-modified": M("{key} in {path} was modified"),
    "param-deleted": M("{key} is missing in {path}"),
    "param-new": M("{key} in {path} is new"),
    "run-stopped": M("The run was stopped."),
    "run-killed": M(
        "The run's process was killed by {signal}; what it had started was ended too.",
        "Stages that had finished are recorded; run again.",
    ),
    "run-unknown": M("There is no run {id!r} in this project.", "It may have been removed since."),
    "run-lost": M(
        "The run's supervisor is gone; how the run ended isn't known.",
        "Stop it, so that nothing of it is left, and run again.",
    ),
    "run-crashed": M("The run's supervisor failed: {reason}.", "Run again."),
    "run-not-started": M("No process can be started for the run: {reason}."),
    "run-value": M("The value for {key} can't be handed to a stage: {reason}.", "Use another one."),
    "run-key": M(
        "{key!r} is no key of a params file.",
        "Expected `key` or `file:key`, such as `model.depth`.",
    ),
    "run-windows": M(
        "Pipelines can't be run from here on Windows: stopping one safely needs process groups.",
        "Run it with: dvc repro",
    ),
    "rwlock-broken": M(
        "DVC's list of files in use can't be read ({reason}); DVC itself fails as long as it's so.",
        "Type: jupyterlab-dvc doctor --repair (it removes the list where nothing of DVC runs)",
    ),
    "rwlock-repaired": M(
        "Process {pid} ({command}) no longer runs but was listed as using {path}; it was unlisted."
    ),
    "rwlock-removed": M(
        "The list of files in use was broken and nothing of DVC runs here; it was removed."
    ),
    "rwlock-doubtful": M(
        "{path} is listed as in use by process {pid} ({command}), which may be another one by now.",
        "If that process isn't DVC, delete .dvc/tmp/rwlock.",
    ),
    "locks-in-use": M(
        "The list of files in use can't be repaired while DVC runs: process {pid} ({command}).",
        "Wait for it, or stop it.",
    ),
    "waiting-for": M("Waiting for process {pid} ({command}), which uses {path}."),
    "waiting-for-unknown": M(
        "Waiting for another process, which holds {path}.",
        "If nothing of DVC runs, on no machine that shares this folder, delete that file.",
    ),
    "recommit-output-missing": M(
        "Stage {stage!r} stays stale: its output {path} isn't in the workspace.",
        "Get it with: dvc checkout (or dvc pull). Then run the stage.",
    ),
    "recommit-was-stale": M("Stage {stage!r} was stale before ({reason}) and stays so.", "Run it."),
    "recommit-never-run": M("Stage {stage!r} has never run.", "Run it."),
    "recommit-other-change": M(
        "Stage {stage!r} becomes stale: {reason} changes with it.", "Run it."
    ),
    "recommit-busy": M("Stage {stage!r} is running; it stays as it is.", "Run it again later."),
    "recommit-failed": M(
        "The files were written, but DVC couldn't take note that nothing really changed: {reason}",
        "The stages run again next time; that is all.",
    ),
    "leftover-removed": M("A file that a killed process had left was removed."),
    "write-partial": M("Written before the failure: {paths}.", "Sync again to write the rest."),
    "git-missing": M("git isn't installed.", "Install git and try again."),
    "git-failed": M("git {command} failed: {reason}."),
}
