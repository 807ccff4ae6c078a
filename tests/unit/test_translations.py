"""Translations keep what the English text has; a catalogue that breaks a rule is not compiled. Every text of a page is translated."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from babel.messages.catalog import Catalog
from jinja2 import nodes

from idp.domain.languages import SHIPPED, direction
from idp.domain.message import Message
from idp.domain.messages import en, is_translated, render, templates
from idp.domain.texts import ENGLISH, Counted, Texts
from idp.http import catalogue
from idp.http.catalogue import Isolating, texts_in
from idp.http.pages import environment
from tests.support.pseudo_locale import KNOWN, WORD, Words, unmarked
from tools.translation.catalogues import LOCALES, compile_to, existing, forms, po_of, read, template
from tools.translation.compilation import BrokenCatalogueError, compile_all
from tools.translation.pseudo import accented
from tools.translation.rules import gaps, problems
from tools.translation.texts import IN_ENGLISH, ROOT, is_for_people

if TYPE_CHECKING:
    from collections.abc import Iterator

TEMPLATES = sorted(
    path
    for path in (ROOT / "templates").rglob("*.*")
    if path.suffix in {".html", ".txt"} and not path.relative_to(ROOT / "templates").as_posix().startswith(IN_ENGLISH)
)
FOUND = template()
DYNAMIC = {
    ("error.html", "t"),
    *((f"console/{name}.html", "t") for name in ("connection", "connections", "connection_form", "connection_kinds", "new_connection")),
    ("console/organization_connections.html", "t"),
    ("console/policy_editor.html", "t"),
}
"""Templates whose texts are chosen by a module, which marks them: the title of a status, kinds and fields of connections, examples."""


def test_each_shipped_language_has_a_catalogue() -> None:
    assert existing() == [tag for tag in SHIPPED if tag != "en"]


@pytest.mark.parametrize("language", existing())
def test_each_text_is_translated_and_no_translation_is_stale(language: str) -> None:
    """`make languages` takes new texts into the catalogues, removes stale ones, and says which have no translation (docs/languages.md)."""
    assert list(gaps(language, read(po_of(language)), FOUND)) == []


@pytest.mark.parametrize("language", existing())
def test_each_translation_can_be_shown(language: str) -> None:
    catalogue = read(po_of(language))
    assert list(problems(language, catalogue)) == []


@pytest.mark.parametrize("language", existing())
def test_each_plural_form_of_the_language_is_there(language: str) -> None:
    """Arabic has six, Japanese one (CLDR)."""
    catalogue = read(po_of(language))
    assert catalogue.num_plurals == Catalog(locale=language.replace("-", "_")).num_plurals
    assert {len(forms(message)) for message in catalogue if message.id and message.pluralizable} == {catalogue.num_plurals}


def entry(source: str | tuple[str, str], translation: str | tuple[str, ...]) -> Catalog:
    """A German catalogue with one entry."""
    made = Catalog(locale="de")
    made.add(source, translation)
    return made


@pytest.mark.parametrize(
    ("source", "translation"),
    [
        ("Hello {name},", "Hallo,"), ("Hello {name},", "Hallo {nane},"), ("Hello,", "Hallo {name},"),
        ("Hello {name},", "Hallo {name.__class__},"),
        ("Hello {name},", "Hallo {name!r},"), ("Hello {name},", "Hallo {0},"), ("Hello {name},", "Hallo {},"),
        ("Hello {name},", "Hallo {name,"),
        ("Hello {name},", "Hallo {name:>9999999},"), ("Open it.", "<b>Öffnen</b>."), ("Open it.", "&Ouml;ffnen."), ("Open it.", "{{7*7}}."),
        ("Open it.", "Öffnen.\u202e"), ("Open it.", "Öff\nnen."), ("Open it.", " Öffnen."), ("Open it.", "Öffnen."[:3] + "  nen."),
        ("Open it here:", "Hier öffnen"), ("Open it.", "Öffnen:"), ("Open it.", "\u2067Öffnen."),
        (("{count} day of {name}", "{count} days of {name}"), ("ein Tag", "{count} Tage von {name}")),
        (("{count} day", "{count} days"), ("{count} Tag", "")),
    ],
)  # fmt: skip
def test_a_broken_translation_is_found(source: str | tuple[str, str], translation: str | tuple[str, ...]) -> None:
    """Each would show something wrong, end in an error, or let a value run code (`str.format` reads attributes)."""
    assert len(list(problems("de", entry(source, translation)))) == 1


@pytest.mark.parametrize(
    ("source", "translation"),
    [
        ("Hello {name},", "{name}, hallo"), ("Open it.", "打开。"), ("Open it here:", "ここで開く\uff1a"),
        ("Open it.", ""), ("Open it.", "افتحه."),
        (("{count} day", "{count} days"), ("ein Tag", "{count} Tage")),
    ],
)  # fmt: skip
def test_a_sound_translation_is_accepted(source: str | tuple[str, str], translation: str | tuple[str, ...]) -> None:
    """A plural form that stands for one number may leave the number out. A text that is not translated yet is no error."""
    assert list(problems("de", entry(source, translation))) == []


def test_a_fuzzy_translation_is_found() -> None:
    made = Catalog(locale="de")
    made.add("Open it.", "Öffnen.", flags=["fuzzy"])
    assert len(list(problems("de", made))) == 1


def test_gaps_names_what_is_missing_and_what_is_stale() -> None:
    found = Catalog()
    found.add("New", locations=[("a.html", 0)])
    found.add("Kept", locations=[("a.html", 0)])
    catalogue = Catalog(locale="de")
    catalogue.add("Kept", "Behalten")
    catalogue.add("Old", "Alt")
    assert list(gaps("de", catalogue, found)) == [
        "de: not translated: 'New' (a.html)", "de: stale, not in the source any more: 'Old'"
    ]  # fmt: skip


def test_a_broken_catalogue_is_not_compiled(tmp_path: Path) -> None:
    """The message names the language and the text. The compiled file of before stays."""
    path = po_of("de", tmp_path)
    path.parent.mkdir(parents=True)
    shutil.copy(po_of("de"), path)
    compile_all(tmp_path)
    before = path.with_suffix(".mo").read_bytes()
    path.write_text(path.read_text().replace('msgstr "Seit {when}"', 'msgstr "Seit {wann}"'))
    os.utime(path.with_suffix(".mo"), (0, 0))
    with pytest.raises(BrokenCatalogueError, match=r"de: 'Since \{when\}'"):
        compile_all(tmp_path)
    assert path.with_suffix(".mo").read_bytes() == before


def test_compiled_catalogues_are_the_same_each_time(tmp_path: Path) -> None:
    """The archive for Lambda is reproducible."""
    for name in ("one", "two"):
        compile_to(tmp_path / name, read(po_of("de")))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@pytest.mark.parametrize("tag", ["xx", "", "../de", "de/../de", "DE", "de_DE", "en", "\x00", "de\n", "x" * 10_000])
def test_a_tag_that_is_not_a_shipped_language_loads_nothing(tag: str) -> None:
    """Catalogues are kept by tags that the code knows. A text from outside opens no file and stays in no cache."""
    kept = catalogue._load.cache_info().currsize  # noqa: SLF001  # the cache is what the test is about
    assert texts_in(tag) is ENGLISH
    assert catalogue._load.cache_info().currsize == kept  # noqa: SLF001  # as above


def test_a_language_without_a_compiled_catalogue_is_english(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    assert catalogue._load.__wrapped__("de") is ENGLISH  # noqa: SLF001  # as above


def test_english_loads_no_gettext() -> None:
    """An English page imports neither gettext nor a catalogue (cold start)."""
    code = "import sys; from idp.http.catalogue import texts_in; texts_in('en').text('x'); assert 'gettext' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_babel_is_not_needed_at_run_time() -> None:
    """Only tools and tests import it."""
    assert [path for path in (ROOT / "idp").rglob("*.py") if re.search(r"^\s*(import|from) babel", path.read_text(), re.MULTILINE)] == []


def test_values_are_escaped_and_translations_cannot_be_changed_by_them() -> None:
    """F-10: `(t("…")|e).format(…)` and `t("…").format(…)` escape each value, in a language from right to left too."""
    arabic = catalogue.Catalogue("ar", Lookup({"Hello {name},": "مرحبا {name}،"}))  # type: ignore[arg-type]  # a stand-in
    for source in ('{{ t("Hello {name},").format(name=name) }}', '{{ (t("Hello {name},")|e).format(name=name) }}'):
        shown = environment().from_string(source).render(t=arabic.text, name="<script>{name}{0}")
        assert "&lt;script&gt;{name}{0}" in shown
        assert "<script>" not in shown
        assert "مرحبا" in shown


class Lookup(dict[str, str]):
    """What gettext does."""

    def gettext(self, text: str) -> str:
        return self.get(text, text)


def test_values_are_isolated_where_lines_run_from_right_to_left() -> None:
    """UAX #9: an address inside Arabic words keeps its place, and the words after it too."""
    assert Isolating("{a} {b}").format(a="x", b=1) == "\u2068x\u2069 \u20681\u2069"
    assert Isolating("{a}").format_map({"a": "x"}) == "\u2068x\u2069"
    assert [tag for tag in SHIPPED if direction(tag) == "rtl"] == ["ar"]


