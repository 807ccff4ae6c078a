"""Makes the account of an imported person. Nothing is taken over that an option does not name (threats R-10)."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from idp.domain.errors import Invalid, InvalidValue
from idp.domain.factors import recovery_codes
from idp.domain.factors.totp import Parameters
from idp.domain.moving.person import ImportedPerson, RefusedRow, RowError
from idp.domain.people.user import ID_PREFIX, User, may_be_kept
from idp.services.access.assignments import resolve_names
from idp.services.moving import imported_factors
from idp.services.moving.imported_links import ImportedLinks
from idp.services.people.used_ids import id_mark
from idp.store.factors import Totp
from idp.store.people_imports import NewPerson

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from idp.domain.access.roles import RoleModel
    from idp.domain.apps.client import Client
    from idp.domain.clock import NewId
    from idp.domain.connections.connection import Connection
    from idp.domain.passkeys.passkey import Passkey
    from idp.services.keys.keyring import Keyring
    from idp.services.moving.choices import Choices

PURPOSE = "imported people"
"""The purpose of the derived key for the hash of an id in another system."""


class Prepared(NamedTuple):
    """An account, and what the file had about the person that the account has not."""

    person: NewPerson
    left_out: list[str]


class Place(NamedTuple):
    """What an import needs to know about this deployment.

    `model`: all roles and groups. `connections`: by their ids. `client_ids`: ids of apps that could be ids of people. `rp_id`: of passkeys.
    `client`: finds an app.
    """

    model: RoleModel
    connections: Mapping[str, Connection]
    client_ids: Collection[str]
    rp_id: str
    client: Callable[[str], Client | None] = lambda _: None


class Preparation:
    """Turns rows into accounts, for one import."""

    def __init__(self, keyring: Keyring, accept: Callable[[str], str], new_id: NewId, place: Place, choices: Choices) -> None:
        """`accept`: `ForeignHashes.accept`.

        Raises:
            Invalid: a link is mapped to a connection that does not exist.
        """
        self._keyring, self._accept, self._new_id, self._place, self._choices = keyring, accept, new_id, place, choices
        self._key, self._codes_key = keyring.derive(PURPOSE), keyring.derive(recovery_codes.PURPOSE)
        for connection_id in choices.links.values():
            if connection_id not in place.connections:
                raise Invalid("moving.connection_unknown", field="--with-links", id=connection_id)
        self._links = ImportedLinks({name: place.connections[chosen] for name, chosen in choices.links.items()})

    def prepare(self, person: ImportedPerson, system: str, now: int) -> Prepared | RefusedRow:
        """Return the account, or why there can be none. It is never an admin."""
        try:
            return self._prepared(person, system, now)
        except (Invalid, InvalidValue) as error:
            return RefusedRow(person.row, person.source_id, error.message, getattr(error, "field", "") or "")

    def _prepared(self, person: ImportedPerson, system: str, now: int) -> Prepared:
        choices, user_id = self._choices, self._user_id(person)
        passkeys, others = (
            imported_factors.passkeys(person, user_id, self._place.rp_id, now)
            if choices.with_passkeys
            else ([], ["passkeys"] * bool(person.passkeys))
        )
        totp = self._totp(person, user_id, now)
        user = self._user(person, user_id, passkeys, now)
        codes, more = None, ["recovery codes"] * bool(person.recovery_codes)
        if choices.with_recovery_codes and user.has_second_factor:
            codes, more = imported_factors.recovery_digests(person, user_id, self._codes_key, now)
        made = NewPerson(
            user, system, source_mark(self._key, system, person.source_id), totp, self._links.of(person, user_id, now),
            tuple(one for one, _ in passkeys), codes, kept=self._new_id() if choices.keep_ids else "",
            id_mark=id_mark(self._keyring, user_id) if choices.keep_ids else "",
        )  # fmt: skip
        if choices.own and person.own:
            from idp.services.moving import own_people

            made = own_people.complete(made, person.own, self._place.client, with_admins=choices.with_admins, now=now)
            if made.codes and (key := made.codes.key or choices.code_key):
                made = replace(made, codes=made.codes._replace(key=self._keyring.protect(f"recovery:{user_id}", key)))
            return Prepared(made, [*person.left_out, *others, *_left_out(person, choices)])
        return Prepared(made, [*person.left_out, *self._links.left_out(person), *others, *more, *_left_out(person, choices)])

    def _user_id(self, person: ImportedPerson) -> str:
        """Return a new id, or the one of the other system."""
        if not self._choices.keep_ids:
            return ID_PREFIX + self._new_id()
        if not may_be_kept(person.source_id):
            raise RowError("moving.id_not_kept")
        if person.source_id in self._place.client_ids:
            raise RowError("moving.id_of_an_app")
        return person.source_id

    def _user(self, person: ImportedPerson, user_id: str, passkeys: list[tuple[Passkey, bool]], now: int) -> User:
        choices, model = self._choices, self._place.model
        return User(
            id=user_id, email=person.email, email_verified=person.email_verified and choices.trust_verified,
            password_hash=None if person.password_hash is None else self._accept(person.password_hash), disabled=person.disabled,
            totp_enabled=choices.with_totp and person.totp is not None, claims=person.claims,
            roles=resolve_names(person.roles, model.roles, "roles") if choices.with_roles else {},
            groups=resolve_names(person.groups, model.groups, "groups") if choices.with_roles else {},
            passkeys={one.id: one.summary for one, waits in passkeys if not waits},
            automatic_passkeys={one.id: one.summary for one, waits in passkeys if waits},
            awaits_migration=person.password_hash is None and not passkeys,
            created_at=min(person.created_at or now, now), updated_at=now,
        )  # fmt: skip

    def _totp(self, person: ImportedPerson, user_id: str, now: int) -> Totp | None:
        """Return the authenticator, its key encrypted as at an enrolment. No step of it was used here."""
        known = person.totp
        if known is None or not self._choices.with_totp:
            return None
        sealed = self._keyring.protect(f"totp:{user_id}", base64.b32encode(known.secret).rstrip(b"="))
        return Totp(user_id, sealed, now, 0, failures=0, parameters=Parameters(known.algorithm, known.period, known.digits))


def source_mark(key: bytes, system: str, source_id: str) -> str:
    """Return the keyed hash by which a row of another system is known. `key`: derived for `PURPOSE`. It tells nothing about a person."""
    source = hmac.digest(key, f"{system}\0{source_id}".encode(), "sha256")
    return base64.urlsafe_b64encode(source).rstrip(b"=").decode()


def _left_out(person: ImportedPerson, choices: Choices) -> list[str]:
    """Return what the file had about a person and no option asked for."""
    there = {
        "verified addresses": person.email_verified and not choices.trust_verified,
        "authenticators": person.totp is not None and not choices.with_totp,
        "roles and groups": bool(person.roles or person.groups) and not choices.with_roles,
        "passwords": person.password_hash is None,
    }
    return [name for name, left in there.items() if left]
