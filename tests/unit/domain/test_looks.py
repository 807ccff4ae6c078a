"""Looks: figures of WCAG 2.2, sentences of refusals, and what the rules assume about templates and the stylesheet."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from idp.domain.errors import InvalidValue
from idp.domain.looks import palette, readability, texts
from idp.domain.looks.colour import contrast, is_colour
from idp.domain.looks.css import css_of
from idp.domain.looks.look import MOST_BYTES, palettes, parse_look

ROOT = Path(__file__).parents[3]
STYLESHEET = (ROOT / "idp/http/static/idp.css").read_text()


def refusal(document: object, *, of_app: bool = False) -> str:
    """The sentence with which a look is refused."""
    with pytest.raises(InvalidValue) as caught:
        parse_look(document, of_app=of_app)
    return caught.value.description


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.478), ("#767676", "#ffffff", 4.542), ("#0000ff", "#ffffff", 8.592),
        ("#ff0000", "#ffffff", 3.998), ("#ffffff", "#ffffff", 1.0),
    ],
)  # fmt: skip
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    """Well-known figures: #767676 is the lightest grey with 4.5 on white."""
    assert contrast(one, other) == pytest.approx(ratio, abs=0.001)


def test_a_refusal_has_the_figure_which_is_never_rounded_up() -> None:
    sentence = refusal({"colours": {"light": {"accent": "#777777", "background": "#ffffff", "surface": "#ffffff"}}})
    assert sentence == "In light, accent #777777 on background #ffffff has a contrast of 4.47. It has to be at least 4.5 (WCAG 2.2)."


@pytest.mark.parametrize(
    "colours",
    [
        {"light": {"accent": "#ffcc00"}}, {"light": {"text": "#999999"}}, {"light": {"panel": "#808080", "panel_text": "#909090"}},
        {"light": {"error": "#ff8080"}}, {"light": {"warning": "#eecc88"}}, {"dark": {"accent": "#003366"}},
        {"light": {"background": "#777777"}}, {"light": {"accent": "#0c5c49"}, "dark": {"text": "#333333"}},
    ],
)  # fmt: skip
def test_colours_that_cannot_be_read_are_refused(colours: dict[str, Any]) -> None:
    assert "has a contrast of" in refusal({"colours": colours})


@pytest.mark.parametrize(
    "value",
    [
        "red",
        "#fff",
        "#12345",
        "#1234567",
        "#12345g",
        "rgb(0,0,0)",
        "#000000;}",
        "#00000\u0660",
        "url(//evil.example)",
        "",
        0,
        None,
        " #000000",
    ],
)
def test_only_six_hexadecimal_digits_are_a_colour(value: object) -> None:
    assert not is_colour(value)
    assert "#" in refusal({"colours": {"light": {"accent": value}}})


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ([], "has to be an object"), ({"css": "x"}, "these members only"), ({"logo": "https://a.example/x"}, "these members only"),
        ({"name": " x"}, "name has to be"), ({"name": "\u202ename"}, "name has to be"), ({"name": "x" * 61}, "name has to be"),
        ({"radius": True}, "radius"), ({"radius": 25}, "radius"), ({"radius": -1}, "radius"), ({"radius": "4px"}, "radius"),
        ({"ornament": 1}, "ornament"), ({"links": {"imprint": "https://a.example"}}, "links"), ({"links": []}, "links"),
        ({"links": {"help": "http://a.example/"}}, "https URL"), ({"links": {"help": "javascript:alert(1)"}}, "https URL"),
        ({"colours": {"print": {}}}, "light, or dark"), ({"colours": {"light": {}}}, "these colours"),
        ({"colours": {"light": {"paper": "#000000"}}}, "these colours"), ({"texts": []}, "object from ids"),
        ({"texts": {"subject": "x"}}, "these ids"), ({"texts": {"sign_in_intro": ""}}, "one line"),
        ({"texts": {"sign_in_intro": "a\nb"}}, "one line"), ({"texts": {"sign_in_intro": {}}}, "language tags"),
        ({"texts": {"sign_in_intro": {"no tag": "x"}}}, "language tags"), ({"texts": {"sign_in_intro": "{name}"}}, "{brand}, {app}"),
        ({"texts": {"sign_in_intro": "{brand.__class__}"}}, "placeholders"), ({"texts": {"sign_in_intro": "{{brand}}"}}, "placeholders"),
        ({"texts": {"sign_in_intro": "{"}}, "placeholders"), ({"texts": {"sign_in": "{brand}"}}, "placeholders: none"),
    ],
)  # fmt: skip
def test_every_other_value_is_refused_with_a_sentence(document: object, words: str) -> None:
    assert words in refusal(document)


