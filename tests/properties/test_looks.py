"""Looks, for any input: the parser accepts only what is safe, and what it accepts can be read and is the same when it is read again."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from idp.domain.errors import InvalidValue
from idp.domain.looks import palette, readability, texts
from idp.domain.looks.colour import best_on, contrast, mix
from idp.domain.looks.css import css_of
from idp.domain.looks.look import MEMBERS, Look, as_document, palettes, parse_look

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
SCHEMES = st.dictionaries(st.sampled_from(sorted(palette.NAMES)), COLOURS, min_size=1)
UNSAFE = st.dictionaries(
    st.sampled_from(["panel", "panel_lines"]), st.sampled_from(["#000000;}", "#00000", "url(//evil.example)"]), min_size=1
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
WORDS = st.text(max_size=40) | st.sampled_from(
    ["{brand}", "{app}", "{brand.__class__}", "{0}", "{brand!r}", "{{brand}}", "}", "</style><script>", "url(//evil.example)", "Hello"]
)
DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "name": WORDS,
        "colours": st.fixed_dictionaries({}, optional={"light": SCHEMES | UNSAFE | JSON, "dark": SCHEMES | UNSAFE | JSON}) | JSON,
        "radius": st.integers(-5, 40) | JSON,
        "ornament": st.booleans() | JSON,
        "links": st.dictionaries(st.sampled_from(["help", "privacy", "terms", "x"]), st.just("https://example.com/") | WORDS) | JSON,
        "texts": st.dictionaries(
            st.sampled_from([*sorted(texts.TEXTS), "x"]), WORDS | st.dictionaries(st.sampled_from(["de", "", "a b"]), WORDS)
        )
        | JSON,
        "css": WORDS,
    },
)
CSS = re.compile(
    r"(:root\{(--[a-z0-9-]+:(#[0-9a-f]{6}|\d{1,2}px);?)+\}\n)?"
    r"(@media \(prefers-color-scheme: dark\)\{:root\{(--[a-z0-9-]+:#[0-9a-f]{6};?)+\}\}\n)?(\.plate \.rosette\{display:none\}\n)?"
)


def parsed(document: object, *, of_app: bool = False) -> Look | None:
    """The look, or None if it is refused. Any other error fails the test."""
    try:
        return parse_look(document, of_app=of_app)
    except InvalidValue:
        return None


@given(JSON)
def test_any_json_is_a_look_or_is_refused(document: Any) -> None:
    look = parsed(document)
    assert look is None or set(document) <= set(MEMBERS)


@given(DOCUMENTS, st.booleans())
def test_a_look_is_the_same_when_it_is_read_again(document: dict[str, Any], of_app: bool) -> None:
    look = parsed(document, of_app=of_app)
    if look is not None:
        assert parse_look(json.loads(json.dumps(as_document(look))), of_app=of_app) == look


@given(DOCUMENTS | st.fixed_dictionaries({"colours": st.fixed_dictionaries({"light": SCHEMES | UNSAFE})}))
def test_the_style_sheet_has_only_colours_and_lengths(document: dict[str, Any]) -> None:
    """No text, no address and no rule of the input is in it."""
    look = parsed(document)
    if look is not None:
        assert CSS.fullmatch(css_of(look))


@given(SCHEMES)
def test_a_palette_is_accepted_only_if_every_pair_can_be_read(light: dict[str, str]) -> None:
    look = parsed({"colours": {"light": light}})
    if look is not None:
        for made in palettes(look).values():
            assert all(contrast(made[one], made[other]) >= least for one, other, least in readability.PAIRS)


@given(SCHEMES, st.booleans())
def test_a_derived_colour_is_never_the_reason_of_a_refusal(given_colours: dict[str, str], dark: bool) -> None:
    """If the colours that were given can be read on each other, those derived from them can be read too."""
    made = palette.derive(given_colours, dark=dark)
    outer = set(palette.NAMES.values()) - {"thread"}
    chosen = [one for one in readability.PAIRS if one[0] in outer and one[1] in outer]
    if all(contrast(made[one], made[other]) >= least for one, other, least in chosen):
        readability.check(made, "light")


@given(COLOURS)
def test_one_accent_for_light_screens_gives_a_readable_dark_palette(accent: str) -> None:
    readability.check(palette.derive(palette.dark_from({"accent": accent, "panel": accent}), dark=True), "dark")


@given(COLOURS, COLOURS)
def test_contrast_is_symmetric_and_between_1_and_21(one: str, other: str) -> None:
    assert contrast(one, other) == contrast(other, one)
    assert 1 <= contrast(one, other) <= 21
    assert contrast(one, one) == 1
    assert contrast(best_on(one), one) >= 4.58
    assert mix(one, other, 0) == one
    assert mix(one, other, 1) == other


@given(st.text(), st.dictionaries(st.sampled_from(["brand", "app"]), st.text()))
def test_filling_a_text_reads_no_value_as_a_text(text: str, values: dict[str, str]) -> None:
    """A name such as "{brand}" stays what it is."""
    assert texts.fill("{app}|{brand}", {"app": "{brand}", "brand": "{app}"}) == "{brand}|{app}"
    assert texts.fill("{brand.__class__}{0}{", {"brand": "x"}) == "{brand.__class__}{0}{"
    assert isinstance(texts.fill(text, values), str)


@given(st.text() | WORDS, st.sampled_from(sorted(texts.TEXTS)))
def test_a_text_that_is_accepted_has_only_its_placeholders(text: str, name: str) -> None:
    try:
        texts.parse_texts({name: text}, of_app=False)
    except InvalidValue:
        return
    filled = texts.fill(text, dict.fromkeys(texts.TEXTS[name].placeholders, ""))
    assert not set(filled) & set("{}")
    assert "\n" not in filled
