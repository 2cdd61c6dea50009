"""``:dvc-cmd:``: every clause of what a ``dvc run`` becomes, and what is refused."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from jupyterlab_dvc.command import Variables, translate
from jupyterlab_dvc.errors import JupyterLabDVCError

SCRIPT = "pipeline/scripts/mlvtools_x.py"
VARIABLES = Variables(SCRIPT, "mlvtools_x")


def fields(text: str, variables: Variables = VARIABLES) -> dict[str, Any]:
    return translate(text, variables).fields


OPTIONS: list[tuple[str, dict[str, Any]]] = [
    ("-d a -d b", {"deps": ["a", "b"]}),
    ("--deps a --deps=b -dc", {"deps": ["a", "b", "c"]}),
    ("-o a", {"outs": ["a"]}),
    ("-O a", {"outs": [{"a": {"cache": False}}]}),
    ("-m a", {"metrics": ["a"]}),
    ("-M a", {"metrics": [{"a": {"cache": False}}]}),
    ("--outs-persist a", {"outs": [{"a": {"persist": True}}]}),
    ("--outs-persist-no-cache a", {"outs": [{"a": {"cache": False, "persist": True}}]}),
    ("--plots a --plots-no-cache b", {"plots": ["a", {"b": {"cache": False}}]}),
    ("-p a", {"params": ["a"]}),
    ("-p a,b.c -p f.yaml:d,e", {"params": ["a", "b.c", {"f.yaml": ["d", "e"]}]}),
    ("-p f.json:", {"params": [{"f.json": None}]}),
    ("-p params.yaml:a", {"params": ["a"]}),
    ("-w sub", {"wdir": "sub"}),
    ("-w .", {}),
    ("-c sub", {"wdir": "sub"}),
    ("--always-changed", {"always_changed": True}),
    ("--desc 'two words'", {"desc": "two words"}),
    ("--no-exec --no-commit -y --overwrite-dvcfile --ignore-build-cache --remove-outs", {}),
    ("-d 'a b' -d \"c d\" -d e\\ f", {"deps": ["a b", "c d", "e f"]}),
    ("-d '*.txt' -d '$x' -d \"\\$y\"", {"deps": ["*.txt", "$x", "$y"]}),
    ("-d '${x}'", {"deps": ["\\${x}"]}),
    (
        "-d $MLV_PY_CMD_PATH -o ${MLV_PY_CMD_NAME}.log",
        {"deps": [SCRIPT], "outs": ["mlvtools_x.py.log"]},
    ),
    ('-d "$MLV_PY_CMD_PATH"', {"deps": [SCRIPT]}),
    ("-yqdin", {"deps": ["in"]}),
    ("-d=a -o=b=c", {"deps": ["a"], "outs": ["b=c"]}),
    ("--", {}),
]


@pytest.mark.parametrize(("options", "expected"), OPTIONS, ids=[o for o, _ in OPTIONS])
def test_options_become_fields(options: str, expected: dict[str, Any]) -> None:
    assert fields(f"dvc run {options} cmd") == {**expected, "cmd": "cmd"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("dvc run -f x.dvc cmd", "x.dvc"),
        ("dvc run -f $MLV_DVC_META_FILENAME cmd", "mlvtools_x.dvc"),
        ("dvc run --file=${MLV_DVC_META_FILENAME} cmd", "mlvtools_x.dvc"),
        ("dvc run -n x cmd", "x"),
        ("dvc run -n x -f -d a cmd", "x"),
        ("dvc run -f -n x cmd", "x"),
        ("dvc run -yf $MLV_DVC_META_FILENAME cmd", "mlvtools_x.dvc"),
        ("dvc stage add -n x -f cmd", "x"),
        ("dvc stage add --name x --force --run cmd", "x"),
        ("dvc -q run -f x cmd", "x"),
        ("dvc run cmd", None),
    ],
)
def test_the_name_and_the_two_meanings_of_f(text: str, name: str | None) -> None:
    result = translate(text, VARIABLES)
    assert result.name == name
    assert result.fields["cmd"] == "cmd"


COMMANDS = [
    ("python a.py --x 1", "python a.py --x 1", False),
    ("'a && b'", "a && b", False),
    ('"a && b"', "a && b", False),
    ("a && b", "a && b", True),
    ("a > f", "a > f", True),
    ("a 2> f", "a 2> f", True),
    ("a; b", "a ; b", True),
    ("a | b", "a | b", True),
    ("'a && b' > f", "( a && b ) > f", True),
    ("'a; b' | c", "( a; b ) | c", True),
    ("'a b' > f", "a b > f", True),
    ("echo $HOME *.txt ~", "echo $HOME *.txt ~", False),
    ('"echo $HOME *.txt"', "echo $HOME *.txt", False),
    ("'cat <<<x'", "cat <<<x", False),
    ("echo $((1<<2)) '<<'", "echo $((1<<2)) '<<'", False),
    ("echo \\; \\$HOME", "echo \\; \\$HOME", False),
    ("echo ${HOME}", "echo \\${HOME}", False),
    ('"echo ${HOME}"', "echo \\${HOME}", False),
    ("'echo ${HOME}'", "echo \\${HOME}", False),
    ("echo 'it is' \"a b\"", "echo 'it is' \"a b\"", False),
    ('echo "$(date)"', 'echo "$(date)"', False),
    ("'python -c \"print(1)\"'", 'python -c "print(1)"', False),
    ('"python -c \\"print(1)\\" \\$x"', 'python -c "print(1)" $x', False),
    ("python -d -o x", "python -d -o x", False),
]


@pytest.mark.parametrize(("text", "expected", "said"), COMMANDS, ids=[c for c, _, _ in COMMANDS])
def test_the_command_is_kept_as_text(text: str, expected: str, said: bool) -> None:
    result = translate(f"dvc run -o o {text}", VARIABLES)
    assert result.fields["cmd"] == expected
    assert [problem.code for problem in result.problems] == (["command-joined"] if said else [])
    assert all(problem.severity == "warning" for problem in result.problems)


PYTHON = f"python {SCRIPT}"
PLACES = [
    ("$MLV_PY_CMD_PATH --x 1", f"{PYTHON} --x 1"),
    ("${MLV_PY_CMD_PATH} --x 1", f"{PYTHON} --x 1"),
    ('"$MLV_PY_CMD_PATH" --x 1', f'python "{SCRIPT}" --x 1'),
    ('"$MLV_PY_CMD_PATH --x 1"', f"{PYTHON} --x 1"),
    ("'$MLV_PY_CMD_PATH --x 1'", f"{PYTHON} --x 1"),
    ("python $MLV_PY_CMD_PATH", PYTHON),
    ("python -m pdb $MLV_PY_CMD_PATH", f"python -m pdb {SCRIPT}"),
    ("'$MLV_PY_CMD_PATH a && $MLV_PY_CMD_PATH b'", f"{PYTHON} a && {PYTHON} b"),
    ("'a || ($MLV_PY_CMD_PATH)'", f"a || ({PYTHON})"),
    ("'a; $MLV_PY_CMD_PATH | b'", f"a; {PYTHON} | b"),
    ("'X=1 Y=\"a b\" $MLV_PY_CMD_PATH'", f'X=1 Y="a b" {PYTHON}'),
    ("'for i in 1 2; do $MLV_PY_CMD_PATH $i; done'", f"for i in 1 2; do {PYTHON} $i; done"),
    ("'if $MLV_PY_CMD_PATH; then b; fi'", f"if {PYTHON}; then b; fi"),
    ("'echo $($MLV_PY_CMD_PATH) `$MLV_PY_CMD_PATH`'", f"echo $({PYTHON}) `{PYTHON}`"),
    (
        "$MLV_PY_CMD_PATH > log && cp log $MLV_PY_CMD_NAME.log",
        f"{PYTHON} > log && cp log mlvtools_x.py.log",
    ),
    ("ls $MLV_PY_CMD_PATH/..", f"ls {SCRIPT}/.."),
    ("bash -c '$MLV_PY_CMD_PATH --x'", f"bash -c '{PYTHON} --x'"),
    ('sh -ec "cd x && $MLV_PY_CMD_PATH"', f'sh -ec "cd x && {PYTHON}"'),
    ('echo "a; $MLV_PY_CMD_PATH"', f'echo "a; {SCRIPT}"'),
    ("$MLV_PY_CMD_PATHS", "$MLV_PY_CMD_PATHS"),
    ("echo $MLV_PY_CMD_PATH_X", "echo $MLV_PY_CMD_PATH_X"),
    ("cat $MLV_DVC_META_FILENAME", "cat mlvtools_x.dvc"),
]


@pytest.mark.parametrize(("text", "expected"), PLACES, ids=[p for p, _ in PLACES])
def test_the_script_is_run_by_python_at_the_start_of_a_command(text: str, expected: str) -> None:
    assert fields(f"dvc run {text}")["cmd"] == expected


def test_names_of_variables_can_be_set() -> None:
    names = Variables("s.py", "step", "PY", "PY_NAME", "META")
    result = translate("dvc run -f $META -d ${PY} $PY -o $PY_NAME $MLV_PY_CMD_PATH", names)
    assert result.name == "step.dvc"
    assert result.fields == {"deps": ["s.py"], "cmd": "python s.py -o s.py $MLV_PY_CMD_PATH"}


def test_the_script_is_found_from_the_folder_of_the_command() -> None:
    result = fields("dvc run -w a/b -d $MLV_PY_CMD_PATH $MLV_PY_CMD_PATH")
    assert result["cmd"] == f"python ../../{SCRIPT}"
    assert result["deps"] == [f"../../{SCRIPT}"]


@pytest.mark.parametrize(
    "script", ["a b.py", "it's.py", "$(touch pwned).py", '"q".py', "-x.py", "a\\b.py", "ü.py"]
)
@pytest.mark.parametrize("command", ["{}", '"{}"', "cat {}", 'cat "{}"', "cat '{}'"])
def test_a_hostile_script_stays_one_word(script: str, command: str) -> None:
    text = "dvc run x && " + command.format("$MLV_PY_CMD_PATH")
    written = fields(text, Variables(script, "s"))["cmd"].removeprefix("x && ")
    shown = written.replace("python ", "show ").replace("cat ", "show ")
    shell = f"show() {{ printf '%s\\0' \"$@\"; }}; {shown}"
    shown = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, check=True).stdout
    assert shown in (f"{script}\0", f"./{script}\0")


def test_templates_of_dvc_are_those_that_no_shell_would_have_seen() -> None:
    added = fields("dvc stage add -n x -d '${a}' -d \"\\${b}\" python t.py '${lr}' ${HOME}")
    assert added["deps"] == ["${a}", "${b}"]
    assert added["cmd"] == "python t.py '${lr}' \\${HOME}"
    assert (
        fields("dvc stage add -n x 'python t.py ${lr} \\${HOME}'")["cmd"]
        == "python t.py ${lr} \\${HOME}"
    )


REFUSED = [
    ("", "command-first"),
    ("cd x && dvc run -o o cmd", "command-first"),
    ("for i in 1 2; do dvc run cmd; done", "command-first"),
    ("X=1 dvc run cmd", "command-first"),
    ("python x.py", "command-first"),
    ("dvc repro", "command-first"),
    ("dvc", "command-first"),
    ("dvc stage list", "command-first"),
    ("(dvc run cmd)", "command-first"),
    ("dvc run", "command-missing"),
    ("dvc run -d a -o b", "command-missing"),
    ("dvc run -d a && b", "command-missing"),
    ("dvc run -d a 2>&1 b", "command-missing"),
    ("dvc run cmd && dvc run cmd", "command-second"),
    ("dvc run cmd ; dvc stage add -n x cmd", "command-second"),
    ("dvc run -z cmd", "command-option"),
    ("dvc run --external cmd", "command-option"),
    ("dvc run --out a cmd", "command-option"),
    ("dvc run --no-exec=1 cmd", "command-option-value"),
    ("dvc run -y=1 cmd", "command-option-value"),
    ("dvc run -yz cmd", "command-option"),
    ("dvc run -d", "command-option-missing"),
    ("dvc run -d && cmd", "command-option-missing"),
    ("dvc run -d *.txt cmd", "command-expands"),
    ("dvc run -d $HOME/x cmd", "command-expands"),
    ('dvc run -d "${HOME}/x" cmd', "command-expands"),
    ("dvc run -o $(date) cmd", "command-expands"),
    ("dvc run -o `date` cmd", "command-expands"),
    ("dvc run -o ~/x cmd", "command-expands"),
    ("dvc run -o {a,b} cmd", "command-expands"),
    ("dvc run -w /tmp cmd", "command-wdir"),
    ("dvc run -w .. cmd", "command-wdir"),
    ("dvc run -w $x cmd", "command-wdir"),
    ("dvc run -d 'a cmd", "shell-quote"),
    ('dvc run -d "a cmd', "shell-quote"),
    ("dvc run echo $(date", "shell-quote"),
    ("dvc run echo `date", "shell-quote"),
    ("dvc run cmd \\", "shell-backslash"),
    ("dvc run -d '' cmd", "command-option-missing"),
    ("dvc run -o= cmd", "command-option-missing"),
    ("dvc run --name= cmd", "command-option-missing"),
    ("dvc run cat <<EOF a EOF", "command-heredoc"),
    ("dvc run 'cat << EOF a EOF'", "command-heredoc"),
    ("dvc run cmd # why", "shell-comment"),
]


@pytest.mark.parametrize(("text", "code"), REFUSED, ids=[t for t, _ in REFUSED])
def test_what_cannot_be_a_stage_is_refused(text: str, code: str) -> None:
    with pytest.raises(JupyterLabDVCError) as raised:
        translate(text, VARIABLES)
    (problem,) = raised.value.problems
    assert problem.code == code
    assert problem.message and problem.hint
