"""``:dvc-cmd:``: a ``dvc run`` or ``dvc stage add`` as typed, read as a stage of DVC 3."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field

from . import shell
from .errors import Problem, Refused, warning
from .shell import Token
from .stage_fields import DEFAULT_PARAMS_FILE

_OUTPUTS: dict[str, tuple[str, dict[str, bool]]] = {
    "outs": ("outs", {}),
    "outs-no-cache": ("outs", {"cache": False}),
    "outs-persist": ("outs", {"persist": True}),
    "outs-persist-no-cache": ("outs", {"cache": False, "persist": True}),
    "metrics": ("metrics", {}),
    "metrics-no-cache": ("metrics", {"cache": False}),
    "plots": ("plots", {}),
    "plots-no-cache": ("plots", {"cache": False}),
}
_VALUED = ("deps", "params", "wdir", "name", "file", "cwd", "desc", *_OUTPUTS)
_SHORT = {
    "-d": "deps",
    "-o": "outs",
    "-O": "outs-no-cache",
    "-m": "metrics",
    "-M": "metrics-no-cache",
    "-p": "params",
    "-w": "wdir",
    "-c": "cwd",
    "-n": "name",
    "-f": "file",
    "-y": "yes",
    "-q": "quiet",
    "-v": "verbose",
}

# They say how the command was to be run or recorded then, which nobody asks for now.
_WITHOUT_EFFECT = (
    "no-exec",
    "no-commit",
    "no-run-cache",
    "force",
    "yes",
    "overwrite-dvcfile",
    "ignore-build-cache",
    "remove-outs",
    "single-stage",
    "quiet",
    "verbose",
    "run",
)
_KNOWN = (*_VALUED, *_WITHOUT_EFFECT, "always-changed")


@dataclass(frozen=True)
class Variables:
    """What a command's variables stand for, and their names.

    ``script`` is the script's path relative to ``dvc.yaml``, ``stage`` the stage's name.
    """

    script: str
    stage: str
    path_name: str = "MLV_PY_CMD_PATH"
    file_name: str = "MLV_PY_CMD_NAME"
    meta_name: str = "MLV_DVC_META_FILENAME"

    def inside(self, folder: str) -> Mapping[str, str]:
        """The values as they hold for a command that runs in this folder."""
        return {
            self.path_name: posixpath.relpath(self.script, folder),
            self.file_name: posixpath.basename(self.script),
            self.meta_name: f"{self.stage}.dvc",
        }


@dataclass
class Translated:
    """The stage's fields, and its name where the command gives one; problems are warnings."""

    fields: dict[str, object] = field(default_factory=dict)
    name: str | None = None
    problems: list[Problem] = field(default_factory=list)


@dataclass
class _Read:
    """A command's options as tokens, and the index of the first token of what it runs."""

    options: list[tuple[str, str, Token]]
    command: int


def translate(text: str, variables: Variables) -> Translated:
    """
    Raises:
        Refused: the text is something else than one such command, or its options need a shell.
    """
    tokens = shell.tokens(text, "dvc-cmd")
    classic, start = _head(tokens)
    read = _options(tokens, start, file_option=classic)
    if classic and any(name == "name" for name, _, _ in read.options):
        # Since ``dvc run`` has ``-n``, its ``-f`` is ``--force``.
        read = _options(tokens, start, file_option=False)
    if read.command >= len(tokens) or tokens[read.command].kind == "operator":
        raise Refused.of("command-missing")
    folder = _folder(read)
    values = variables.inside(folder)
    result = _fields(read, values, folder, classic)
    result.fields["cmd"] = _command(text, tokens[read.command :], values, classic, result)
    return result


def _head(tokens: list[Token]) -> tuple[bool, int]:
    """Whether it is the classic ``dvc run``, and where its options begin."""
    words = [token.text if token.kind == "word" else None for token in tokens]
    if words and words[0] == "dvc":
        position = 1
        while position < len(words) and words[position] in ("-q", "--quiet", "-v", "--verbose"):
            position += 1
        if words[position : position + 1] == ["run"]:
            return True, position + 1
        if words[position : position + 2] == ["stage", "add"]:
            return False, position + 2
    first = " ".join(token.raw for token in tokens[:2])
    raise Refused.of("command-first", first=first)


def _options(tokens: list[Token], start: int, *, file_option: bool) -> _Read:
    found: list[tuple[str, str, Token]] = []
    tokens = [*tokens]
    position = start
    while position < len(tokens):
        token = tokens[position]
        word = token.text
        if token.kind == "operator" or not word.startswith("-") or word == "-":
            break
        position += 1
        if word == "--":
            break
        written, name, attached = _option(word, file_option=file_option)
        if name not in _VALUED and attached == len(written) == 2 and word[2] != "=":
            # Short options may stand in one word (``-yf file``): the rest of it is read next.
            rest = _tail(token, 2)
            position -= 1
            tokens[position] = rest._replace(
                parts=(rest.parts[0]._replace(text="-" + rest.parts[0].text), *rest.parts[1:])
            )
            attached = None
        if word == "-f" and position < len(tokens) and tokens[position].raw.startswith("-"):
            name = "force"
        if name not in _VALUED:
            if attached is not None:
                raise Refused.of("command-option-value", option=written)
            found.append((name, "", token))
            continue
        if attached is not None:
            found.append((name, written, _tail(token, attached)))
            continue
        if position >= len(tokens) or tokens[position].kind == "operator":
            raise Refused.of("command-option-missing", option=written)
        found.append((name, written, tokens[position]))
        position += 1
    return _Read(found, position)


