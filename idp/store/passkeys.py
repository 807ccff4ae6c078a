"""Passkeys (`directory`): the credential beside its user, a finder that makes its id unique, and a summary in the user.

They change together in one transaction. Its condition is the version of the user that the caller read, so that a page counts once.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING

from idp.domain.factors.added import Added
from idp.domain.passkeys.passkey import Passkey
from idp.store import factor_keys, keys
from idp.store.database import Refused
from idp.store.factors import RecoveryItem, recovery_item
from idp.store.passkey_items import CredentialItem, PasskeyItem, erasing, finder_item, passkey_item
from idp.store.user_items import UserItem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pynamodb.expressions.condition import Condition
    from pynamodb.expressions.update import Action

    from idp.domain.people.user import User
    from idp.store.database import Database
    from idp.store.transport import Raw


class Used(Enum):
    """The result of a use. NEWER_CHALLENGE: a challenge that was issued later, or this one, was used. COPIED: the counter did not grow."""

    DONE = "done"
    GONE = "gone"
    NEWER_CHALLENGE = "newer_challenge"
    COPIED = "copied"


class CredentialTakenError(Exception):
    """A user has a passkey with this credential id."""


class Passkeys:
    """Reads and writes passkeys. `attempt` is a new id of each request, by which a retry recognises its own write."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def of(self, user_id: str) -> list[Passkey]:
        """All passkeys of a user, the oldest first. One Query."""
        found = self._db.query_all("directory", keys.user_pk(user_id), sk_begins=factor_keys.PASSKEY)
        return sorted((one.passkey() for one in PasskeyItem.readable(found)), key=lambda one: (one.created_at, one.id))

    def exist(self) -> bool:
        """Whether any user has a passkey. It reads the table up to the first one: for the command line only."""
        return any(raw.get("kind") == {"S": PasskeyItem.kind_name} for raw in self._db.scan("directory"))

    def add(
        self, user: User, passkey: Passkey, *, issued: int, attempt: str, recovery: Iterable[str] = (), also: Iterable[Raw] = (),
        waits: bool = False,
    ) -> User | None:  # fmt: skip
        """Add a passkey, with new recovery codes if there are some. Returns the written user; None if the user was written meanwhile.

        `issued`: when the challenge was issued (ms). `also`: parts without a condition that are written in the same transaction.
        `waits`: it is no second factor before its first use (`User.automatic_passkeys`).

        Raises:
            CredentialTakenError: a user has this credential.
        """
        new = {passkey.id: passkey.summary}
        if waits:
            after = replace(user, automatic_passkeys={**user.automatic_passkeys, **new}, awaits_migration=False, version=user.version + 1)
        else:
            after = replace(user, passkeys={**user.passkeys, **new}, awaits_migration=False, version=user.version + 1)
        parts = self.adding_parts(passkey, issued=issued, attempt=attempt, recovery=recovery)
        refused = self._db.transact(*parts, self._user_part(user, after, passkey.created_at), *also)
        if refused is None or self._db.was_written(refused[0], finder_item(passkey, attempt)):
            return after
        if refused[0]:
            raise CredentialTakenError
        return None

    def adding_parts(self, passkey: Passkey, *, issued: int, attempt: str, recovery: Iterable[str] = ()) -> list[Raw]:
        """The parts of a transaction that add a passkey, the finder first. The caller writes the user with it. Arguments as of `add`."""
        parts = [
            self._db.put_part(finder_item(passkey, attempt), CredentialItem.pk.does_not_exist()),
            self._db.put_part(passkey_item(passkey, last_challenge_at=issued)),
        ]
        if digests := list(recovery):
            parts.append(self._db.put_part(recovery_item(passkey.user_id, digests, passkey.created_at, passkey.browser_known_since)))
        return parts

    def remove(self, user: User, passkey_id: str, *, now: int, last_factor: bool, event: Raw) -> User | None:
        """Remove a passkey, and the recovery codes if it was the `last_factor`. Returns the user as written, for one attempt.

        `event`: the audit event, from `Audit.once_part`. None, with nothing written, if the user was written meanwhile.
        """
        after = replace(Added(passkeys=(passkey_id,)).without(user), version=user.version + 1, factor_stamp=user.factor_stamp + 1)
        codes = [self._db.delete_part(RecoveryItem, factor_keys.recovery_codes(user.id))] if last_factor else []
        removed = [*erasing(self._db, user.id, [passkey_id]), *codes]
        return after if self._db.was_applied(self._db.transact(self._user_part(user, after, now), *removed, event)) else None

    def remove_parts(self, user_id: str, passkey_ids: Iterable[str], *, last_factor: bool) -> list[Raw]:
        """The parts of a transaction that remove passkeys, and the recovery codes if no factor is left (`last_factor`).

        The caller writes the user without the passkeys.
        """
        codes = [self._db.delete_part(RecoveryItem, factor_keys.recovery_codes(user_id))] if last_factor else []
        return [*erasing(self._db, user_id, passkey_ids), *codes]

    def rename(self, user_id: str, passkey_id: str, name: str) -> bool:
        """Give it another name. False if it does not exist."""
        place = factor_keys.passkey(user_id, passkey_id)
        return not isinstance(self._db.update(PasskeyItem, place, [PasskeyItem.name.set(name)], PasskeyItem.pk.exists()), Refused)

    def use(
        self, passkey: Passkey, *, sign_count: int, backed_up: bool, verified: bool, issued: int, now: int, attempt: str,
        alone: bool = False, eligible: bool = False,
    ) -> Used:  # fmt: skip
        """Use it once with a challenge that was issued at `issued` (ms), for one attempt. One write. `alone`: without a password.

        `eligible`: what the authenticator said; it is stored if it is not known yet (`Passkey.backup_unknown`).

        The condition: no challenge was used that was issued at this time or later (N-02), the counter grows, or stays 0 (N-08), and what
        was not known is not known still.
        """
        actions, unused = _use(sign_count, issued, now, attempt, backed_up=backed_up, verified=verified, alone=alone)
        if passkey.backup_unknown:
            actions, unused = _settled(actions, unused, eligible=eligible)
        done = self._db.update(PasskeyItem, factor_keys.passkey(passkey.user_id, passkey.id), actions, unused)
        return _used(done.old, issued, attempt, passkey) if isinstance(done, Refused) else Used.DONE

    def use_first(
        self, user: User, passkey: Passkey, *, sign_count: int, backed_up: bool, issued: int, now: int, attempt: str,
        recovery: Iterable[str], known_since: int | None, also: Iterable[Raw] = (), eligible: bool = False,
    ) -> tuple[Used, User]:  # fmt: skip
        """Use a passkey alone that waits for its first use, and count it as a second factor from now on, with these recovery codes.

        Returns the user as written. One transaction. Arguments and conditions as of `use`; and NEWER_CHALLENGE if the user was written
        meanwhile. `known_since`: when the browser became known. `also`: as of `add`.
        """
        listed = {**user.passkeys, passkey.id: passkey.summary}
        after = replace(user, passkeys=listed, automatic_passkeys={**user.automatic_passkeys, passkey.id: ""}, version=user.version + 1)
        actions, unused = _use(sign_count, issued, now, attempt, backed_up=backed_up, verified=True, alone=True)
        if passkey.backup_unknown:
            actions, unused = _settled(actions, unused, eligible=eligible)
        digests = list(recovery)
        refused = self._db.transact(
            self._db.update_part(PasskeyItem, factor_keys.passkey(user.id, passkey.id), actions, unused),
            self._user_part(user, after, now),
            *([self._db.put_part(recovery_item(user.id, digests, now, known_since))] if digests else []),
            *also,
        )
        if refused is None:
            return Used.DONE, after
        return (_used(refused[0].get("Item"), issued, attempt, passkey) if refused[0] else Used.NEWER_CHALLENGE), after

    def _user_part(self, user: User, after: User, now: int) -> Raw:
        """The part that writes the passkeys of `after`, if the user was not written since it was read."""
        listed, automatic = UserItem.passkeys, UserItem.automatic_passkeys
        actions: list[Action] = [
            listed.set(dict(after.passkeys)) if after.passkeys else listed.remove(), UserItem.updated_at.set(now),
            UserItem.version.set(user.version + 1), UserItem.awaits_migration.remove(),
        ]  # fmt: skip
        if after.automatic_passkeys != user.automatic_passkeys:
            actions.append(automatic.set(dict(after.automatic_passkeys)))
        if after.factor_stamp != user.factor_stamp:
            actions.append(UserItem.factor_stamp.add(1))
        return self._db.update_part(UserItem, keys.user(user.id), actions, UserItem.version == user.version)


