"""The consumer of the stream that makes the accounts of changed people due. It takes the id of a person from a change, and nothing else.

The worker reads what the person is now, so a change may come twice or late.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from idp.domain.errors import Invalid, Unavailable

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from idp.domain.clock import Clock
    from idp.domain.streams.change import Change
    from idp.store.provisioning import Provisioning
    from idp.store.provisioning_targets import ProvisioningTargets

_USER, _SORT = "USER#", "USER"
_HASHED = "%%"
_AT_ONCE = 25
_FAILURES = 3


class ProvisioningChanges:
    """Makes the accounts of changed people due at each target."""

    name = "provisioning"
    kinds = frozenset({"user"})

    def __init__(self, targets: ProvisioningTargets, provisioning: Provisioning, clock: Clock) -> None:
        self._targets, self._provisioning, self._clock = targets, provisioning, clock

    def take(self, changes: Sequence[Change]) -> Collection[str]:
        """Take changes, as of `idp.services.streams.dispatcher.Consumer`.

        A person who cannot be written fails alone: the others of the batch are done (threats R-02).
        """
        changed = [(found, each.sequence) for each in changes if (found := changed_user(each)) is not None]
        failed: list[str] = []
        if changed:
            try:
                self._take(changed, [each.id for each in self._targets.all()], failed)
            except Unavailable:
                failed = failed or [changed[0][1]]
        return failed

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


def changed_user(change: Change) -> str | None:
    """Return the id of the user whose item a change is about. None for every other change."""
    if change.sk != _SORT or not change.pk.startswith(_USER):
        return None
    name = change.pk.removeprefix(_USER)
    return None if not name or name.startswith(_HASHED) else unquote(name, errors="surrogatepass")