def _option(word: str, *, file_option: bool) -> tuple[str, str, int | None]:
    """The option as written, its long name, and how many characters stand before its value."""
    if word.startswith("--"):
        written, equals, _ = word.partition("=")
        name = written[2:]
        matches = [name] if name in _KNOWN else [k for k in _KNOWN if k.startswith(name)]
        if len(matches) != 1 or (matches[0] == "file" and not file_option):
            raise Refused.of("command-option", option=written)
        return written, matches[0], len(written) + 1 if equals else None
    written = word[:2]
    known = _SHORT.get(written)
    if known is None:
        raise Refused.of("command-option", option=word)
    if known == "file" and not file_option:
        known = "force"
    # ``-d=a`` is ``-d a``, as Python's argparse reads it.
    attached = 3 if word[2:3] == "=" and known in _VALUED else 2
    return written, known, attached if len(word) > 2 else None


def _tail(token: Token, count: int) -> Token:
    """The token without the first characters of its text (an option written against its value)."""
    parts = []
    for part in token.parts:
        drop = min(count, len(part.text))
        count -= drop
        escaped = tuple(offset - drop for offset in part.escaped if offset >= drop)
        parts.append(part._replace(text=part.text[drop:], escaped=escaped))
    return token._replace(parts=tuple(parts))


def _folder(read: _Read) -> str:
    folders = [token for name, _, token in read.options if name in ("wdir", "cwd")]
    if not folders:
        return "."
    folder = posixpath.normpath(folders[-1].text)
    if folders[-1].expands() or posixpath.isabs(folder) or folder.startswith(".."):
        raise Refused.of("command-wdir", path=folders[-1].raw)
    return folder


def _fields(read: _Read, values: Mapping[str, str], folder: str, classic: bool) -> Translated:
    result = Translated()
    lists: dict[str, list[object]] = {}
    for name, written, token in read.options:
        if name in ("wdir", "cwd") or name in _WITHOUT_EFFECT:
            continue
        if name == "always-changed":
            result.fields["always_changed"] = True
            continue
        value = _value(token, written, values, classic)
        if not value:
            raise Refused.of("command-option-missing", option=written)
        if name in ("name", "file"):
            result.name = value
        elif name == "desc":
            result.fields["desc"] = value
        elif name == "params":
            lists.setdefault("params", []).extend(_params(value))
        elif name == "deps":
            lists.setdefault("deps", []).append(value)
        else:
            bucket, flags = _OUTPUTS[name]
            lists.setdefault(bucket, []).append({value: dict(flags)} if flags else value)
    result.fields.update(lists)
    if folder != ".":
        result.fields["wdir"] = folder.replace("${", "\\${")
    return result


def _params(value: str) -> list[object]:
    """``key,key`` of ``params.yaml`` or ``file:key,key``; ``file:`` is the whole file."""
    file, colon, keys = value.rpartition(":")
    names = [key for key in keys.split(",") if key]
    if not colon or file == DEFAULT_PARAMS_FILE:
        return list(names) if names else [{DEFAULT_PARAMS_FILE: None}]
    return [{file: names or None}]


def _value(token: Token, option: str, values: Mapping[str, str], classic: bool) -> str:
    """An option's value as DVC gets it, and as a template of ``dvc.yaml``."""
    pattern = _variables(values)
    bare = token._replace(
        parts=tuple(
            part._replace(text=pattern.sub(lambda m: "_" * len(m[0]), part.text))
            for part in token.parts
        )
    )
    if bare.expands():
        raise Refused.of("command-expands", option=option, value=token.raw)
    pieces = []
    for part in token.parts:
        text = part.text if not classic else part.text.replace("${", "\\${")
        # With its braces escaped above, ``${NAME}`` of ours is still ours.
        text = re.sub(r"\\(?=\$\{(?:" + "|".join(map(re.escape, values)) + r")\})", "", text)
        pieces.append(pattern.sub(lambda m: values[m[1] or m[2]].replace("${", "\\${"), text))
    return "".join(pieces)


def _variables(values: Mapping[str, str]) -> re.Pattern[str]:
    names = "|".join(re.escape(name) for name in sorted(values, key=len, reverse=True))
    return re.compile(r"\$(?:\{(" + names + r")\}|(" + names + r")(?![A-Za-z0-9_]))")


# -- what the stage runs


