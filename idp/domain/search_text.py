"""What somebody types to find people or apps, and what it finds: words, each a part of any of the texts, in any order and case."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LONGEST = 254
"""Characters of what may be looked for."""
_NAMES = ("name", "given_name", "middle_name", "family_name", "nickname", "preferred_username")


@dataclass(frozen=True, slots=True)
class Search:
    """Words as `fold` writes them."""

    words: tuple[str, ...]

    def fits(self, *texts: str) -> bool:
        """Whether each word is a part of one of the texts. No words fit everything."""
        folded = [fold(text) for text in texts]
        return all(any(word in text for text in folded) for word in self.words)


def search(typed: str) -> Search:
    """What is looked for, from what was typed."""
    return Search(tuple(fold(typed).split()))


def fold(text: str) -> str:
    """The text without differences of case and of encoding: NFKC of the case-folded NFKC form (Unicode Standard, chapter 3.13, D147)."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def names(claims: Mapping[str, Any]) -> Iterable[str]:
    """The names in a user's profile (OpenID Connect Core §5.1)."""
    return [claims[member] for member in _NAMES if isinstance(claims.get(member), str)]
