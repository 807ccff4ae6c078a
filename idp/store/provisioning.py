"""What is provisioned and what is due (`state`). It can be lost: accounts are found again at the target by our id."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from idp.store import provisioning_keys as keys
from idp.store.keys import Key
from idp.store.provisioning_items import KEPT, Account, ProvisionDueItem, ProvisionedItem, ProvisionFailedItem, ProvisioningStateItem
from idp.store.tables import Item

if TYPE_CHECKING:
    from idp.domain.clock import NewId
    from idp.store.database import Database
    from idp.store.transport import Raw

LEASE = 60
"""Seconds that one worker has for one account."""


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
        key, model, holder = keys.provisioned(target_id, user_id), ProvisionedItem, self._new_id()
        free = model.pk.does_not_exist() | (model.leased_until < now) | (model.holder == holder)
        actions = [
            model.holder.set(holder), model.leased_until.set(now + LEASE), model.target_id.set(target_id), model.user_id.set(user_id),
            model.ttl.set(now + KEPT), model.kind.set(model.kind_name),
        ]  # fmt: skip
        written = self._db.update(model, key, actions, free)
        return written.account() if isinstance(written, ProvisionedItem) else None

    def settle(self, due: ProvisionDueItem, account: Account, *, now: int) -> bool:
        """Keep the account, and remove what was due and a failure of before. False if another worker took it (see `_lost`)."""
        return self._write(account, now) and self._done(due)

    def forget(self, due: ProvisionDueItem, account: Account, *, now: int) -> bool:
        """Remove everything about an account that is no more. False if another worker took it."""
        key = keys.provisioned(account.target_id, account.user_id)
        refused = self._db.delete(ProvisionedItem, key, ProvisionedItem.holder == account.holder)
        return self._lost(account, now) if refused and refused.old is not None else self._done(due)

    def postpone(self, due: ProvisionDueItem, account: Account, *, until: int, now: int) -> bool:
        """Look at it again later. After a crash in between it is looked at twice, never omitted. False if another worker took it."""
        later = self._due(account.target_id, account.user_id, until, now)
        return self._write(account, now) and self._done(due, later, failed=False)

    def give_up(self, due: ProvisionDueItem, account: Account, problem: str, *, now: int) -> bool:
        """Keep it as a failure, for an admin. False if another worker took it."""
        failed = ProvisionFailedItem.new(
            keys.provision_failed(account.target_id, account.user_id), target_id=account.target_id, user_id=account.user_id,
            problem=problem, failed_at=now, ttl=now + KEPT,
        )  # fmt: skip
        return self._write(account, now) and self._done(due, failed, failed=False)

    def _write(self, account: Account, now: int) -> bool:
        """Write the account and end the lease. False if the lease ended before, and another worker took the account."""
        return self._db.put(_provisioned(account, now), ProvisionedItem.holder == account.holder) is None or self._lost(account, now)

    def _lost(self, account: Account, now: int) -> bool:
        """What this worker and the other one sent may have arrived in any order. So a worker asks the target again. Returns False."""
        self.doubt([account])
        self.queue([(account.target_id, account.user_id)], now=now)
        return False

    def _done(self, due: ProvisionDueItem, *puts: Item, failed: bool = True) -> bool:
        """Write these items, and remove what was due, and the failure of before, if `failed`."""
        gone: list[tuple[type[Item], Key]] = [(ProvisionDueItem, _key(due))]
        if failed:
            gone.append((ProvisionFailedItem, keys.provision_failed(due.target_id, due.user_id)))
        self._db.batch_write(puts=puts, deletes=gone)
        return True

    def accounts(self, target_id: str, user_ids: Iterable[str]) -> dict[str, Account]:
        """The accounts of these users, by user id."""
        wanted: list[tuple[type[Item], Key]] = [(ProvisionedItem, keys.provisioned(target_id, each)) for each in dict.fromkeys(user_ids)]
        found = self._db.batch_get(*wanted) if wanted else []
        return {item.user_id: item.account() for item in found if item}

    def doubt(self, accounts: Iterable[Account]) -> None:
        """Say that the target may have something else than what was sent. The next worker asks the target.

        A worker that has the account now cannot write it any more; its lease stays, so that no other one sends at the same time.
        """
        model = ProvisionedItem
        for each in accounts:
            key = keys.provisioned(each.target_id, each.user_id)
            self._db.update(model, key, [model.have.set(""), model.holder.set("")], model.pk.exists())

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
            self._db.batch_write(deletes=[(kind, Key(raw["pk"]["S"], raw["sk"]["S"])) for raw in found])
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
        """Look at these accounts now, also at the target. They are no failures any more."""
        wanted = list(dict.fromkeys(user_ids))
        self.doubt(Account(target_id, each) for each in wanted)
        self._db.batch_write(
            puts=[self._due(target_id, each, now, now) for each in wanted],
            deletes=[(ProvisionFailedItem, keys.provision_failed(target_id, each)) for each in wanted],
        )

    def state(self, target_id: str) -> ProvisioningStateItem:
        """The state of a target; a new one if there is none."""
        key = keys.provisioning_target(target_id)
        return self._db.get(ProvisioningStateItem, key) or ProvisioningStateItem.new(key, target_id=target_id)

    def keep(self, state: ProvisioningStateItem, *, now: int) -> None:
        """Write the state of a target, whatever it is now."""
        state.ttl, state.mark = now + KEPT, self._new_id()
        self._db.put(state)

    def keep_unless_changed(self, state: ProvisioningStateItem, *, now: int) -> bool:
        """Write the state of a target, if it was not written since it was read. So a comparison that began meanwhile is not lost."""
        model = ProvisioningStateItem
        same = (model.mark == state.mark) if state.mark else model.mark.does_not_exist()
        state.ttl, state.mark = now + KEPT, self._new_id()
        return self._db.put(state, same) is None

    def _due(self, target_id: str, user_id: str, due: int, now: int) -> ProvisionDueItem:
        key = keys.provision_due(target_id, due, self._new_id())
        return ProvisionDueItem.new(key, target_id=target_id, user_id=user_id, due=due, ttl=now + KEPT)


def _key(due: ProvisionDueItem) -> Key:
    return Key(due.pk, due.sk)


def _provisioned(it: Account, now: int) -> ProvisionedItem:
    return ProvisionedItem.new(
        keys.provisioned(it.target_id, it.user_id), target_id=it.target_id, user_id=it.user_id, remote_id=it.remote_id, have=it.have,
        user_version=it.version, attempts=it.attempts, leased_until=0, holder=it.holder, ttl=now + KEPT,
    )  # fmt: skip