@pytest.mark.parametrize(
    "text", ["See https://evil.example", "Ask evil.example", "www.x", "Mail me@x", "Call 0800 1234", "Your code: 99990000"]
)
def test_a_text_of_an_app_carries_no_link_and_no_number(text: str) -> None:
    """An app's text is in mails to people. The deployment's own texts may have both."""
    assert "mails carry it" in refusal({"texts": {"mail_footer": text}}, of_app=True)
    assert parse_look({"texts": {"mail_footer": text}}, of_app=False).texts


def test_an_app_gives_less_than_a_deployment() -> None:
    """It has policy_uri and tos_uri, and its item has to stay small."""
    assert "help" in refusal({"links": {"privacy": "https://app.example/"}}, of_app=True)
    many = dict.fromkeys(("de", "fr", "es", "it", "nl", "pl", "pt", "sv"), "x" * 400)
    assert str(MOST_BYTES) in refusal({"texts": {"sign_in_intro": many}}, of_app=True)


def test_one_accent_is_enough_for_a_whole_palette() -> None:
    """The panel, the washes and the dark palette follow it."""
    made = palettes(parse_look({"colours": {"light": {"accent": "#1D4ED8"}}}, of_app=False))
    assert made["light"]["accent"] == "#1d4ed8"
    for name in ("accent", "accent-deep", "wash", "plate", "plate-deep", "thread"):
        assert made["light"][name] != palette.LIGHT[name]
        assert made["dark"][name] != palette.DARK[name]


def test_a_look_without_colours_has_no_style_sheet() -> None:
    assert css_of(parse_look({"name": "Example", "links": {}, "texts": {}}, of_app=False)) == ""


def test_the_built_in_palettes_are_those_of_the_stylesheet_and_can_be_read() -> None:
    light, dark = re.findall(r":root \{(.*?)\}", STYLESHEET, re.DOTALL)[:2]
    read = re.compile(r"--([a-z0-9-]+): (#[0-9a-f]{6});")
    assert dict(read.findall(light)) == palette.LIGHT
    assert dict(read.findall(light)) | dict(read.findall(dark)) == palette.DARK
    readability.check(palette.LIGHT, "light")
    readability.check(palette.DARK, "dark")


def test_each_replaced_sentence_is_one_of_the_templates() -> None:
    """Otherwise the text of a deployment would silently have no effect."""
    sources = "".join(path.read_text() for path in (ROOT / "templates").rglob("*.*") if "demo" not in path.parts)
    sentences = set(re.findall(r't\("([^"]+)"\)', sources))
    for name, text in texts.TEXTS.items():
        assert not text.replaces or text.replaces in sentences, name
        assert set(re.findall(r"\{([a-z_]+)\}", text.replaces)) in (set(), set(text.placeholders))


def test_each_intro_is_a_text_and_belongs_to_a_page() -> None:
    for template, name in texts.INTROS.items():
        assert (ROOT / "templates" / template).is_file()
        assert name in texts.TEXTS


@pytest.mark.parametrize(
    ("language", "text"), [("de", "Hallo"), ("de-AT", "Hallo"), ("pt-BR", "Oi"), ("pt", "Hello"), ("ja", "Hello"), ("", "Hello")]
)
def test_a_text_is_chosen_by_language(language: str, text: str) -> None:
    assert texts.choose({"de": "Hallo", "pt-br": "Oi", "": "Hello"}, language) == text
