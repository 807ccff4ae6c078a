"""The words by which an organisation is found: its slug, and the words of its name (docs/decisions/0014). Pure: nothing is read."""

from __future__ import annotations

import re

from idp.domain.search_text import fold

MOST_WORDS = 12
"""Words of a name that have a row. Later words of a longer name narrow a search, and find nothing alone."""
LONGEST_WORD = 32
"""Letters of a word in a row."""
_SLUG_PART = re.compile(r"[a-z0-9][a-z0-9-]{0,62}", re.ASCII)


def words(text: str) -> tuple[str, ...]:
    """Return the folded words of a text, without repetitions: letters and digits that stand together."""
    parted = "".join(letter if letter.isalnum() else " " for letter in fold(text))
    return tuple(dict.fromkeys(word[:LONGEST_WORD] for word in parted.split()))


def row_words(name: str) -> tuple[str, ...]:
    """Return the words of a name that have a row."""
    return words(name)[:MOST_WORDS]


def slug_beginning(typed: str) -> str:
    """Return the beginning of the slug that a name with these words has by custom, or "" if no slug begins so."""
    slug = re.sub(r"[\s_]+", "-", fold(typed.strip()))
    return slug if _SLUG_PART.fullmatch(slug) else ""


def row_word(name: str, first: str) -> str:
    """Return the first word of a name that has a row and begins with `first`, or "". The name is shown at this row and at no other."""
    return min((word for word in row_words(name) if word.startswith(first)), default="")


def fits(name: str, typed: tuple[str, ...]) -> bool:
    """Return whether each typed word begins a word of the name."""
    there = words(name)
    return all(any(word.startswith(each) for word in there) for each in typed)
