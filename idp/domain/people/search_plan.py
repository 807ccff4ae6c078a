"""How a typed text is looked up in the rows of people: where, by which beginning, and what else must fit (docs/decisions/0014)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from idp.domain.people.search_words import DOMAIN, INNER, LONGEST_WORD, START, Findable, Row, id_word, is_dense, least, split
from idp.domain.people.user import ID_PREFIX
from idp.domain.search_text import Search, search

if TYPE_CHECKING:
    from collections.abc import Callable

SHARDS = 2
"""Parts of the rows of a domain. A page reads at most two, so that a search has three calls with the people themselves."""
_LEAST_DOMAIN = 3
"""Letters of a domain that must be typed."""
MOST_CONDITIONS = 8
"""Typed words that the database compares. The others are compared when the people were read."""
_UUID = re.compile(r"[0-9a-f]{8}-")


class Step(NamedTuple):
    """Rows to read: those of a place whose word begins with `row.word`. `shard`: of the rows of a domain."""

    row: Row
    shard: int = 0


class Plan(NamedTuple):
    """The steps of a search, one after the other, and the words of which each must be a part of the row's text."""

    search: Search
    steps: tuple[Step, ...]
    conditions: tuple[str, ...]


def plan(typed: str) -> Plan | None:
    """Return how a typed text is looked up. None if no row can be found by it: then people are read one after the other.

    The longest word leads to the rows. At its beginnings first, then at the inner parts of words. `@` begins a domain.
    """
    wanted = search(typed)
    if not wanted.words:
        return None
    steps = _id_steps(wanted.words) or _name_steps(wanted.words) or _domain_steps(wanted.words)
    if not steps:
        return None
    lead = steps[0].row.word
    others = [word for word in dict.fromkeys(wanted.words) if word not in {lead, f"@{lead}", ID_PREFIX + lead}]
    return Plan(wanted, steps, tuple(others[:MOST_CONDITIONS]))


def first_word(person: Findable, step: Step, sorts: Callable[[str], str]) -> str | None:
    """Return the word of the row at which the person is shown: the first of theirs that the steps reach. None: at no row of this step.

    So a person with several matching rows is shown once, on whichever page. `sorts`: by what the database sorts words.
    """
    place, begin = step.row
    starts = [word for word in person.starts() if word.startswith(begin)]
    if place == START:
        return min(starts, key=sorts, default=None)
    if place == INNER and starts:
        return None
    return min((row.word for row in person.rows() if row.place == place and row.word.startswith(begin)), key=sorts, default=None)


def _id_steps(words: tuple[str, ...]) -> tuple[Step, ...]:
    """The step for a word that is the beginning of an id, with its prefix."""
    for word in words:
        if word.startswith(ID_PREFIX) or "|" in word or _UUID.match(word):
            row = Row(START, id_word(word))
            if len(row.word) >= least(row):
                return (Step(row),)
    return ()


def _name_steps(words: tuple[str, ...]) -> tuple[Step, ...]:
    best = Row(START, "")
    first = False
    for word in words:
        local = word.partition("@")[0]
        for place, piece in enumerate(split(local)):
            if len(piece) > len(best.word) and (len(piece) >= least(Row(START, piece)) or is_dense(piece)):
                best, first = Row(START, piece), local == word and place == 0 and local.startswith(piece)
    if not best.word:
        return ()
    inner = Row(INNER, best.word)
    return (Step(best), Step(inner)) if first and len(best.word) >= least(inner) else (Step(best),)


def _domain_steps(words: tuple[str, ...]) -> tuple[Step, ...]:
    domain = next((found for word in words if len(found := word.partition("@")[2][:LONGEST_WORD]) >= _LEAST_DOMAIN), "")
    return tuple(Step(Row(DOMAIN, domain), shard) for shard in range(SHARDS)) if domain else ()
