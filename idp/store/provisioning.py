"""What is provisioned and what is due (`state`). It can be lost: accounts are found again at the target by our id."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.store import keys
from idp.store.attributes import ObjectAttribute
from idp.store.tables import Item, StateItem

if TYPE_CHECKING:
    from idp.domain.clock import NewId
    from idp.store.database import Database
    from idp.store.transport import Raw

KEPT = 400 * 86400
"""Seconds after which an item expires that nothing touched. The nightly comparison writes it again."""
LEASE = 60
"""Seconds that one worker has for one account."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account at a target. `remote_id`: its id there. `have`: the fingerprint of what was sent, or "". `version`: of the user then.

    `attempts`: failures since the last success.
    """

    target_id: str
    user_id: str
    remote_id: str = ""
    have: str = ""
    version: int = 0
    attempts: int = 0


class ProvisionedItem(StateItem):
    """The item of an account. `leased_until`: one worker looks at it until then."""

    kind_name = "provisioned"
    target_id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    remote_id = UnicodeAttribute(default="")
    have = UnicodeAttribute(default="")
    user_version = NumberAttribute(default=0)
    attempts = NumberAttribute(default=0)
    leased_until = NumberAttribute(default=0)

    def account(self) -> Account:
        """Convert it to the dataclass."""
        return Account(self.target_id, self.user_id, self.remote_id, self.have, int(self.user_version), int(self.attempts))


class ProvisionDueItem(StateItem):
    """A user whose account has to be looked at."""

    kind_name = "provision_due"
    target_id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    due = NumberAttribute()


class ProvisionFailedItem(StateItem):
    """A user whose account could not be brought up to date. `problem`: what the target answered, in words of ours."""

    kind_name = "provision_failed"
    target_id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    problem = UnicodeAttribute()
    failed_at = NumberAttribute()


class ProvisioningStateItem(StateItem):
    """The state of a target. `rests_until`: nothing is sent before. `comparing`: how far the comparison is, or absent."""

    kind_name = "provisioning_state"
    target_id = UnicodeAttribute()
    rests_until = NumberAttribute(default=0)
    failing_since = NumberAttribute(default=0)
    sent_at = NumberAttribute(default=0)
    problem = UnicodeAttribute(default="")
    comparing = ObjectAttribute(null=True)


class Provisioning:
    """Reads and writes these items."""

    def __init__(self, database: Database, new_id: NewId) -> None:
        self._db, self._new_id = database, new_id

    def queue(self, wanted: Iterable[tuple[str, str]], *, now: int) -> None:
        """Say that the accounts (target id, user id) have to be looked at, 25 per call."""
        self._db.batch_write(puts=[self._due(target, user, now, now) for target, user in dict.fromkeys(wanted)])

    def due(self, target_id: str, now: int, *, limit: int) -> list[ProvisionDueItem]:
        """What is due at a target, the oldest first."""
        found, _ = self._db.query("state", keys.provision_due_pk(target_id), after=" ", before=f"DUE#{now:010d}~", limit=limit)
        return ProvisionDueItem.readable(found)

    def claim(self, target_id: str, user_id: str, *, now: int) -> Account | None:
        """The account, if no other worker has it. It is ours for LEASE seconds, so changes of a person are sent one after another."""
        key, model = keys.provisioned(target_id, user_id), ProvisionedItem
        free = model.pk.does_not_exist() | (model.leased_until < now)
        actions = [
            model.leased_until.set(now + LEASE), model.target_id.set(target_id), model.user_id.set(user_id), model.ttl.set(now + KEPT),
            model.kind.set(model.kind_name),
        ]  # fmt: skip
        written = self._db.update(model, key, actions, free)
        return written.account() if isinstance(written, ProvisionedItem) else None

    def settle(self, due: ProvisionDueItem, account: Account, *, now: int) -> None:
        """Keep the account, and remove what was due and a failure of before."""
        self._db.batch_write(
            puts=[_provisioned(account, now)],
            deletes=[(ProvisionDueItem, _key(due)), (ProvisionFailedItem, keys.provision_failed(account.target_id, account.user_id))],
        )

    def forget(self, due: ProvisionDueItem, account: Account) -> None:
        """Remove everything about an account that is no more."""
        failed = keys.provision_failed(account.target_id, account.user_id)
        self._db.batch_write(
            deletes=[
                (ProvisionedItem, keys.provisioned(account.target_id, account.user_id)), (ProvisionDueItem, _key(due)),
                (ProvisionFailedItem, failed),
            ]
        )  # fmt: skip

    def postpone(self, due: ProvisionDueItem, account: Account, *, until: int, now: int) -> None:
        """Look at it again later. After a crash in between it is looked at twice, never omitted."""
        later = self._due(account.target_id, account.user_id, until, now)
        self._db.batch_write(puts=[_provisioned(account, now), later], deletes=[(ProvisionDueItem, _key(due))])

    def give_up(self, due: ProvisionDueItem, account: Account, problem: str, *, now: int) -> None:
        """Keep it as a failure, for an admin."""
        failed = ProvisionFailedItem.new(
            keys.provision_failed(account.target_id, account.user_id), target_id=account.target_id, user_id=account.user_id,
            problem=problem, failed_at=now, ttl=now + KEPT,
        )  # fmt: skip
        self._db.batch_write(puts=[_provisioned(account, now), failed], deletes=[(ProvisionDueItem, _key(due))])

    def accounts(self, target_id: str, user_ids: Iterable[str]) -> dict[str, Account]:
        """The accounts of these users, by user id."""
        wanted: list[tuple[type[Item], keys.Key]] = [
            (ProvisionedItem, keys.provisioned(target_id, each)) for each in dict.fromkeys(user_ids)
        ]
        found = self._db.batch_get(*wanted) if wanted else []
        return {item.user_id: item.account() for item in found if item}

    def doubt(self, accounts: Iterable[Account]) -> None:
        """Say that the target has something else than what was sent. The next worker asks the target."""
        for each in accounts:
            key = keys.provisioned(each.target_id, each.user_id)
            self._db.update(ProvisionedItem, key, [ProvisionedItem.have.set("")], ProvisionedItem.pk.exists())

    def states(self) -> list[ProvisioningStateItem]:
        """The states of all targets, also of those that were removed."""
        return ProvisioningStateItem.readable(list(self._db.query_all("state", keys.PROVISIONING)))

    def purge(self, target_id: str, *, limit: int) -> bool:
        """Remove what there is of a target that was removed, at most so many items of each kind. Returns whether nothing is left."""
        left = False
        for kind, pk in (
            (ProvisionDueItem, keys.provision_due_pk(target_id)), (ProvisionFailedItem, keys.provision_failed_pk(target_id)),
            (ProvisionedItem, keys.provisioned_pk(target_id)),
        ):  # fmt: skip
            found, more = self._db.query("state", pk, limit=limit)
            self._db.batch_write(deletes=[(kind, keys.Key(raw["pk"]["S"], raw["sk"]["S"])) for raw in found])
            left = left or more is not None
        if not left:
            self._db.delete(ProvisioningStateItem, keys.provisioning_target(target_id))
        return not left

    def page(self, target_id: str, *, start: Raw | None, limit: int) -> tuple[list[Account], Raw | None]:
        """One page of the accounts at a target."""
        found, more = self._db.query("state", keys.provisioned_pk(target_id), limit=limit, start=start)
        return [item.account() for item in ProvisionedItem.readable(found)], more

    def failures(self, target_id: str, *, start: Raw | None = None, limit: int = 50) -> tuple[list[ProvisionFailedItem], Raw | None]:
        """One page of the failures at a target."""
        found, more = self._db.query("state", keys.provision_failed_pk(target_id), limit=limit, start=start)
        return ProvisionFailedItem.readable(found), more

    def redeliver(self, target_id: str, user_ids: Iterable[str], *, now: int) -> None:
        """Look at these accounts now. They are no failures any more."""
        wanted = list(dict.fromkeys(user_ids))
        self._db.batch_write(
            puts=[self._due(target_id, each, now, now) for each in wanted],
            deletes=[(ProvisionFailedItem, keys.provision_failed(target_id, each)) for each in wanted],
        )

    def state(self, target_id: str) -> ProvisioningStateItem:
        """The state of a target; a new one if there is none."""
        key = keys.provisioning_target(target_id)
        return self._db.get(ProvisioningStateItem, key) or ProvisioningStateItem.new(key, target_id=target_id)

    def keep(self, state: ProvisioningStateItem, *, now: int) -> None:
        """Write the state of a target."""
        state.ttl = now + KEPT
        self._db.put(state)

    def _due(self, target_id: str, user_id: str, due: int, now: int) -> ProvisionDueItem:
        key = keys.provision_due(target_id, due, self._new_id())
        return ProvisionDueItem.new(key, target_id=target_id, user_id=user_id, due=due, ttl=now + KEPT)


def _key(due: ProvisionDueItem) -> keys.Key:
    return keys.Key(due.pk, due.sk)


def _provisioned(it: Account, now: int) -> ProvisionedItem:
    return ProvisionedItem.new(
        keys.provisioned(it.target_id, it.user_id), target_id=it.target_id, user_id=it.user_id, remote_id=it.remote_id, have=it.have,
        user_version=it.version, attempts=it.attempts, leased_until=0, ttl=now + KEPT,
    )  # fmt: skip