def test_a_catalogue_isolates_values_only_from_right_to_left() -> None:
    known = Lookup({"Hello {name},": "{name} –"})
    for language, shown in (("ar", "\u2068Ada\u2069 –"), ("de", "Ada –")):
        assert catalogue.Catalogue(language, known).text("Hello {name},").format(name="Ada") == shown  # type: ignore[arg-type]  # a stand-in


def test_messages_for_developers_are_not_translated() -> None:
    """The sentence of an OAuth error says that it is in English."""
    german = texts_in("de")
    assert render(Message("password.wrong"), german) == "Das Passwort ist falsch."
    assert is_translated(Message("password.wrong"), german)
    assert (
        render(Message("service.wait_seconds", seconds=1), german)
        == "Zu viele Versuche. Warten Sie 1 Sekunde und versuchen Sie es noch einmal."
    )
    assert render(Message("client.unknown"), german) == templates()["client.unknown"]
    assert not is_translated(Message("client.unknown"), german)
    assert is_translated(Message("client.unknown"), ENGLISH)


def test_areas_of_messages_are_sorted_into_those_for_people_and_those_for_developers() -> None:
    """An area that neither list has is for people, so that a new one is translated."""
    assert is_for_people("factors", "password.wrong")
    assert is_for_people("new_area", "thing.went_wrong")
    assert not is_for_people("oauth", "client.not_authenticated")
    assert not is_for_people("people", "user.unknown")
    shown = {key for area, module in vars(en).items() for key in getattr(module, "TEMPLATES", {}) if is_for_people(area, key)}
    assert len(shown) > 80
    assert not [key for key in shown if re.search(r"client_id|JSON|OAuth|RFC|IDP_|scope", templates()[key]) and key != "sign_in.expired"]


