"""The rows by which a person is found by a part of a name, of the address or of the id, or by a role or group (docs/decisions/0014).
Pure: nothing is read.

A row is a place and a word. Each word of a name has a row at `START`, so its beginnings are found. Each later letter of the word begins a
row at `INNER`, so its other parts are found, too: a part of a word is the beginning of its rest. The domain of the address has a row at
`DOMAIN`, apart from the others, because very many people have the same one. Each role has a row at `ROLE` and each group a row at `GROUP`:
its word is the id of the role or group.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from idp.domain.people.user import ID_PREFIX
from idp.domain.search_text import fold, names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from idp.domain.people.user import User

MOST_ROWS = 24
"""The greatest number of rows of a person for words. The last parts of long words go first: those that few people type."""
_MOST_STARTS = 10
"""Words of a person that have a row."""
LONGEST_WORD = 32
"""Letters of a word in a row. The rest of a longer word is compared with what was typed when the row was found."""
LONGEST_TEXT = 300
"""Letters of the folded texts of a person that are in each of their rows."""
_DENSE = "\u2e80"
"""From here on are the scripts whose words have one or two letters: Han, Kana."""

START, INNER, DOMAIN, ROLE, GROUP = "start", "inner", "domain", "role", "group"


class Row(NamedTuple):
    """A row: its place and the folded word, or the id of a role or group."""

    place: str
    word: str


class Findable(NamedTuple):
    """What a person is found by."""

    id: str
    email: str
    names: tuple[str, ...] = ()
    held: frozenset[Row] = frozenset()
    """The rows of roles and groups."""

    @classmethod
    def of(cls, user: User) -> Findable:
        """Return what this user is found by."""
        return cls(user.id, user.email, tuple(names(user.claims)), _held(user.roles, user.groups))

    @classmethod
    def of_image(cls, image: Mapping[str, Any]) -> Findable | None:
        """Return what the user of an item in plain values is found by. None if it has neither an id nor an address."""
        user_id, email, claims = image.get("user_id"), image.get("email"), image.get("claims")
        if not (isinstance(user_id, str) and isinstance(email, str)):
            return None
        held = _held(image.get("roles"), image.get("groups"))
        return cls(user_id, email, tuple(names(claims)) if isinstance(claims, dict) else (), held)

    def texts(self) -> tuple[str, ...]:
        """Return the texts in which each typed word must occur."""
        return (self.email, self.id, *self.names)

    def text(self) -> str:
        """Return the folded texts as each row has them, one a line. `cut` shortens them."""
        return "\n".join(fold(each) for each in self.texts())

    def starts(self) -> tuple[str, ...]:
        """Return the words that begin a row, without repetitions: of the names, of the address before the @, and the id."""
        local = list(split(self.email.partition("@")[0]))
        found = [word for text in self.names for word in split(text)]
        return tuple(dict.fromkeys([id_word(self.id), *sorted(local, key=len)[-1:], *found, *local]))[:_MOST_STARTS]

    def rows(self) -> frozenset[Row]:
        """Return the rows of this person: at most `MOST_ROWS` for words, and one for each role and group."""
        starts, domain = self.starts(), fold(self.email.partition("@")[2])[:LONGEST_WORD]
        rows = [Row(START, word) for word in starts] + ([Row(DOMAIN, domain)] if domain else [])
        inner: list[str] = []
        for part in _parts(starts[1:]):
            if len(rows) + len(inner) == MOST_ROWS:
                break
            if not any(known.startswith(part) for known in (*starts, *inner)):
                inner.append(part)
        return frozenset([*rows, *(Row(INNER, part) for part in inner), *self.held])


def split(text: str) -> Iterator[str]:
    """Return the folded words of a text, without single letters of scripts with long words.

    A word is letters that stand together, or digits: most addresses with digits have a name before them, which is a word already.
    """
    for word in "".join(letter if _in_word(letter) else " " for letter in fold(text)).split():
        for _, letters in groupby(word, str.isdigit):
            found = "".join(letters)[:LONGEST_WORD]
            if len(found) > 1 or is_dense(found):
                yield found


def id_word(user_id: str) -> str:
    """Return the word of a user id: without `usr_`, or without the name of the other system before the last `|`."""
    return fold(user_id.removeprefix(ID_PREFIX).rpartition("|")[2])[:LONGEST_WORD]


def head(row: Row) -> str:
    """Return the first letters of a row, which decide where it is stored. Rows with the same head are in one partition."""
    if row.place in {ROLE, GROUP}:
        return row.word
    if row.place == DOMAIN:
        return row.word[:3]
    return row.word[: least(row)]


def least(row: Row) -> int:
    """Return how many letters of a word must be typed to find it at this place."""
    return 2 if row.place == START or is_dense(row.word) else 3


def is_dense(word: str) -> bool:
    """Return whether the word is in a script in which one letter is already a word or half of one."""
    return word[:1] >= _DENSE


def _held(roles: object, groups: object) -> frozenset[Row]:
    """The rows of these assignments, which map names to ids. A damaged assignment has none."""
    pairs = ((ROLE, roles), (GROUP, groups))
    return frozenset(
        Row(place, id_) for place, held in pairs if isinstance(held, Mapping) for id_ in held.values() if isinstance(id_, str) and id_
    )


def _parts(words: Iterable[str]) -> Iterator[str]:
    """The rests of the words, first those without the first letter of each word, then those without the first two, and so on."""
    most = list(words)
    for first in range(1, LONGEST_WORD):
        for word in most:
            rest = word[first:]
            if rest and len(rest) >= least(Row(INNER, rest)):
                yield rest


def _in_word(letter: str) -> bool:
    return letter.isalnum() or unicodedata.category(letter) == "Mc"  # a vowel sign of an Indic script
