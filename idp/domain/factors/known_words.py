"""Words that an attacker knows: parts of the person's address and names of the service (NIST SP 800-63B-4 §3.1.1.2, OWASP ASVS 6.2.11).

A password may contain them. It is refused if they are all or most of it: "ada.lovelace2026!!" for ada.lovelace@example.com.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHORTEST = 3
"""A shorter part, such as an initial, is in many good passwords."""
_BETWEEN = re.compile(r"[\W_]+")
_FILLING = re.compile(r"[\s!-/:-@\[-`{-~]+")
"""Spaces and ASCII punctuation. They count neither as part of a word nor as more than it."""


def are_most_of(folded: str, *, email: str, names: Iterable[str]) -> bool:
    """Return whether more than half of a casefolded password are such words. Spaces and punctuation are not counted."""
    text = _FILLING.sub("", folded)
    words = _words(email, names)
    if not text or not words:
        return False
    longest_first = sorted(words, key=len, reverse=True)
    rest = re.sub("|".join(map(re.escape, longest_first)), "", text)
    return 2 * len(rest) < len(text)


def _words(email: str, names: Iterable[str]) -> set[str]:
    """Return the words: each part of the address but the top-level domain, and the names, whole and in parts."""
    local, _, domain = email.casefold().rpartition("@")
    texts = [local, domain.rpartition(".")[0], *(name.casefold() for name in names)]
    found = {part for text in texts for part in (*_BETWEEN.split(text), _BETWEEN.sub("", text))}
    return {word for word in found if len(word) >= _SHORTEST}
