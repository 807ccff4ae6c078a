"""What is wrong with a form, for the page that shows the form again."""

from __future__ import annotations

from typing import NamedTuple, Self

from idp.domain.message import Message


class FormError(NamedTuple):
    """A message, and the name of the field that it is about; empty where it is about no single field (WCAG 2.2, 3.3.1)."""

    message: Message
    field: str = ""


class Sentence(str):
    """A form error in the words of a language, for templates."""

    __slots__ = ("field",)
    field: str

    def __new__(cls, words: str, field: str) -> Self:
        """The sentence, and the field that it is about."""
        made = super().__new__(cls, words)
        made.field = field
        return made