def _use(
    sign_count: int, issued: int, now: int, attempt: str, *, backed_up: bool, verified: bool, alone: bool
) -> tuple[list[Action], Condition]:  # fmt: skip
    """The actions of a use, and its condition."""
    grows = PasskeyItem.sign_count < sign_count if sign_count else PasskeyItem.sign_count == 0
    actions: list[Action] = [
        PasskeyItem.sign_count.set(sign_count), PasskeyItem.backed_up.set(backed_up), PasskeyItem.used_at.set(now),
        PasskeyItem.last_challenge_at.set(issued), PasskeyItem.used_by.set(attempt),
    ]  # fmt: skip
    if verified:
        actions.append(PasskeyItem.user_verified.set(True))
    if alone:
        actions.append(PasskeyItem.alone.set(True))
    return actions, (PasskeyItem.last_challenge_at < issued) & grows


def _settled(actions: list[Action], condition: Condition, *, eligible: bool) -> tuple[list[Action], Condition]:
    """The same for a first use that settles whether the passkey may be synced. Of several at once only one does."""
    more = [PasskeyItem.backup_eligible.set(eligible), PasskeyItem.backup_unknown.remove()]
    return [*actions, *more], condition & PasskeyItem.backup_unknown.exists()


def _used(stored: Raw | None, issued: int, attempt: str, judged: Passkey) -> Used:
    """Why a use was refused, by the item that is stored. `judged`: as it was read before. If another use settled it, it is read again."""
    old = PasskeyItem.of(stored)
    if old is None:
        return Used.GONE
    if old.used_by == attempt:
        return Used.DONE
    settled = judged.backup_unknown and not old.backup_unknown
    return Used.NEWER_CHALLENGE if settled or old.last_challenge_at >= issued else Used.COPIED
