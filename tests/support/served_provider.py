"""A provider that listens on loopback: the app that `wiring` builds, with its own tables and a clock that tests advance.

with served_provider(endpoint, folder=tmp_path) as idp:
    ada = idp.person(totp=True)
    httpx.get(idp.issuer + "/healthz")
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from idp import wiring
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.factors import recovery_codes
from idp.http.app import build
from idp.services.factors.totp_codes import new_secret
from idp.services.mail.outbox import Outbox
from idp.settings import Settings
from idp.store.create import create_tables
from idp.store.enrolments import Enrolments
from idp.store.factors import Totp
from tests.support.clock import ShiftedClock
from tests.support.people import Person, Phone
from tests.support.site import site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from idp.domain.apps.client import Client
    from idp.domain.people.user import User
    from idp.services.mail.outbox import Mail
    from idp.wiring.all_services import AllServices

ENDPOINT = "AWS_ENDPOINT_URL_DYNAMODB"
_numbers = count(1)


@dataclass
class ServedProvider:
    """A running provider, with methods that add people and clients. Every test adds its own, so tests do not affect each other."""

    issuer: str
    services: AllServices
    clock: ShiftedClock

    def person(
        self, name: str = "Ada Lovelace", *, email: str = "", totp: bool = False, admin: bool = False, mfa_required: bool = False
    ) -> Person:
        """A new user, whose email address is made up unless it is given; `totp`: with an authenticator, and recovery codes."""
        number, password = next(_numbers), f"nine wet walruses {secrets.token_hex(4)}"
        given, _, family = name.partition(" ")
        email = email or f"{given.lower()}{number}@example.com"
        claims = {"name": name, "given_name": given, "family_name": family, "locale": "en-GB"}
        user = self.services.user_service.create(
            email, password, email_verified=True, admin=admin, claims=claims, mfa_required=mfa_required, scope=DEPLOYMENT
        )
        person = Person(user, password)
        return self._with_totp(person) if totp else person

    def client(self, **metadata: Any) -> tuple[Client, str | None]:
        """A new client by RFC 7591's names, and its secret unless it is public."""
        return self.services.client_service.create(metadata, scope=DEPLOYMENT)

    @property
    def mails(self) -> list[Mail]:
        """The mails that would have been sent, newest first."""
        return self.outbox.sent

    @property
    def outbox(self) -> Outbox:
        """The stand-in for the mail server."""
        mailer = self.services.mailer
        assert isinstance(mailer, Outbox)
        return mailer

    def mail_to(self, address: str) -> Mail:
        """The newest mail to this address."""
        return next(mail for mail in self.mails if mail.to == address)

    def link_in_mail(self, address: str) -> str:
        """The address of the link in the newest mail to this address."""
        return str(re.findall(r"https?://\S+/link/\S+", self.mail_to(address).text)[0])

    def stored(self, person: Person) -> User:
        """The user as stored now."""
        return self.services.user_service.get(person.user.id, scope=DEPLOYMENT)

    def _with_totp(self, person: Person) -> Person:
        s, user = self.services, person.user
        secret, codes = new_secret(), recovery_codes.generate(randbytes=os.urandom)
        key = s.keyring.derive(recovery_codes.PURPOSE)
        digests = [recovery_codes.digest(key, user.id, recovery_codes.canonical(code) or "") for code in codes]
        credential = Totp(user.id, s.keyring.protect(f"totp:{user.id}", secret.encode()), self.clock(), last_step=0, failures=0)
        assert Enrolments(s.database).enrol(credential, digests)
        return replace(person, user=self.stored(person), phone=Phone(secret, self.clock), recovery_codes=codes)


@contextlib.contextmanager
def served_provider(endpoint: str, *, folder: Path, prefix: str = "", **settings: Any) -> Iterator[ServedProvider]:
    """A provider of its own on this engine, until the `with` ends. Argon2 has its cheapest parameters."""
    clock, running, prefix = ShiftedClock(), [], prefix or f"t{secrets.token_hex(6)}"

    def provider(issuer: str) -> Any:
        chosen = {"brand": "idp", "argon2_memory_kib": 8, "argon2_iterations": 1, **settings}
        services = wiring.build_services(
            Settings(issuer=issuer, env="dev", table_prefix=prefix, key_file=str(folder / "key"), **chosen), clock=clock
        )
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv(ENDPOINT, endpoint)
            create_tables(services.database)
        services.key_rotation.ensure()
        running.append(services)
        return build(services)

    with site(provider) as issuer:
        yield ServedProvider(issuer, running[0], clock)
