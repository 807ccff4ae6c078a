"""Every mail as it is sent: both parts have the same content, and text that a person typed is escaped in them.

A mail needs no entry here. If its templates need a value that SAMPLE does not have (`tests/support/mails.py`), add the value there.
"""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from idp.domain.languages import direction
from idp.domain.mail.safe_name import safe_name
from idp.http.catalogue import texts_in
from idp.http.mails import render_mail
from tests.support.mails import FOLDER, ISSUER, MAILS, SAMPLE, mail
from tests.support.pseudo_locale import PSEUDO, WORD, unmarked, without_marked
from tools.translation.catalogues import existing
from tools.translation.pseudo import PseudoTexts

ROOT = Path(__file__).parents[2]
HOSTILE = [
    "<img src=https://evil.example/x>", '"><a href="https://evil.example">Click', "https://evil.example/gift", "www.evil.example",
    "evil.example", "mail evil@evil.example", "x\r\nBcc: all@evil.example", "Your code: 9999 0000", "{{7*7}}</p><script>alert(1)</script>",
    "\u202eevil", "Name\x00",
]  # fmt: skip


class Html(HTMLParser):
    """The tags, their attributes, and the text of a mail."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def links(self) -> set[str]:
        """Return the addresses of the links."""
        return {attributes["href"] for tag, attributes in self.tags if tag == "a"}

    def shape(self) -> list[tuple[str, list[str]]]:
        """Return tags and names of attributes, in order."""
        return [(tag, sorted(attributes)) for tag, attributes in self.tags]


def addresses(text: str) -> set[str]:
    """Return the web addresses in a text."""
    return set(re.findall(r"https?://[^\s<>\"']+", text))


def test_every_mail_has_both_parts_and_is_sent_somewhere() -> None:
    source = "".join(file.read_text() for file in (ROOT / "idp/services").rglob("*.py"))
    for name in MAILS:
        assert (FOLDER / f"{name}.txt").is_file()
        assert (FOLDER / f"{name}.html").is_file()
        assert f'"{name}"' in source, f"no service sends {name}"


@pytest.mark.parametrize("name", MAILS)
def test_both_parts_have_the_same_links_and_the_same_code(name: str) -> None:
    """Each link leads to the issuer. The code is in the first line of the text, so that a preview shows it."""
    made = mail(name)
    html = Html(made.html)
    assert html.links() == addresses(made.text)
    assert all(link.startswith(ISSUER + "/") for link in html.links())
    assert (SAMPLE["code"] in made.text) == (SAMPLE["code"] in html.text)
    if SAMPLE["code"] in made.text:
        assert SAMPLE["code"] in made.text.partition("\n")[0]


@pytest.mark.parametrize("name", MAILS)
def test_both_parts_say_the_same_sentences(name: str) -> None:
    """Each paragraph of the text is in the HTML. Only a link, and the colon before it, may differ."""
    made = mail(name)
    html = " ".join(Html(made.html).text.split())
    assert made.subject in html
    for line in made.text.splitlines():
        assert line.startswith("https://") or " ".join(line.split()) in html or SAMPLE["code"] in line, line


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_is_written_in_sentences(name: str) -> None:
    """The subject is one line. After "Hello Ada," a sentence begins, with a capital."""
    made = mail(name)
    assert made.subject
    assert "\n" not in made.subject
    _, greeted, rest = made.text.partition("Hello Ada,\n\n")
    first = (rest if greeted else made.text).partition("\n")[0]
    assert first[:1].isupper(), made.text
    assert first.endswith((".", SAMPLE["code"]))


@pytest.mark.parametrize("name", MAILS)
@pytest.mark.parametrize("typed", HOSTILE)
def test_a_name_that_a_person_typed_is_only_text(name: str, typed: str) -> None:
    """F-12, M-08: it adds no tag, no attribute, no link, no header line and no code, and it does not change the subject."""
    usual, made = mail(name), mail(name, name=typed, app=typed)
    html = Html(made.html)
    assert made.subject == usual.subject
    assert html.shape() == Html(usual.html).shape()
    assert html.links() == Html(usual.html).links()
    assert addresses(made.text) == addresses(usual.text)
    for part in (made.text, html.text):
        assert "evil.example" not in part
        assert "9999" not in part
        assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", part)


@pytest.mark.parametrize("name", MAILS)
def test_every_other_value_is_escaped(name: str) -> None:
    """For any value the HTML has the same tags and attributes."""
    hostile = {key: value + "\"'><script>alert(1)</script>&amp;" for key, value in SAMPLE.items()}
    assert Html(mail(name, **hostile).html).shape() == Html(mail(name).html).shape()


@pytest.mark.parametrize("name", MAILS)
def test_html_loads_nothing_and_runs_nothing(name: str) -> None:
    """It has no image, script, font, form, external style sheet or tracking. The only addresses are those of links."""
    made = mail(name)
    html = Html(made.html)
    assert not {tag for tag, _ in html.tags} & {
        "script",
        "img",
        "link",
        "iframe",
        "object",
        "embed",
        "form",
        "base",
        "svg",
        "video",
        "audio",
    }
    assert not [
        attribute for _, attributes in html.tags for attribute in attributes if attribute.startswith("on") or attribute == "background"
    ]
    assert "url(" not in made.html
    assert "@import" not in made.html
    assert addresses(made.html) == html.links()
    assert len(made.html) < 100_000, "Gmail cuts a mail off after 102 KB"


@pytest.mark.parametrize("name", MAILS)
def test_html_can_be_read_in_the_dark_and_by_a_screen_reader(name: str) -> None:
    """A language, a title, one heading, tables for layout only, and each class with a colour has another colour for dark screens."""
    made = mail(name)
    html = Html(made.html)
    assert ("html", "en") in [(tag, attributes.get("lang")) for tag, attributes in html.tags]
    assert [tag for tag, _ in html.tags].count("h1") == [tag for tag, _ in html.tags].count("title") == 1
    assert all(attributes.get("role") == "presentation" for tag, attributes in html.tags if tag == "table")
    dark = set(re.findall(r"^\s*\.([a-z]+) \{", made.html, re.MULTILINE))
    used = {word for _, attributes in html.tags for word in attributes.get("class", "").split()}
    assert used <= dark
    assert all(attributes.get("class") for _, attributes in html.tags if re.search(r"color:", attributes.get("style", "")))
    assert "prefers-color-scheme: dark" in made.html
    assert 'name="color-scheme" content="light dark"' in made.html


@pytest.mark.parametrize("typed", ["Ada", "Ada Lovelace", "J.R.R. Tolkien", "Zoë O’Neil-Smith", "李 小龍", "محمد", "Dr. Who", "Ada & <Co>"])
def test_names_of_people_stay(typed: str) -> None:
    assert safe_name(typed) == typed


def test_a_name_stays_on_one_short_line() -> None:
    assert safe_name("Ada\r\n  &   Co") == "Ada & Co"
    assert len(safe_name("x" * 200)) == 80
    assert safe_name("") == ""


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_has_no_text_that_is_not_translated(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("idp.http.mails.texts_in", lambda language: PSEUDO)
    values = {key: "88" if key not in {"link", "issuer", "reset"} else value for key, value in SAMPLE.items()}
    made = render_mail(name, values)
    rest = re.sub(r"https://\S+", " ", f"{made.subject}\n{made.text}")
    assert WORD.findall(without_marked(rest)) == []
    assert unmarked(re.sub(r"https://[^<\"]+", " ", made.html)) == []


@pytest.mark.parametrize("language", existing())
@pytest.mark.parametrize("name", MAILS)
def test_each_mail_can_be_rendered_in_each_language(language: str, name: str) -> None:
    """The subject is one line of printable characters. The code is in the text so that it can be read and copied."""
    made = render_mail(name, {**SAMPLE, "lang": language})
    assert made.subject.isprintable()
    assert f'<html lang="{language}" dir="{direction(language)}">' in made.html
    assert ("1234\u00a05678" if direction(language) == "rtl" else "1234 5678") in made.text or "1234" not in made.text
    assert texts_in(language).language == language


def test_a_subject_has_no_character_that_a_header_must_not_have(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sender refuses it (`Letter.check`). A translation may have a no-break space, and a value from right to left has marks around it."""
    texts = PseudoTexts("en-XA", lambda text: f"\u2068{text}\u2069\u00a0!")
    monkeypatch.setattr("idp.http.mails.texts_in", lambda language: texts)
    assert mail("password_changed").subject == "Your password was changed !"


def test_every_mail_is_sent_in_the_language_of_its_recipient() -> None:
    """A service that sends a mail asks for the language (`language_for`). Without it the mail would be in English.

    For a trial the admin chooses the language (`trial_mails.py`).
    """
    senders = [file for file in (ROOT / "idp/services").rglob("*.py") if re.search(r"mailer\.send\(", file.read_text())]
    assert len(senders) > 5
    assert [file.name for file in senders if "language_for(" not in file.read_text()] == ["trial_mails.py"]