@pytest.mark.parametrize("name", ["role.name_malformed", "role.permissions_malformed", "role.taken", "group.taken"])
def test_errors_of_forms_about_roles_and_groups_are_in_the_language_of_the_page(name: str) -> None:
    """Others of this area are for programs: they stay in English."""
    assert is_for_people("access", name)
    assert is_for_people("apps", "client.no_redirect_uri")
    assert not is_for_people("access", "idempotency.reused")


def dynamic_calls() -> Iterator[tuple[str, str]]:
    """Calls of `t` and `n` whose text is not a constant: extraction does not find it."""
    for path in sorted((ROOT / "templates").rglob("*.*")):
        if path.suffix in {".html", ".txt"}:
            for call in environment().parse(path.read_text()).find_all(nodes.Call):
                if isinstance(call.node, nodes.Name) and call.node.name in {"t", "n"} and not isinstance(call.args[0], nodes.Const):
                    yield path.relative_to(ROOT / "templates").as_posix(), call.node.name


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT / "templates").as_posix())
def test_a_template_has_no_words_outside_of_t(path: Path) -> None:
    """Also in parts that the samples of pages do not show. What stands between tags, or in an attribute that people read, is in `t(…)`."""
    source = re.sub(r"\{% block layout %\}[\w ]+", "", path.read_text())
    words = Words(re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", source, flags=re.DOTALL))
    text = re.sub(r"[\w-]+=(\"[^\"]*\")?|[?/][\w/-]+", " ", words.text)  # attributes that a macro gives, and paths
    assert [word for word in WORD.findall(" ".join((text, *words.said))) if word not in KNOWN.split()] == []


def test_texts_of_templates_are_constants() -> None:
    assert set(dynamic_calls()) == DYNAMIC


def test_the_check_finds_a_text_that_is_not_wrapped() -> None:
    assert unmarked(f"<p>{accented('Sign in')} now</p><input placeholder='type here'>") == ["now", "type", "here"]


def test_counted_sentences_have_two_forms() -> None:
    assert [key for key, text in templates().items() if isinstance(text, Counted) and text.one == text] == []
    assert Texts().count("one", "many", "1") == "one"


def test_catalogues_are_where_the_server_looks() -> None:
    assert Path(catalogue.FOLDER) == LOCALES
    assert {path.name for path in LOCALES.iterdir() if path.is_dir()} == {tag.replace("-", "_") for tag in existing()}
