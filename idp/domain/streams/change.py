"""One change of one item, with the values that may leave a record of a stream (`allowed`)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

INSERT, MODIFY, REMOVE = "insert", "modify", "remove"
"""`Change.act`."""
_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Change:
    """A change. `table`: its short name. `expired`: DynamoDB removed the item because its time was over (TTL).

    `old`, `new`: the item before and after, without what is not allowed to leave the record; empty if there is none. The stream of `state`
    has no item before. `sequence`: the number of the record, by which a failure is told. `at`: about when, in epoch seconds.
    """

    table: str
    pk: str
    sk: str
    kind: str
    act: str
    expired: bool
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    sequence: str
    at: int

    @property
    def version(self) -> int:
        """The version of the item after the change, or of the removed item. 0 if it has none."""
        found = (self.new or self.old).get("version")
        return found if isinstance(found, int) else 0

    @property
    def is_rewritten(self) -> bool:
        """Whether it is an audit event that an erasure wrote anew, under another key. Nothing happened: the event was told before."""
        return self.new.get("proof") is not None

    @property
    def event_id(self) -> str:
        """An id that is the same each time when this change is read (threats R-03): a digest of table, key, act and number of the record.

        The version does not tell changes apart: an item that was removed and made again, such as a member, begins with the first one. A
        made item without a version, such as an audit event, has a key of its own.
        """
        mark = "" if self.act == INSERT and not self.version else self.sequence or str(self.version)
        parts = f"{self.table}\0{self.pk}\0{self.sk}\0{self.act}\0{mark}"
        return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[: 2 * _ID_BYTES]
