"""Makes the account of an imported person. Nothing is taken over that an option does not name (threats R-10)."""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from idp.domain.errors import Invalid, InvalidValue
from idp.domain.factors.totp import Parameters
from idp.domain.moving.person import ImportedPerson, ImportedTotp, RefusedRow
from idp.domain.people.user import ID_PREFIX, User
from idp.services.access.assignments import resolve_names
from idp.store.factors import Totp
from idp.store.people_imports import NewPerson

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.access.roles import RoleModel
    from idp.domain.clock import NewId
    from idp.services.keys.keyring import Keyring

PURPOSE = "imported people"
"""The purpose of the derived key for the hash of an id in another system."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the file may decide.

    `trust_verified`: addresses that it calls verified count as verified. `with_totp`: authenticators. `with_roles`: roles and groups, by
    their names here.
    """

    trust_verified: bool = False
    with_totp: bool = False
    with_roles: bool = False


class Preparation:
    """Turns rows into accounts."""

    def __init__(self, keyring: Keyring, accept: Callable[[str], str], model: RoleModel, new_id: NewId) -> None:
        """`accept`: `ForeignHashes.accept`. `model`: all roles and groups."""
        self._key, self._keyring = keyring.derive(PURPOSE), keyring
        self._accept, self._model, self._new_id = accept, model, new_id

    def prepare(self, person: ImportedPerson, system: str, choices: Choices, now: int) -> NewPerson | RefusedRow:
        """Return the account, with a new id, or why there can be none. It is never an admin."""
        try:
            user = self._user(person, choices, now)
        except (Invalid, InvalidValue) as error:
            return RefusedRow(person.row, person.source_id, error.message, getattr(error, "field", "") or "")
        source = hmac.digest(self._key, f"{system}\0{person.source_id}".encode(), "sha256")
        return NewPerson(user, system, base64.urlsafe_b64encode(source).rstrip(b"=").decode(), self._totp(person, user, choices, now))

    def _user(self, person: ImportedPerson, choices: Choices, now: int) -> User:
        with_roles = choices.with_roles
        return User(
            id=ID_PREFIX + self._new_id(), email=person.email, email_verified=person.email_verified and choices.trust_verified,
            password_hash=None if person.password_hash is None else self._accept(person.password_hash), disabled=person.disabled,
            totp_enabled=choices.with_totp and person.totp is not None, claims=person.claims,
            roles=resolve_names(person.roles, self._model.roles, "roles") if with_roles else {},
            groups=resolve_names(person.groups, self._model.groups, "groups") if with_roles else {},
            created_at=min(person.created_at or now, now), updated_at=now,
        )  # fmt: skip

    def _totp(self, person: ImportedPerson, user: User, choices: Choices, now: int) -> Totp | None:
        """Return the authenticator, its key encrypted as at an enrolment. No step of it was used here."""
        if person.totp is None or not choices.with_totp:
            return None
        sealed = self._keyring.protect(f"totp:{user.id}", base64.b32encode(person.totp.secret).rstrip(b"="))
        return Totp(user.id, sealed, now, 0, failures=0, parameters=_parameters(person.totp))


def _parameters(totp: ImportedTotp) -> Parameters:
    return Parameters(totp.algorithm, totp.period, totp.digits)
