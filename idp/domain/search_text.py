"""The search for users and apps: each typed word must be a part of one of the texts, in any order and case."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LONGEST = 254
"""The greatest length of a search in characters."""
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
    """Return the search for a typed text."""
    return Search(tuple(fold(typed).split()))


def fold(text: str) -> str:
    """Return the text without case and encoding differences: NFKC of the case-folded NFKC form (Unicode Standard, chapter 3.13, D147)."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def names(claims: Mapping[str, Any]) -> Iterable[str]:
    """Return the names in a user's profile (OpenID Connect Core §5.1)."""
    return [claims[member] for member in _NAMES if isinstance(claims.get(member), str)]
