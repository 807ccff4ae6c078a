"""Records of the stream of `directory`: which people changed. The rest of a record is not read, and no record is logged (threats R-01).

The stream has only keys (`StreamViewType: KEYS_ONLY`). The worker reads what the person is now, so a record may come twice or late.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from idp.domain.errors import Unavailable
from idp.telemetry.record import count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from idp.domain.clock import Clock
    from idp.store.provisioning import Provisioning
    from idp.store.provisioning_targets import ProvisioningTargets

_USER, _SORT = "USER#", "USER"
_HASHED = "%%"
_AT_ONCE = 25


class ProvisioningChanges:
    """Makes the accounts of changed people due at each target."""

    def __init__(self, targets: ProvisioningTargets, provisioning: Provisioning, clock: Clock) -> None:
        self._targets, self._provisioning, self._clock = targets, provisioning, clock

    def take(self, records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Take a batch. Returns `batchItemFailures`: Lambda gives the records from the first of them on again (ReportBatchItemFailures).

        A record that cannot be read tells of nobody, so it never stops the stream (threats R-02).
        """
        changed = [(found, _sequence_number(each)) for each in records if (found := changed_user(each)) is not None]
        if not changed:
            return {"batchItemFailures": []}
        done = 0
        try:
            targets = [each.id for each in self._targets.all()]
            for done in range(0, len(changed), _AT_ONCE):
                people = dict.fromkeys(user_id for user_id, _ in changed[done : done + _AT_ONCE])
                self._provisioning.queue([(target, each) for each in people for target in targets], now=self._clock())
        except Unavailable:
            count("ProvisioningRecordsFailed")
            return {"batchItemFailures": [{"itemIdentifier": changed[done][1]}]}
        return {"batchItemFailures": []}


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
