"""The translations: complete, current, and in the wheel."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterable
from configparser import ConfigParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from scripts.update_translations import (
    Text,
    all_texts,
    catalog_of,
    complaints,
    files_of,
    json_source,
    languages,
    main,
    po_source,
    schema_texts,
    updated,
)

from .conftest import ROOT


def extracted(folder: Path) -> subprocess.CompletedProcess[str]:
    node = shutil.which("node")
    assert node is not None
    return subprocess.run(
        [node, str(ROOT / "scripts" / "extract_strings.mjs"), str(folder)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def texts() -> list[Text]:
    return all_texts()


def translated(*pairs: tuple[str | tuple[str, str], str | tuple[str, str]]) -> Catalog:
    catalog = Catalog(locale="de_DE")
    for text, translation in pairs:
        catalog.add(text, translation)
    return catalog


def plain(*ids: str) -> list[Text]:
    return [Text(text, None, None, "src/a.ts") for text in ids]


def test_german_is_shipped() -> None:
    assert languages() == ["de_DE"]


@pytest.mark.parametrize("locale", languages())
def test_every_text_is_translated(locale: str, texts: list[Text]) -> None:
    catalog = updated(catalog_of(locale), texts, locale)
    assert list(complaints(catalog)) == []


@pytest.mark.parametrize("locale", languages())
def test_the_files_are_current(locale: str, texts: list[Text]) -> None:
    """Where this fails: `make generate`, then translate what the .po has without a translation."""
    catalog = updated(catalog_of(locale), texts, locale)
    po, served = files_of(locale)
    assert po.read_text("utf-8") == po_source(catalog, locale)
    assert served.read_text("utf-8") == json_source(catalog, locale)


@pytest.mark.parametrize("locale", languages())
def test_what_jupyter_serves_says_its_domain_language_and_plurals(locale: str) -> None:
    served = json.loads(files_of(locale)[1].read_text("utf-8"))
    assert served[""] == {
        "domain": "jupyterlab_dvc",
        "language": "de-DE",
        "plural_forms": "nplurals=2; plural=(n != 1);",
    }
    assert served["Preview"] == ["Vorschau"]
    assert served["%1 note"] == ["%1 Hinweis", "%1 Hinweise"]


def test_texts_of_messages_components_and_settings_are_found(texts: list[Text]) -> None:
    files = {text.file for text in texts}
    assert {"src/_messages.ts", "src/components/preview.tsx", "schema/commands.json"} <= files
    assert not [file for file in files if "__tests__" in file]
    # Nothing that is asked for is missed: each call in the sources has its text.
    sources = [*ROOT.glob("src/**/*.ts"), *ROOT.glob("src/**/*.tsx")]
    calling = {
        path.relative_to(ROOT).as_posix()
        for path in sources
        if "__tests__" not in path.parts
        and re.search(r"trans\??\s*\.\s*(__|_n|_p|_np)\(", path.read_text("utf-8"))
    }
    assert calling == {file for file in files if file.startswith("src/")}


# Source → (text, plural, context) of what is found.
FOUND: dict[str, list[tuple[str, str | None, str | None]]] = {
    "trans.__('It\\'s \\u2026')": [("It's …", None, None)],
    "trans.__(`a`)": [("a", None, None)],
    "this._trans.__('a' +\n  'b', x)": [("ab", None, None)],
    "trans?.__(('a'))": [("a", None, None)],
    "trans._n('%1 a', '%1 b', n)": [("%1 a", "%1 b", None)],
    "trans._p('menu', 'a')": [("a", None, "menu")],
    "trans._np('menu', 'a', 'b', 2)": [("a", "b", "menu")],
    "trans.gettext('a'); trans.ngettext('b', 'c', 1)": [("a", None, None), ("b", "c", None)],
    "<p title={trans.__('a')}>it's {trans.__('b')}</p>": [("a", None, None), ("b", None, None)],
    "// trans.__('a')\nconst b = \"trans.__('c')\"; d.__f('e')": [],
}


def test_extraction(tmp_path: Path) -> None:
    folder = tmp_path / "src"
    (folder / "__tests__").mkdir(parents=True)
    (folder / "__tests__" / "b.ts").write_text("trans.__('of a test')", "utf-8")
    (folder / "c.d.ts").write_text("trans.__('of a declaration')", "utf-8")
    for number, source in enumerate(FOUND):
        (folder / f"{number}.tsx").write_text(source, "utf-8")
    done = extracted(folder)
    assert (done.returncode, done.stderr) == (0, "")
    texts = json.loads(done.stdout)
    for number, found in enumerate(FOUND.values()):
        there = [text for text in texts if text["place"].startswith(f"src/{number}.tsx:")]
        assert [(text["id"], text["plural"], text["context"]) for text in there] == found
    assert len(texts) == sum(map(len, FOUND.values()))


def test_a_text_that_has_to_be_computed_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "src"
    folder.mkdir()
    computed = {
        "trans.__(a, trans.__('b'))": "id",
        "trans.__(`a ${b}`)": "id",
        "trans.__(c ? 'a' : 'b')": "id",
        "trans._n('a', b, 1)": "plural",
        "trans._p(c, 'a')": "context",
        "trans.__()": "id",
    }
    for number, source in enumerate(computed):
        (folder / f"{number}.ts").write_text(f"\n{source}", "utf-8")
    done = extracted(folder)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        f"src/{number}.ts:2: the {what} of a translated text has to be a literal"
        for number, what in enumerate(computed.values())
    ]


def test_what_jupyter_takes_for_text_in_a_schema() -> None:
    schema = {
        "title": "a",
        "description": "b",
        "jupyter.lab.setting-icon-label": "c",
        "jupyter.lab.setting-icon": "no",
        "properties": {
            "one": {
                "title": "d",
                "default": "no",
                "oneOf": [{"const": "no", "title": "e"}, {"const": "no", "description": "f"}],
            },
            "title": {"type": "no", "description": ""},
        },
        "jupyter.lab.menus": {"main": [{"label": "g", "items": [{"command": "no", "label": "h"}]}]},
        "jupyter.lab.toolbars": {"Notebook": [{"name": "no", "label": "i"}]},
        "jupyter.lab.shortcuts": [{"keys": ["no"], "label": "no"}],
    }
    assert [(text.id, text.context) for text in schema_texts(schema, "s.json")] == [
        ("a", "schema"),
        ("b", "schema"),
        ("c", "settings"),
        ("d", "settings"),
        ("e", "settings"),
        ("f", "settings"),
        ("g", "menu"),
        ("h", "menu"),
        ("i", "toolbar"),
    ]


def test_an_update_keeps_what_is_translated_and_drops_what_is_gone() -> None:
    before = translated(("kept", "behalten"), ("gone", "weg"), (("%1 a", "%1 b"), ("%1 c", "%1 d")))
    texts = [*plain("kept", "new"), Text("%1 a", "%1 b", None, "src/b.ts")]
    texts.append(Text("kept", None, None, "src/b.ts"))
    after = updated(before, texts, "de_DE")
    assert [message.id for message in after if message.id] == ["kept", "new", ("%1 a", "%1 b")]
    source = po_source(after, "de_DE")
    assert '#: src/a.ts src/b.ts\nmsgid "kept"\nmsgstr "behalten"\n' in source
    assert 'msgid "new"\nmsgstr ""\n' in source
    assert 'msgstr[0] "%1 c"\nmsgstr[1] "%1 d"\n' in source
    assert "gone" not in source
    assert list(complaints(after)) == ["not translated: 'new'"]
    assert list(json.loads(json_source(after, "de_DE"))) == ["", "kept", "%1 a"]


def test_a_text_of_another_context_is_another_text() -> None:
    texts = [Text("Run", None, None, "a"), Text("Run", None, "menu", "b")]
    after = updated(translated(("Run", "Lauf")), texts, "de_DE")
    assert list(complaints(after)) == ["not translated: 'Run'"]
    (message,) = (message for message in after if message.context == "menu")
    message.string = "Ausführen"
    served = json.loads(json_source(after, "de_DE"))
    assert (served["Run"], served["menu\x04Run"]) == (["Lauf"], ["Ausführen"])


def test_a_text_has_a_plural_or_none() -> None:
    texts = [Text("a", None, None, "x"), Text("a", "b", None, "y")]
    with pytest.raises(SystemExit, match="both with and without a plural"):
        updated(translated(), texts, "de_DE")


@pytest.mark.parametrize(
    ("pairs", "complaint"),
    [
        ([("%1 of %2", "%2 von %1")], None),
        ([("%1 of %2", "%1 von ihnen")], "not the places of its text: '%1 von ihnen'"),
        ([("100 %%", "100 %")], "not the places of its text: '100 %'"),
        ([("Write `a`.", "Schreibe `b`.")], "not the code of its text: 'Schreibe `b`.'"),
        ([(("One", "%1 as"), ("Eins", "%1 A"))], None),
        ([(("%1 a", "%1 as"), ("%1 A", ""))], "not translated: '%1 a'"),
    ],
)
def test_complaints(
    pairs: Iterable[tuple[str | tuple[str, str], str | tuple[str, str]]], complaint: str | None
) -> None:
    found = list(complaints(translated(*pairs)))
    assert found == ([] if complaint is None else [complaint])


def test_a_fuzzy_translation_is_none() -> None:
    catalog = translated(("a", "b"))
    for message in catalog:
        if message.id:
            message.flags |= {"fuzzy"}
    assert list(complaints(catalog)) == ["not translated: 'a'"]


def test_wrong_arguments_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--force"]) == 2
    assert "usage" in capsys.readouterr().err


def test_they_are_in_the_wheel_and_jupyter_is_told(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for path in (path for locale in languages() for path in files_of(locale)):
            assert archive.read(path.relative_to(ROOT).as_posix()) == path.read_bytes()
        (told,) = (name for name in archive.namelist() if name.endswith("/entry_points.txt"))
        groups = ConfigParser()
        groups.read_string(archive.read(told).decode())
    assert dict(groups["jupyterlab.locale"]) == {"jupyterlab_dvc": "jupyterlab_dvc"}
