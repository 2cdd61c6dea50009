"""Variants: stages of a notebook's script with other inputs, outputs and values, made by hand."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from . import shell
from .dvcyaml import DvcYaml
from .errors import Place, Problem, Refused, warning
from .model import Directives, Parameter
from .stage_fields import own_meta

KEY = "variant-of"
"""In a variant's ``meta``, beside ``notebook``: the name of the notebook's own stage."""


def variants(file: DvcYaml, name: str) -> dict[str, Mapping[str, Any]]:
    """The variants of a notebook's stage, by name."""
    return {
        other: fields
        for other, fields in file.stages.items()
        if isinstance(fields, Mapping)
        and other != name
        and own_meta(body_of(fields)).get(KEY) == name
    }


def problems(
    file: DvcYaml, name: str, directives: Directives, script: PurePosixPath
) -> list[Problem]:
    """Warnings for each variant whose arguments the regenerated script no longer takes."""
    found: list[Problem] = []
    for other, fields in variants(file, name).items():
        body = body_of(fields)
        place = Place(file.shown, line=file.line_of(other))
        for arguments in calls(body, str(script)):
            for code, values in _misfits(arguments, directives.params):
                problem = warning(code, place, stage=other, **values)
                found += [problem] if problem not in found else []
    return found


def body_of(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """The stage's own fields, or those of each stage of a group."""
    body = fields.get("do")
    return body if isinstance(body, Mapping) else fields


def calls(body: Mapping[str, Any], script: str) -> Iterator[list[str]]:
    """The words behind the script's path, in each command that has it."""
    command = body.get("cmd")
    folder = str(body.get("wdir") or ".")
    for text in command if isinstance(command, list) else [command]:
        try:
            tokens = shell.tokens(str(text), "cmd")
        except Refused:
            continue
        for position, token in enumerate(tokens):
            path = posixpath.normpath(posixpath.join(folder, token.text))
            if token.kind == "word" and path == posixpath.normpath(script):
                arguments = []
                for following in tokens[position + 1 :]:
                    if following.kind == "operator":
                        break
                    arguments.append(following.text)
                yield arguments


def _misfits(
    arguments: list[str], params: tuple[Parameter, ...]
) -> Iterator[tuple[str, dict[str, str]]]:
    given: set[str] = set()
    for written, param, _ in options(arguments, params):
        if param is not None:
            given.add(param.name)
        else:
            yield "variant-unknown", {"option": written}
    if any(re.search(r"(?<!\\)\$\{", word) and not word.startswith("--") for word in arguments):
        # A template may stand for any number of options.
        return
    for parameter in params:
        if parameter.required and parameter.name not in given:
            yield "variant-missing", {"option": parameter.option}


def options(
    arguments: list[str], params: tuple[Parameter, ...]
) -> Iterator[tuple[str, Parameter | None, list[str]]]:
    """Each option with the param that it is for (None: no single one) and its values."""
    known = {parameter.option: parameter for parameter in params}
    for parameter in params:
        if parameter.type.base == "bool":
            known["--no-" + parameter.option[2:]] = parameter
    for position, word in enumerate(arguments):
        if not re.match(r"--\w", word):
            continue
        option, is_given, value = word.partition("=")
        written = option.replace("_", "-")
        matches = [written] if written in known else [o for o in known if o.startswith(written)]
        found = {known[match].name: known[match] for match in matches}
        values = [value] if is_given else []
        for following in arguments[position + 1 :] if not is_given else ():
            if re.match(r"--\w", following):
                break
            values.append(following)
        if not values and len(found) == 1:
            values = ["false" if matches[0].startswith("--no-") else "true"]
        yield written, next(iter(found.values())) if len(found) == 1 else None, values
