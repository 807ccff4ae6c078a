"""Just-in-time migration: asks the old system, and stores the hash of people whose password was right (threats R-11, R-17).

A question about a made-up person has a random password, and its answer does not count (`domain.connections.password_question`).
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.connections.decision import vouches_for
from idp.domain.connections.password_question import waits_for
from idp.domain.errors import Invalid
from idp.domain.factors.hash_mix import WAITING
from idp.domain.people.user import ID_PREFIX, User
from idp.services.hooks.registration import BY_CONNECTION
from idp.services.migration.told import NotToldError, Told

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.clock import NewId
    from idp.domain.connections.connection import Connection
    from idp.domain.connections.password_question import Came, Question
    from idp.services.audit.recorder import Audit
    from idp.services.factors.hash_counts import HashCounts
    from idp.services.factors.passwords import Passwords
    from idp.services.hooks.registration import RegistrationHooks
    from idp.services.keys.keyring import Keyring
    from idp.services.migration.hook import PasswordHook
    from idp.store.users import Users

EVENT = "user.migrated"
_TRIES = 3


class Migration:
    """Asks, and keeps people whose password was right."""

    def __init__(
        self, *, hook: PasswordHook, users: Users, passwords: Passwords, keyring: Keyring, audit: Audit,
        hash_counts: Callable[[], HashCounts], new_id: NewId, registration_hooks: RegistrationHooks,
    ) -> None:  # fmt: skip
        self._hook, self._users, self._passwords, self._keyring = hook, users, passwords, keyring
        self._audit, self._hash_counts, self._new_id = audit, hash_counts, new_id
        self._registration_hooks = registration_hooks

    def carry_out(self, asked: Question, came: Came) -> User | None:
        """Ask, and return the user who has the password as a hash here from now on. None: it is wrong, or the person is made up.

        Raises:
            Invalid: the other system gave no usable answer. Nothing was stored.
        """
        try:
            told = self._ask(asked, came)
        except NotToldError as error:
            raise Invalid("sign_in.try_again", detail=f"connection {asked.connection.id}: {error.detail}") from None
        return self._keep(asked, told, came) if told.right and asked.real else None

    def _ask(self, asked: Question, came: Came) -> Told:
        if asked.real:
            return self._hook.ask(asked.connection, came.identity, came.typed, came.now)
        nobody = hmac.digest(self._keyring.derive("migration of nobody"), came.identity.encode(), "sha256").hex()[:16]
        password = secrets.token_urlsafe(len(came.typed))[: len(came.typed)]
        told = self._hook.ask(asked.connection, f"{nobody}@decoy.invalid", password, came.now)
        return told._replace(right=False)

    def _keep(self, asked: Question, told: Told, came: Came) -> User | None:
        hashed, user = self._passwords.hash(came.normalised), asked.user
        for _ in range(_TRIES):
            written = self._write(user, hashed, asked.connection, told, came)
            if written:
                if user:
                    self._hash_counts().rehashed(WAITING)
                return written
            user_id = user.id if user else self._users.id_of(came.identity)
            user = self._users.get(user_id) if user_id else None
            if user is None or user.email != came.identity or user.disabled or user.admin:
                return None
            if not waits_for(user):  # another sign-in was first, or the person set a password meanwhile
                return user if self._passwords.verify(user.password_hash, came.normalised) else None
        raise Invalid("sign_in.try_again")

    def _write(self, user: User | None, hashed: str, connection: Connection, told: Told, came: Came) -> User | None:
        """Write the hash, the end of the wait and the event in one transaction, if the user was not written meanwhile."""
        vouched = told.email_verified and vouches_for(connection, came.identity)
        base = user or User(ID_PREFIX + self._new_id(), came.identity, created_at=came.now)
        after = replace(
            base, password_hash=hashed, awaits_migration=False, claims={**told.claims, **base.claims}, updated_at=came.now,
            email_verified=base.email_verified or vouched, mfa_required=base.mfa_required or told.second_factor,
        )  # fmt: skip
        if user is None:
            self._registration_hooks.require_allowed(
                after, None, client_id=came.client_id, how=BY_CONNECTION, connection=connection.id, origin=came.origin
            )
        event = self._audit.record_part(
            EVENT, origin=came.origin, actor=after.id, subject=after.id, client_id=came.client_id, connection=connection.id,
            account="imported" if user else "new",
        )  # fmt: skip
        if user is None:
            return after if self._users.create(after, also=[event]) else None
        return self._users.replace(after, also=[event])
