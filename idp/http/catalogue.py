"""Texts in another language than English, from a compiled catalogue of GNU gettext (`idp/locales`).

A catalogue loads with the first page or mail in its language. It is known by the tag of a shipped language, never by what a request says.
"""

from __future__ import annotations

import os.path  # pathlib is not loaded at a cold start
from functools import cache
from typing import TYPE_CHECKING, Any

from idp.domain.languages import SHIPPED, direction
from idp.domain.texts import ENGLISH, Texts

if TYPE_CHECKING:
    from gettext import GNUTranslations

FOLDER = os.path.join(os.path.dirname(os.path.dirname(__file__)), "locales")  # noqa: PTH118, PTH120  # pathlib takes milliseconds of a cold start
FILE = "LC_MESSAGES/idp.mo"


def texts_in(language: str) -> Texts:
    """The texts of a language; the English ones if it is not a shipped language, or its catalogue was not compiled."""
    return ENGLISH if language == ENGLISH.language or language not in SHIPPED else _load(language)


@cache
def _load(language: str) -> Texts:
    from gettext import GNUTranslations  # loads with the first text that is not English

    compiled = os.path.join(FOLDER, language.replace("-", "_"), FILE)  # noqa: PTH118  # pathlib takes milliseconds of a cold start
    if not os.path.isfile(compiled):  # noqa: PTH113  # pathlib takes milliseconds of a cold start
        return ENGLISH
    with open(compiled, "rb") as file:  # noqa: PTH123  # pathlib takes milliseconds of a cold start
        return Catalogue(language, GNUTranslations(file))


class Catalogue(Texts):
    """The texts of a compiled catalogue. In a language that is written from right to left, values are isolated: see `Isolating`."""

    def __init__(self, language: str, catalogue: GNUTranslations) -> None:
        self.language = language
        self._catalogue = catalogue
        self._kind = Isolating if direction(language) == "rtl" else str

    def text(self, sentence: str) -> str:
        """Return the translation, or the sentence itself if there is none."""
        return self._kind(self._catalogue.gettext(sentence)) if sentence else ""

    def count(self, one: str, many: str, number: int | str) -> str:
        """Return the form for this number, by the plural rule of the language."""
        return self._kind(self._catalogue.ngettext(one, many, int(number)))

    def has(self, sentence: str) -> bool:
        """Return whether the catalogue has a translation. gettext returns the very same object if it has none."""
        return bool(sentence) and self._catalogue.gettext(sentence) is not sentence


class Isolating(str):
    """A text whose `format` puts each value between FSI and PDI (Unicode UAX #9 §2.4.2).

    Without these marks an address, a name or a number in Latin script can change the order of the words around it.
    """

    __slots__ = ()

    def format(self, *args: Any, **values: Any) -> str:
        """As `str.format`, with each value isolated."""
        return super().format(*map(_isolate, args), **{name: _isolate(value) for name, value in values.items()})

    def format_map(self, values: Any, /) -> str:
        """As `format`."""
        return self.format(**values)


def _isolate(value: object) -> str:
    return f"\u2068{value}\u2069"
