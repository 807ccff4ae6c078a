"""The file of password hashes that Auth0's support sends (NDJSON), beside an export of users.

The file stays where it is: an index has 8 bytes for each line, and the line is read again for each user.
"""

from __future__ import annotations

import secrets
from array import array
from bisect import bisect_left
from collections.abc import Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, BinaryIO

from idp.domain.moving.fields import LONGEST_RECORD, parse, text
from idp.domain.moving.formats.auth0_identities import id_of
from idp.domain.moving.person import BrokenFileError, RowError

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLACE_BITS = 40


class HashFile:
    """The hashes by user id.

    Raises:
        BrokenFileError: a line has no id or no hash. Otherwise its owner would be imported without a password.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._key = file, secrets.token_bytes(16)
        self._index = array("Q", sorted(self._number(name) << _PLACE_BITS | place for place, name in self._names()))

    def of(self, user_id: str) -> Iterator[str]:
        """Yield the hashes of a user: one, unless the file has several."""
        number = self._number(user_id)
        at = bisect_left(self._index, number << _PLACE_BITS)
        while at < len(self._index) and self._index[at] >> _PLACE_BITS == number:
            self._file.seek(self._index[at] & (1 << _PLACE_BITS) - 1)
            record = parse(self._file.readline(LONGEST_RECORD))
            if id_of(record) == user_id:
                yield text(record, "passwordHash")
            at += 1

    def _names(self) -> Iterator[tuple[int, str]]:
        """Yield where each line begins, and the user id of it."""
        number, place = 0, 0
        while line := self._file.readline(LONGEST_RECORD + 1):
            number += 1
            if line.strip():
                yield place, _checked(line, number)
            place += len(line)

    def _number(self, user_id: str) -> int:
        """Return 24 bits that a file cannot choose, so that no file makes the search slow."""
        return int.from_bytes(blake2b(user_id.encode(), digest_size=3, key=self._key).digest())


def _checked(line: bytes, number: int) -> str:
    try:
        record: Any = parse(line) if len(line) <= LONGEST_RECORD else None
        if isinstance(record, Mapping) and (name := id_of(record)) and text(record, "passwordHash"):
            return name
    except RowError:
        pass
    raise BrokenFileError("moving.hashes_malformed", line=number)
