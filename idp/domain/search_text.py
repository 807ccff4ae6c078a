"""The search for users and apps: each typed word must be a part of one of the texts, in any order and case, with or without accents."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LONGEST = 254
"""The greatest length of a search in characters."""
_LEFT_OUT = frozenset({"Mn", "Me", "Cc", "Cf", "Cs"})
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "\u0131": "i", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th"}
    | dict.fromkeys("'`\u2018\u2019\u02bc", "")
)
_NAMES = ("name", "given_name", "middle_name", "family_name", "nickname", "preferred_username")


@dataclass(frozen=True, slots=True)
class Search:
    """The words of a search, as `fold` returns them."""

    words: tuple[str, ...]

    def fits(self, *texts: str) -> bool:
        """Return whether each word is a part of one of the texts. A search without words fits all texts."""
        folded = [fold(text) for text in texts]
        return all(any(word in text for text in folded) for word in self.words)


def search(typed: str) -> Search:
    """Return the search for a typed text. Text of invisible characters alone is in no text."""
    return Search(tuple(fold(typed).split()) or tuple(typed.split()))


def fold(text: str) -> str:
    """Return the text without differences of case, encoding, accents and apostrophes.

    It is NFKD of the case-folded NFKD form (Unicode Standard, chapter 3.13, D146) without marks, invisible characters and apostrophes.
    Letters with a stroke, and those that are two letters in one, have no decomposition in Unicode: they become the plain letters.
    """
    if text.isascii():  # most texts, and the answer is the same
        return text.casefold().replace("'", "").replace("`", "")
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).translate(_PLAIN)
    return "".join(letter for letter in folded if letter.isspace() or unicodedata.category(letter) not in _LEFT_OUT)


def names(claims: Mapping[str, Any]) -> Iterable[str]:
    """Return the names in a user's profile (OpenID Connect Core §5.1)."""
    return [claims[member] for member in _NAMES if isinstance(claims.get(member), str)]
