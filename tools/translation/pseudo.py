"""A pseudo-locale for tests: texts that are twice as long, accented and in marks. A text without marks on a page was not translated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from idp.domain.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Callable

OPEN, CLOSE = "⟦", "⟧"
_ACCENTED = str.maketrans("aceinorsuyzACEINORSUYZ", "áčéíñóřšúýžÁČÉÍÑÓŘŠÚÝŽ")
_PLACEHOLDER = re.compile(r"(\{\w+\})")


def accented(text: str) -> str:
    """Return the text in marks, with accents, and doubled: German and Portuguese need up to twice the room of a short English text."""
    parts = [(part, bool(_PLACEHOLDER.fullmatch(part))) for part in _PLACEHOLDER.split(text)]
    changed = "".join(part if is_value else part.translate(_ACCENTED) for part, is_value in parts)
    again = " ".join("".join("" if is_value else part.translate(_ACCENTED) for part, is_value in parts).split())
    return f"{OPEN}{changed} {again}{CLOSE}" if text else ""


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
