"""Bring the translations up to date with what the page and the settings say.

The texts of ``src/`` (read by ``extract_strings.mjs``) and of ``schema/`` go into each language's
``.po``: what is translated stays, what is new comes without a translation, what is gone goes. From
that file, which people edit, comes the ``.json`` beside it, which Jupyter serves. Run with
``--check`` it writes nothing and exits 1 where a file differs, or holds what is not translated.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
DOMAIN = "jupyterlab_dvc"
LOCALES = ROOT / "jupyterlab_dvc" / "locale"
PLACE = re.compile(r"%%|%\d+")


class Text(NamedTuple):
    """What is translated, and the file that has it."""

    id: str
    plural: str | None
    context: str | None
    file: str


# The keys of a schema that Jupyter's server takes for text, and the context it asks for them in.
SCHEMA_TEXTS = (
    (re.compile(r"/properties/.*/(title|description)"), "settings"),
    (re.compile(r"/jupyter\.lab\.setting-icon-label"), "settings"),
    (re.compile(r"/(title|description)"), "schema"),
    (re.compile(r"/jupyter\.lab\.menus/.*/label"), "menu"),
    (re.compile(r"/jupyter\.lab\.toolbars/.*/label"), "toolbar"),
)


def schema_texts(schema: Mapping[str, Any], file: str) -> Iterator[Text]:
    """The texts of a schema of settings."""

    def walk(value: object, path: str) -> Iterator[Text]:
        if isinstance(value, str):
            context = next((of for known, of in SCHEMA_TEXTS if known.fullmatch(path)), None)
            if context is not None and value:
                yield Text(value, None, context, file)
        elif isinstance(value, dict):
            for key, below in value.items():
                yield from walk(below, f"{path}/{key}")
        elif isinstance(value, list):
            for index, below in enumerate(value):
                yield from walk(below, f"{path}[{index}]")

    return walk(dict(schema), "")


def source_texts() -> Iterator[Text]:
    """The texts of ``src/``."""
    node = shutil.which("node")
    if node is None:
        raise SystemExit("update_translations.py needs Node: npm ci, then try again")
    read = subprocess.run(
        [node, str(ROOT / "scripts" / "extract_strings.mjs")],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if read.returncode != 0:
        raise SystemExit(read.returncode)
    for text in json.loads(read.stdout):
        yield Text(text["id"], text["plural"], text["context"], text["place"].rsplit(":", 1)[0])


def all_texts() -> list[Text]:
    """The texts of the page and of the settings, in a lasting order."""
    texts = list(source_texts())
    for path in sorted((ROOT / "schema").glob("*.json")):
        schema = json.loads(path.read_text("utf-8"))
        texts += schema_texts(schema, f"schema/{path.name}")
    return sorted(texts, key=lambda text: (text.id, text.context or "", text.file))


def updated(catalog: Catalog, texts: Iterable[Text], locale: str) -> Catalog:
    """A catalog of exactly these texts, with the translations of another one."""
    fresh = Catalog(locale=locale, domain=DOMAIN)
    for text in texts:
        known = catalog.get(text.id, text.context)
        has_plural = text.plural is not None
        translation: Any = None
        if known is not None and bool(known.pluralizable) == has_plural and not known.fuzzy:
            translation = known.string
        # A text that stands in several files is one message with several places.
        there = fresh.get(text.id, text.context)
        if there is not None and bool(there.pluralizable) != has_plural:
            raise SystemExit(f"{text.file}: {text.id!r} stands both with and without a plural")
        if there is not None:
            if (text.file, 0) not in there.locations:
                there.locations.append((text.file, 0))
            continue
        fresh.add(
            (text.id, text.plural) if text.plural is not None else text.id,
            translation,
            locations=[(text.file, 0)],
            context=text.context,
        )
    return fresh


def po_source(catalog: Catalog, locale: str) -> str:
    """The ``.po`` file of a catalog."""
    for message in catalog:
        # Babel guesses that a text is a format of Python's: ours have the places of Jupyter's.
        message.flags -= {"python-format", "python-brace-format"}
    # Babel's header has the time in it: the file would differ each time it is made.
    header = (
        "# The texts are put here by `make generate`, the translations by hand.\n"
        'msgid ""\n'
        'msgstr ""\n'
        '"Project-Id-Version: jupyterlab-dvc\\n"\n'
        f'"Language: {locale}\\n"\n'
        f'"Plural-Forms: {catalog.plural_forms}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n\n'
    )
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=0, omit_header=True, include_lineno=False)
    return header + buffer.getvalue().decode("utf-8").strip() + "\n"


def forms(text: str | tuple[object, ...] | list[str] | None) -> list[str]:
    """The one form of a text, or the singular and the plurals; what is missing is empty."""
    if text is None or isinstance(text, str):
        return [text or ""]
    return [form if isinstance(form, str) else "" for form in text]


def json_source(catalog: Catalog, locale: str) -> str:
    """The file that Jupyter serves for a catalog."""
    entries: dict[str, object] = {
        "": {
            "domain": DOMAIN,
            "language": locale.replace("_", "-"),
            "plural_forms": catalog.plural_forms,
        }
    }
    for message in catalog:
        if not message.id or not all(forms(message.string)):
            continue
        key = forms(message.id)[0]
        if message.context:
            key = f"{message.context}\x04{key}"
        entries[key] = forms(message.string)
    return json.dumps(entries, ensure_ascii=False, indent=1) + "\n"


def complaints(catalog: Catalog) -> Iterator[str]:
    """What a translator has still to do, or has done wrong."""
    for message in catalog:
        if not message.id:
            continue
        ids, strings = forms(message.id), forms(message.string)
        if message.fuzzy or not all(strings):
            yield f"not translated: {ids[0]!r}"
            continue
        for string in strings:
            # One number has one form; it may be said without the digit.
            wanted = [set(PLACE.findall(text)) for text in ids]
            if set(PLACE.findall(string)) not in wanted:
                yield f"not the places of its text: {string!r}"
            code = [sorted(re.findall(r"`[^`]*`", text)) for text in ids]
            if sorted(re.findall(r"`[^`]*`", string)) not in code:
                yield f"not the code of its text: {string!r}"


def languages() -> list[str]:
    return sorted(path.name for path in LOCALES.iterdir() if path.is_dir())


def files_of(locale: str) -> tuple[Path, Path]:
    folder = LOCALES / locale / "LC_MESSAGES"
    return folder / f"{DOMAIN}.po", folder / f"{DOMAIN}.json"


def catalog_of(locale: str) -> Catalog:
    """The catalog of a language as its file has it; empty where there is none yet."""
    path, _ = files_of(locale)
    if not path.exists():
        return Catalog(locale=locale, domain=DOMAIN)
    with path.open("rb") as file:
        return read_po(file, locale=locale, domain=DOMAIN)


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--check"]):
        print("usage: update_translations.py [--check]", file=sys.stderr)
        return 2
    texts = all_texts()
    failed = False
    for locale in languages():
        catalog = updated(catalog_of(locale), texts, locale)
        sources = (po_source(catalog, locale), json_source(catalog, locale))
        for path, source in zip(files_of(locale), sources, strict=True):
            if path.exists() and path.read_text("utf-8") == source:
                continue
            if arguments:
                print(f"{path.relative_to(ROOT)} differs; run `make generate`", file=sys.stderr)
                failed = True
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(source, "utf-8")
                print(f"wrote {path.relative_to(ROOT)}")
        for complaint in complaints(catalog):
            print(f"{locale}: {complaint}", file=sys.stderr)
            failed = failed or bool(arguments)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
