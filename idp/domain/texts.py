"""The texts of pages, mails and messages in one language. This class is English: the texts are in the source and in the templates."""

from __future__ import annotations

from typing import Self


class Texts:
    """Translates sentences. `language`: a tag of idp.domain.languages.SHIPPED. Other languages: `idp.http.catalogue`."""

    language = "en"

    def text(self, sentence: str) -> str:
        """Return the sentence in this language. Its placeholders stay: the caller fills them with `format`."""
        return sentence

    def count(self, one: str, many: str, number: int | str) -> str:
        """Return the form of the sentence for a number of things, as `ngettext` of GNU gettext does.

        `one` and `many` are the English forms for 1 and for other numbers.
        """
        return one if int(number) == 1 else many

    def has(self, sentence: str) -> bool:
        """Return whether the sentence exists in this language. Another one is shown in English."""
        return bool(sentence)


ENGLISH = Texts()


class Counted(str):
    """A sentence with a number, in its two English forms. The text itself is the form for other numbers than 1.

    `one`: the form for 1. `by`: the name of the placeholder that decides.
    """

    __slots__ = ("by", "one")
    one: str
    by: str

    def __new__(cls, one: str, many: str, by: str) -> Self:
        """`many`: the form for other numbers than 1."""
        made = super().__new__(cls, many)
        made.one, made.by = one, by
        return made


def marked(sentence: str) -> str:
    """Return the sentence unchanged. Extraction finds it by this call; `Texts.text` translates it when it is shown."""
    return sentence
