"""Records of the stream of `directory`: which people changed. The rest of a record is not read, and no record is logged (threats R-01).

The stream has only keys (`StreamViewType: KEYS_ONLY`). The worker reads what the person is now, so a record may come twice or late.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from idp.domain.errors import Invalid, Unavailable
from idp.telemetry.record import count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from idp.domain.clock import Clock
    from idp.store.provisioning import Provisioning
    from idp.store.provisioning_targets import ProvisioningTargets

_USER, _SORT = "USER#", "USER"
_HASHED = "%%"
_AT_ONCE = 25
_FAILURES = 3


class ProvisioningChanges:
    """Makes the accounts of changed people due at each target."""

    def __init__(self, targets: ProvisioningTargets, provisioning: Provisioning, clock: Clock) -> None:
        self._targets, self._provisioning, self._clock = targets, provisioning, clock

    def take(self, records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Take a batch. Returns `batchItemFailures`: Lambda gives the records from the first of them on again (ReportBatchItemFailures).

        A record that cannot be read tells of nobody, so it never stops the stream. One whose person cannot be written fails alone: the
        others of its batch are done (threats R-02).
        """
        changed = [(found, _sequence_number(each)) for each in records if (found := changed_user(each)) is not None]
        failed: list[str] = []
        if changed:
            try:
                self._take(changed, [each.id for each in self._targets.all()], failed)
            except Unavailable:
                failed = failed or [changed[0][1]]
        if failed:
            count("ProvisioningRecordsFailed")
        return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}

    def _take(self, changed: Sequence[tuple[str, str]], targets: Sequence[str], failed: list[str]) -> None:
        """Write what is due. `failed` gets the sequence numbers of those that cannot be written."""
        for first in range(0, len(changed), _AT_ONCE):
            some = changed[first : first + _AT_ONCE]
            try:
                self._queue(targets, [user_id for user_id, _ in some])
            except (Invalid, Unavailable):
                self._one_by_one(targets, some, failed)

    def _one_by_one(self, targets: Sequence[str], some: Sequence[tuple[str, str]], failed: list[str]) -> None:
        """Raises Unavailable after some failures one after another: then the database is at fault, and the rest comes again."""
        in_a_row = 0
        for user_id, number in some:
            try:
                self._queue(targets, [user_id])
                in_a_row = 0
            except (Invalid, Unavailable):
                failed.append(number)
                in_a_row += 1
                if in_a_row == _FAILURES:
                    raise Unavailable(detail="people who are due cannot be written") from None

    def _queue(self, targets: Sequence[str], people: Sequence[str]) -> None:
        self._provisioning.queue([(target, each) for each in people for target in targets], now=self._clock())


def changed_user(record: Mapping[str, Any]) -> str | None:
    """The id of the user whose item a record is about. None for every other record."""
    try:
        key = record["dynamodb"]["Keys"]
        pk, sk = key["pk"]["S"], key["sk"]["S"]
        if not (isinstance(pk, str) and sk == _SORT and pk.startswith(_USER)):
            return None
    except (KeyError, TypeError):
        return None
    name = pk.removeprefix(_USER)
    return None if not name or name.startswith(_HASHED) else unquote(name, errors="surrogatepass")


def _sequence_number(record: Mapping[str, Any]) -> str:
    return str(record["dynamodb"].get("SequenceNumber", ""))
