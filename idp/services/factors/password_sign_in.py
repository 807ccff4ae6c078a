"""Sign-in with a password: find the user, check the password, and decide whether the result may be disclosed.

A known, an unknown and a disabled user and one without a password get the same answer by the same calls and the same work (G-01, G-02):

    BatchGet  email, client, counters          a locked attempt ends here
    BatchGet  user, consent, remembered device with a random id if there is no user
    a hash    Argon2, or a foreign one         against a hash that no password has, if there is no user (decoys.py)
    a question to the system that people come from, if there is a connection for it (idp.services.migration)
    Update    the counter                      right: reset, on a condition; wrong: incremented
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from idp.domain.errors import Invalid, Throttled
from idp.domain.factors import password_policy
from idp.domain.factors.hash_mix import WAITING
from idp.domain.message import Message
from idp.domain.people import email as emails
from idp.store import keys
from idp.store.clients import place
from idp.store.consents import ConsentItem
from idp.store.user_items import EmailItem, UserItem
from idp.telemetry.record import count

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from idp.domain.apps.client import Client
    from idp.domain.clock import NewId
    from idp.domain.connections.connection import Connection
    from idp.domain.connections.password_question import Came, Question
    from idp.domain.people.consent import Consent
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.services.audit.recorder import Audit
    from idp.services.factors.decoys import Decoys
    from idp.services.factors.hash_counts import HashCounts
    from idp.services.factors.known_devices import Devices
    from idp.services.factors.lock_events import LockEvents
    from idp.services.factors.passwords import Passwords
    from idp.services.factors.throttling import Attempt, Throttling
    from idp.services.sessions.remembered_devices import RememberedDevices
    from idp.store.database import Database
    from idp.store.keys import Key
    from idp.store.tables import Item
    from idp.store.users import Users

WRONG = Message("sign_in.wrong")
"""The only message for every refused sign-in (OWASP ASVS 6.3.8)."""
WRONG_PASSWORD = Message("password.wrong")
"""The message for a signed-in user, whose email is known."""


@dataclass(frozen=True, slots=True)
class Proved:
    """A first factor was right. `client` and `consent` were read with the user; `device` is the cookie of this browser.

    `known_since`: when this browser became known (`Device`; epoch seconds).
    `amr`: the methods that were proved (RFC 8176). `recovery_codes`: of an account that was just created with a passkey, shown once.
    `remembered_device`: the id of the remembered device that may stand for the second factor, or empty.
    `parts`: parts of the transaction that writes the session, such as the use of a ticket.
    `upstream`: of a sign-in by a connection, what the session keeps of it (`Session.upstream`).
    """

    user: User
    client: Client | None
    consent: Consent | None
    device: str
    device_is_new: bool
    known_since: int
    amr: tuple[str, ...] = ("pwd",)
    remembered_device: str = ""
    recovery_codes: Sequence[str] = field(default=(), repr=False)
    parts: tuple[Any, ...] = ()
    upstream: Mapping[str, str] | None = None


class AskedConnections(Protocol):
    """Tells which connection may be asked about a password (`services.connections.buttons`)."""

    def wanted(self) -> list[tuple[type[Item], Key]]:
        """Return the key to read together with others. Empty while the copy is fresh."""
        ...

    def keep(self, found: Sequence[Any]) -> None:
        """Keep what was found at the keys of `wanted`."""
        ...

    def asked(self, client_id: str, email: str) -> str:
        """Return the id of the connection, or ""."""
        ...


class OtherSystem(Protocol):
    """The system that people come from (`services.migration`)."""

    def carry_out(self, asked: Question, came: Came) -> User | None:
        """Ask, and return the user who has the password as a hash here from now on, or None. Raises Invalid if there is no answer."""
        ...


class SignIn:
    """Checks the password as the first factor of a sign-in and wherever else it is required."""

    def __init__(
        self, database: Database, users: Users, passwords: Passwords, throttling: Throttling, devices: Devices, audit: Audit,
        locks: LockEvents, new_id: NewId, remembered_devices: Callable[[], RememberedDevices], decoys: Decoys,
        hash_counts: Callable[[], HashCounts], connections: AskedConnections, migration: Callable[[], OtherSystem],
    ) -> None:  # fmt: skip
        """`remembered_devices`: called only for a browser that has such a cookie; `hash_counts`: only after a hash was replaced;
        `migration`: only if another system is asked about a password.
        """
        self._db, self._users, self._passwords, self._throttling = database, users, passwords, throttling
        self._devices, self._audit, self._locks, self._new_id = devices, audit, locks, new_id
        self._remembered_devices, self._decoys, self._hash_counts = remembered_devices, decoys, hash_counts
        self._connections, self._migration = connections, migration

    def password(
        self, email_typed: str, password: str, *, client_id: str | None, device: str | None, origin: Origin, now: int,
        remembered: str | None = None,
    ) -> Proved:  # fmt: skip
        """Check the password of the user who has this email. `device`, `remembered`: the browser's cookies of these kinds.

        Raises:
            Invalid: email or password is wrong; the error does not say which. Or both are right, and the account is being deleted. Or
                another system was asked, and gave no answer.
            Throttled: too many attempts; the error does not say whether this one was right.
        """
        identity = emails.identity(email_typed)
        known = self._devices.recognise(device, identity, now)
        attempt = self._throttling.attempt(identity, known, origin.address, now)
        client_key = [place(client_id)] if client_id else []
        email_item, *rest = self._db.batch_get((EmailItem, keys.email(identity)), *attempt.wanted, *client_key, *self._connections.wanted())
        counters, rest = rest[: len(attempt.counters)], rest[len(attempt.counters) :]
        client_item = rest.pop(0) if client_key else None
        self._connections.keep(rest)
        attempt = attempt.begin(counters)
        client = client_item.client() if client_item else None

        user_id = email_item.user_id if email_item else self._new_id()
        consent_key = [(ConsentItem, keys.consent(user_id, client_id))] if client_id else []
        device_key = self._remembered_devices().wanted(remembered, user_id) if remembered else []
        asked_key = self._asked_key(client_id or "", identity)
        user_item, *others = self._db.batch_get((UserItem, keys.user(user_id)), *consent_key, *device_key, *asked_key)
        consent_item = others.pop(0) if consent_key else None
        device_item = others.pop(0) if device_key else None
        asked = others[0].connection() if asked_key and others[0] else None
        user = user_item.user() if user_item else None
        if user and user.email != identity:
            user = None  # the email was given to another user between the two reads

        user = self._verify(user, password, attempt, identity, origin=origin, client_id=client_id or "", asked=asked)
        count("SignIns", Outcome="success", Reason="password")
        self._rehash(user, password, now)
        known = self._devices.unless_disowned(known, user)
        device_now = known or self._devices.remember(identity, now)
        consent = consent_item.consent() if consent_item else None
        skips = self._remembered_devices().recognise(remembered, device_item, user, now) if device_key else ""
        return Proved(user, client, consent, device_now.handle, known is None, device_now.known_since, remembered_device=skips)

    def again(self, user: User, password: str, *, device: str | None, origin: Origin, now: int, event: str) -> None:
        """Check the password of a signed-in user, with the same counters as at a sign-in (G-06).

        Raises:
            Invalid: it is wrong.
            Throttled: too many attempts.
        """
        known = self._devices.recognise(device, user.email, now)
        attempt = self._throttling.attempt(user.email, known, origin.address, now)
        attempt = attempt.begin(self._db.batch_get(*attempt.wanted))
        self._verify(user, password, attempt, user.email, origin=origin, wrong=WRONG_PASSWORD, event=event)

    def _verify(
        self, user: User | None, password: str, attempt: Attempt, identity: str, *, origin: Origin, client_id: str = "",
        wrong: Message = WRONG, event: str = "sign_in.failed", asked: Connection | None = None,
    ) -> User:  # fmt: skip
        typed = _normalise(password)
        encoded, label = user.password_hash if user else None, self._decoys.label(identity)
        decoy = "" if label == WAITING else label
        matches = self._passwords.verify(encoded, typed or "", as_typed=password if typed else "", decoy=decoy)
        right = matches and typed is not None and user is not None and (not user.disabled or user.deleting_until > 0)
        if asked and typed and not right:
            from idp.domain.connections.password_question import Came, question  # imported only where people come from another system

            came = Came(identity, password, typed, client_id, origin, attempt.at)
            if wanted := question(asked, user, came, label=label):
                attempt, found = self._ask(wanted, came, attempt)
                user, right = found or user, found is not None
        if user and right and (forgotten := self._throttling.count_success(attempt)).may_disclose:
            self._locks.record_end(forgotten.ended, type_="sign_in", origin=origin, user_id=user.id, client_id=client_id)
            if user.disabled:
                from idp.services.mail.moment import at  # imported here because almost no sign-in needs it

                self._audit.record(event, outcome="failure", reason="deleting", origin=origin, subject=user.id, client_id=client_id)
                raise Invalid("sign_in.deleting", until=at(user.deleting_until))
            return user
        counted = self._throttling.count_failure(attempt)
        user_id = user.id if user else ""
        # The input may be a password, or the address of a person without an account: only its keyed hash is stored.
        about: Any = {"origin": origin, "client_id": client_id, **({} if user else {"account": self._throttling.trace(identity)})}
        self._locks.record_end(counted.ended, type_="sign_in", user_id=user_id, **about)
        reason = "unknown_email" if user is None else "disabled" if user.disabled else "over_the_limit" if right else "wrong_password"
        self._audit.record(event, outcome="failure", reason=reason, subject=user_id, failures=str(counted.failures), **about)
        self._locks.record_begin(counted.begun, type_="sign_in", user_id=user_id, now=attempt.at, **about)
        raise Invalid(wrong) if counted.may_disclose and not right else Throttled(counted.wait)

    def _asked_key(self, client_id: str, identity: str) -> list[tuple[Any, Any]]:
        """Return the key of the connection that is asked about passwords of this address, to be read together with the user."""
        connection_id = self._connections.asked(client_id, identity)
        if not connection_id:
            return []
        from idp.store.connection_items import ConnectionItem
        from idp.store.connection_keys import connection

        return [(ConnectionItem, connection(connection_id))]

    def _ask(self, wanted: Question, came: Came, attempt: Attempt) -> tuple[Attempt, User | None]:
        """Count the attempt, and then ask. Returns the counted attempt, and the user if the password is right and kept here."""
        subject, about = wanted.user.id if wanted.user else "", {} if wanted.user else {"account": self._throttling.trace(came.identity)}
        failed: Any = {"origin": came.origin, "client_id": came.client_id, "outcome": "failure", "subject": subject, **about}
        try:
            attempt = self._throttling.count_first(attempt)
            return attempt, self._migration().carry_out(wanted, came)
        except Throttled:
            self._audit.record("sign_in.failed", reason="over_the_limit", **failed)
            raise
        except Invalid:
            self._audit.record("sign_in.failed", reason="not_answered", **failed)
            raise

    def _rehash(self, user: User, password: str, now: int) -> None:
        """Hash the password again with the present parameters. A password that was changed at the same time stays."""
        if user.password_hash and self._passwords.needs_rehash(user.password_hash):
            new = self._passwords.hash(password_policy.normalise(password))
            done = self._users.set_password(user.id, new, was=user.password_hash, now=now, end_everything=False)
            if done:
                self._hash_counts().rehashed(user.password_hash)


def _normalise(password: str) -> str | None:
    """Return the password in the form that was hashed, or None if it cannot be a password, for example because it is too long."""
    try:
        return password_policy.normalise(password)
    except ValueError:
        return None
