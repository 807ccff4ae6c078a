"""People of a first run: created if absent, otherwise compared and not changed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from idp.cli.first_run import secrets
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Conflict, Unavailable
from idp.domain.factors import password_policy, recovery_codes
from idp.store.enrolments import Enrolments
from idp.store.factors import Totp

if TYPE_CHECKING:
    from idp.cli.first_run.secrets import Source
    from idp.domain.people.user import User
    from idp.wiring.all_services import AllServices

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Person:
    """A person to create. `totp`: with a second factor. Only development can have it, because no person has scanned a code."""

    email: str
    admin: bool = False
    totp: bool = False
    claims: Mapping[str, Any] = field(default_factory=dict)


def ensure(services: AllServices, source: Source, person: Person, tell: Tell) -> dict[str, Any]:
    """Return what bootstrap prints: email, password, and totp_secret if there is one. An unknown value is null."""
    found = _find(services, person)
    if found is None:
        password = secrets.password(source, person.email, strong=person.admin, minimum=services.settings.password_min_length)
        try:
            user = services.user_service.create(
                person.email, password, email_verified=True, admin=person.admin, claims=person.claims or None, scope=DEPLOYMENT
            )
        except Conflict:  # another bootstrap was faster
            found = _find(services, person)
        else:
            return {"email": user.email, "password": password, **_totp(services, source, person, user, tell)}
    if found is None:
        raise Conflict("command.removed_meanwhile", name=person.email)
    return {
        "email": found.email,
        "password": _check_known(services, source, person, found, tell),
        **_totp(services, source, person, found, tell),
    }


def _find(services: AllServices, person: Person) -> User | None:
    user_id = services.users.id_of(person.email)
    return services.users.get(user_id) if user_id else None


def _check_known(services: AllServices, source: Source, person: Person, user: User, tell: Tell) -> str | None:
    password = secrets.password(source, person.email, strong=person.admin, minimum=services.settings.password_min_length, again=True)
    if password is None:
        tell(f"{user.email} exists. Its password was printed when it was made; set a new one with: idp users set-password {user.email}")
        return None
    if user.disabled:
        tell(f"{user.email} has been disabled.")
    if not services.passwords.verify(user.password_hash, password_policy.normalise(password)):
        tell(f"The password of {user.email} has been changed since it was made.")
        return None
    return password


def _totp(services: AllServices, source: Source, person: Person, user: User, tell: Tell) -> dict[str, str]:
    if not person.totp:
        if user.totp_enabled and not user.admin:
            tell(f"{user.email} has set up a second factor since it was made.")
        return {}
    secret = secrets.totp_secret(source, user.email)
    credential = services.factors.totp(user.id)
    if credential is None and user.version == 1:
        sealed = services.keyring.protect(f"totp:{user.id}", secret.encode())
        # These recovery codes are not printed. The owner can make a set on the account page.
        codes = recovery_codes.generate(randbytes=os.urandom)
        key = services.keyring.derive(recovery_codes.PURPOSE)
        digests = [recovery_codes.digest(key, user.id, recovery_codes.canonical(code) or "") for code in codes]
        Enrolments(services.database).enrol(Totp(user.id, sealed, services.clock(), last_step=0, failures=0), digests)
        return {"totp_secret": secret}
    if credential is None or not _opens_as(services, user, credential, secret):
        tell(f"The second factor of {user.email} has been changed since it was made.")
        return {}
    return {"totp_secret": secret}


def _opens_as(services: AllServices, user: User, credential: Totp, secret: str) -> bool:
    """Return whether the stored secret is this one. After a restore without keys it cannot be decrypted; the demo starts anyway."""
    services.keyring.sealer()  # raises Unavailable if the keys themselves cannot be decrypted
    try:
        return services.keyring.reveal(f"totp:{user.id}", credential.sealed) == secret.encode()
    except Unavailable:
        return False
