"""What is wrong with a form, for the page that shows the form again."""

from __future__ import annotations

from typing import NamedTuple, Self

from idp.domain.message import Message


class FormError(NamedTuple):
    """A message, and the name of the field that it is about; empty where it is about no single field (WCAG 2.2, 3.3.1)."""

    message: Message
    field: str = ""


class Sentence(str):
    """A message in the words of a language, for templates. `field`: as in FormError. `lang`: the tag of the language."""

    __slots__ = ("field", "lang")
    field: str
    lang: str

    def __new__(cls, words: str, field: str, lang: str) -> Self:
        """The sentence, the field that it is about, and its language."""
        made = super().__new__(cls, words)
        made.field, made.lang = field, lang
        return made