def _command(
    text: str, tokens: list[Token], values: Mapping[str, str], classic: bool, result: Translated
) -> str:
    number = next((n for n, token in enumerate(tokens) if token.kind == "operator"), len(tokens))
    if 0 < number < len(tokens) and tokens[number].raw[0] in "<>":
        # ``2>`` is one operator with the digit written against it.
        last = tokens[number - 1]
        if last.raw.isdigit() and last.end == tokens[number].start:
            number -= 1
    if not number:
        raise Refused.of("command-missing")
    words, rest = tokens[:number], tokens[number:]
    for position, token in enumerate(rest[:-1]):
        following = [other.text for other in rest[position + 1 : position + 4]]
        again = following[:2] == ["dvc", "run"] or following == ["dvc", "stage", "add"]
        if token.kind == "operator" and again:
            raise Refused.of("command-second")
    if len(words) == 1 and any(part.quote for part in words[0].parts):
        command = "".join(_unquoted(part, classic) for part in words[0].parts)
        if rest and _has_operator(command):
            command = f"( {command} )"
    else:
        end = words[-1].end
        command = _kept(text, words, words[0].start, end, classic)
    if rest:
        joined = text[rest[0].start :].strip()
        result.problems.append(warning("command-joined", rest=joined))
        command += " " + _kept(text, rest, rest[0].start, rest[-1].end, classic)
    if _has_operator(command, _HEREDOC):
        raise Refused.of("command-heredoc")
    return _with_values(command, values)


def _unquoted(part: shell.Part, classic: bool) -> str:
    """A quoted command without its quotes; a ``${`` that DVC would have seen stays a template."""
    literal = not classic and part.quote == "'"
    pieces = []
    position = 0
    for match in re.finditer(r"\$\{", part.text):
        template = literal or (not classic and match.start() in part.escaped)
        pieces += [part.text[position : match.start()], "${" if template else "\\${"]
        position = match.end()
    return "".join([*pieces, part.text[position:]])


def _kept(text: str, tokens: list[Token], start: int, end: int, classic: bool) -> str:
    """The text as it stands; ``${`` is the shell's, but for ``dvc stage add`` in single quotes."""
    templates = [
        range(part.start, part.end)
        for token in tokens
        for part in token.parts
        if part.quote == "'" and not classic
    ]
    pieces = []
    position = start
    for match in re.finditer(r"\$\{", text):
        if not start <= match.start() < end:
            continue
        template = any(match.start() in span for span in templates)
        pieces += [text[position : match.start()], "${" if template else "\\${"]
        position = match.end()
    return "".join([*pieces, text[position:end]])


_HEREDOC = ("<<", "<<-")


def _has_operator(command: str, which: tuple[str, ...] = ()) -> bool:
    """Whether there is an operator at all, or one of these."""
    try:
        found = [token.raw for token in shell.tokens(command, "dvc-cmd") if token.kind != "word"]
    except Refused:
        return not which
    return any(not which or raw in which for raw in found)


# Before a simple command stand nothing, an operator or a keyword, and assignments.
_COMMAND_START = re.compile(
    r"""(?:^|[;&|({!`\n]|(?<![\w-])(?:do|then|else|elif|if|while|until|time|exec|command|nohup)\s)
    \s*(?:[A-Za-z_]\w*=(?:'[^']*'|"[^"]*"|[^\s'"])*\s+)*\Z""",
    re.VERBOSE,
)


def _with_values(command: str, values: Mapping[str, str]) -> str:
    script_name = next(iter(values))
    names = "|".join(re.escape(name) for name in sorted(values, key=len, reverse=True))
    pattern = re.compile(r"(?<!\\)(?:\\?\$\{(" + names + r")\}|\$(" + names + r")(?![A-Za-z0-9_]))")
    done = ""
    position = 0
    for match in pattern.finditer(command):
        done += command[position : match.start()]
        position = match.end()
        name = match[1] or match[2]
        quote = _quote_at(command, match.start())
        path = _protected(values[name], quote).replace("${", "\\${")
        start = _command_start(done, command[position:], quote) if name == script_name else None
        if start is not None:
            if path.startswith("-"):
                path = "./" + path
            done = done[:start] + "python " + done[start:]
        done += path
    return done + command[position:]


def _command_start(before: str, after: str, quote: str) -> int | None:
    """Where ``python`` goes if the variable between the two begins a simple command."""
    ends = " \t\n;&|<>)`"
    if not quote:
        head, start = before, len(before)
    elif before.endswith(quote) and after.startswith(quote):
        head, start, after = before[:-1], len(before) - 1, after[1:]
    elif inner := re.search(rf"(?:^|\s)-\w*c\s+{quote}([^{quote}]*)\Z", before):
        # The quotes hold a command once more: ``bash -c "…"``.
        head, start, ends = inner[1], len(before), ends + quote
    else:
        return None
    alone = not after or after[0] in ends
    return start if alone and _COMMAND_START.search(head) else None


def _quote_at(text: str, end: int) -> str:
    quote = ""
    position = 0
    while position < end:
        char = text[position]
        if char == "\\" and quote != "'":
            position += 2
            continue
        if char in "'\"" and quote in ("", char):
            quote = "" if quote else char
        position += 1
    return quote


def _protected(path: str, quote: str) -> str:
    if quote == "'":
        return path.replace("'", "'\"'\"'")
    if quote == '"':
        return re.sub(r'(["\\$`])', r"\\\1", path)
    return shlex.quote(path)
