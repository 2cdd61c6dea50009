"""The part of a script that reads its params from the command line, with nothing but argparse."""

from __future__ import annotations

from .model import Parameter, ParamType

# A negative number in any spelling that float takes is a value, not an option.
_NEGATIVE = r"(?i)-(?:(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:e[-+]?\d[\d_]*)?|inf(?:inity)?|nan)\Z"

_SWITCH = """\
    def boolean(text):
        if text.lower() not in ("true", "false"):
            raise ValueError(text)
        return text.lower() == "true"

    class Switch(argparse.Action):
        def __call__(self, parser, namespace, value, option=None):
            negated = option == self.option_strings[-1] and value is not None
            setattr(namespace, self.dest, not value if negated else value)
"""
_CHOICE = """\
    def one_of(*choices):
        def choice(text):
            for value in choices:
                if text == str(value):
                    return value
            names = ", ".join(str(value) for value in choices)
            raise argparse.ArgumentTypeError("invalid choice: %r (choose from %s)" % (text, names))

        return choice
"""
_OPTIONAL = """\
    def optional(convert):
        def converted(text):
            return None if text == "None" else convert(text)

        converted.__name__ = convert.__name__
        return converted
"""
_OPTIONAL_LIST = """\
    class OptionalList(argparse.Action):
        def __init__(self, convert, **options):
            super().__init__(**options)
            self.convert = convert

        def __call__(self, parser, namespace, texts, option=None):
            try:
                values = None if texts == ["None"] else [self.convert(text) for text in texts]
            except argparse.ArgumentTypeError as error:
                raise argparse.ArgumentError(self, str(error))
            except ValueError:
                name = self.convert.__name__
                raise argparse.ArgumentError(self, "invalid %s value: %r" % (name, " ".join(texts)))
            setattr(namespace, self.dest, values)
"""


def signature(parameters: tuple[Parameter, ...]) -> str:
    """What stands between the function's parentheses."""
    parts: list[str] = []
    defaulted = keyword_only = False
    for parameter in parameters:
        if parameter.required:
            if defaulted and not keyword_only:
                parts.append("*")
                keyword_only = True
            parts.append(parameter.name)
        else:
            defaulted = True
            parts.append(f"{parameter.name}={default(parameter)}")
    return ", ".join(parts)


def default(parameter: Parameter) -> str:
    """The expression of a default; its own source text but where a path has to be made of it."""
    source = parameter.default or "None"
    if source == "None":
        return source
    if parameter.type.base == "Path":
        return f"__import__('pathlib').Path({source})"
    if parameter.type.item is not None and parameter.type.item.base == "Path":
        return f"[__import__('pathlib').Path(path) for path in {source}]"
    return source


def handed_over(parameter: Parameter) -> str:
    """What the function passes on; a default list is not shared between calls."""
    name = parameter.name
    if parameter.type.base == "list" and parameter.default not in (None, "None"):
        return f"[*{name}] if {name}.__class__ is [].__class__ else {name}"
    return name


def function(name: str, given: str, parameters: tuple[Parameter, ...]) -> list[str]:
    """The lines of the function that gives the params' values in their order."""
    lines = [
        f"def {name}():",
        f"    given = globals().pop({given!a}, None)",
        "    if given is not None:",
        f"        return [{', '.join(f'given[{p.name!a}]' for p in parameters)}]",
        "",
        "    import argparse",
        "    import re",
        "    import sys",
        "",
    ]
    for block in _blocks(parameters):
        lines += [*block.rstrip("\n").split("\n"), ""]
    lines.append("    parser = argparse.ArgumentParser()")
    if parameters:
        # argparse has no public way to say which words are values.
        lines.append(f"    parser._negative_number_matcher = re.compile({_NEGATIVE!a})")
    lines += [f"    parser.add_argument({_arguments(parameter)})" for parameter in parameters]
    defaults = [f"{p.name!a}: {default(p)}" for p in parameters if not p.required]
    lines += [
        # Params unpacked from a mapping come spelled as they are there.
        "    def spelled(word):",
        '        return re.sub("^--[^=]+", lambda option: option[0].replace("_", "-"), word)',
        "",
        "    words = [spelled(word) for word in sys.argv[1:]]",
        f"    given = {{{', '.join([*defaults, '**vars(parser.parse_args(words))'])}}}",
        f"    return [{', '.join(f'given[{p.name!a}]' for p in parameters)}]",
    ]
    return lines


def _blocks(parameters: tuple[Parameter, ...]) -> list[str]:
    types = [parameter.type for parameter in parameters]
    flat = [one for kind in types for one in (kind, kind.item) if one is not None]
    blocks = []
    if any(kind.base == "bool" for kind in flat):
        blocks.append(_SWITCH)
    if any(kind.base == "Literal" for kind in flat):
        blocks.append(_CHOICE)
    if any(kind.optional and kind.base != "list" for kind in flat):
        blocks.append(_OPTIONAL)
    if any(kind.optional and kind.base == "list" for kind in flat):
        blocks.append(_OPTIONAL_LIST)
    return blocks


def _arguments(parameter: Parameter) -> str:
    kind = parameter.type
    names = [ascii(parameter.option)]
    options = [f"dest={parameter.name!a}", f"metavar={parameter.name.upper()!a}"]
    if kind.base == "bool":
        names.append(ascii("--no-" + parameter.option[2:]))
        options += [f"type={_converter(kind)}", "action=Switch", "nargs='?'", "const=True"]
    elif kind.base == "list":
        convert = _converter(kind.item or ParamType())
        if kind.optional:
            options += ["action=OptionalList", f"convert={convert}", "nargs='+'"]
        else:
            options += [f"type={convert}", "nargs='+'"]
    else:
        options.append(f"type={_converter(kind)}")
    options.append("required=True" if parameter.required else "default=argparse.SUPPRESS")
    options.append(f"help={parameter.text.replace('%', '%%')!a}")
    return ", ".join([*names, *options])


def _converter(kind: ParamType) -> str:
    if kind.base == "Literal":
        convert = f"one_of({', '.join(ascii(choice) for choice in kind.choices)})"
    elif kind.base == "Path":
        convert = "__import__('pathlib').Path"
    elif kind.base == "bool":
        convert = "boolean"
    else:
        convert = kind.base
    return f"optional({convert})" if kind.optional else convert
