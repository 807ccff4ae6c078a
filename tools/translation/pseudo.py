"""Pseudo-locales for tests: texts that are twice as long, accented and in marks. A text without marks on a page was not translated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from idp.domain.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Callable

OPEN, CLOSE = "⟦", "⟧"
_ACCENTED = str.maketrans("aceinorsuyzACEINORSUYZ", "áčéíñóřšúýžÁČÉÍÑÓŘŠÚÝŽ")
_PLACEHOLDER = re.compile(r"(\{\w+\})")
_RIGHT_TO_LEFT = str.maketrans({**dict(zip("abcdefghijklmnopqrstuvwxyz", "ابتثجحخدذرزسشصضطظعغفقكلمنه", strict=True))})


def accented(text: str) -> str:
    """Return the text in marks, with accents, and doubled: German and Portuguese need up to twice the room of a short English text."""
    return _mark(text, lambda part: part.translate(_ACCENTED))


def arabic(text: str) -> str:
    """Return the text in marks and in Arabic letters, so that the page is written from right to left."""
    return _mark(text, lambda part: part.lower().translate(_RIGHT_TO_LEFT))


def _mark(text: str, change: Callable[[str], str]) -> str:
    parts = _PLACEHOLDER.split(text)
    changed = "".join(part if _PLACEHOLDER.fullmatch(part) else change(part) for part in parts)
    again = "".join("" if _PLACEHOLDER.fullmatch(part) else change(part) for part in parts)
    return f"{OPEN}{changed} {' '.join(again.split())}{CLOSE}" if text else ""


class PseudoTexts(Texts):
    """Texts in a pseudo-locale. `language`: the tag that pages carry."""

    def __init__(self, language: str, change: Callable[[str], str]) -> None:
        self.language, self._change = language, change

    def text(self, sentence: str) -> str:
        """Return the changed sentence."""
        return self._change(sentence)

    def count(self, one: str, many: str, number: int | str) -> str:
        """Return the changed form of English."""
        return self._change(super().count(one, many, number))
