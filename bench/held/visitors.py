"""People before an app, each with a browser and a network of their own, some with an authenticator."""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

import httpx
import pyotp

from bench.flows import Account, Relying
from bench.held.pool import Gateway, Pool
from bench.people import address, open_services
from bench.providers import ISSUER
from idp.domain.factors.totp import PERIOD
from idp.domain.people.user import User
from idp.store.enrolments import Enrolments
from idp.store.factors import Totp
from tests.support.people import PASSWORD

_WAIT = 120


@dataclass
class Visitor:
    """One person. `totp`: the secret of the authenticator; empty without one. `signed_in`: whether there are tokens to refresh."""

    app: Relying
    totp: str = ""
    signed_in: bool = False
    _step: int = 0

    def may_sign_in(self) -> bool:
        """Whether a code is there that was not used: a code counts once (RFC 6238 §5.2)."""
        return not self.totp or int(time.time()) // PERIOD > self._step

    def code(self) -> str:
        """The code that the authenticator shows now."""
        now = int(time.time())
        self._step = now // PERIOD
        return pyotp.TOTP(self.totp).at(now)

    def sign_in(self) -> None:
        """Sign in without a session."""
        self.app.login()
        self.signed_in = True

    def user_info(self) -> None:
        """Fetch the claims about the person."""
        headers = {"Authorization": f"Bearer {self.app.access_token}"}
        self.app.http.get(self.app.paths["userinfo_endpoint"], headers=headers).raise_for_status()


def visitors(pool: Pool, account: Account, env: Mapping[str, str], number: int, with_totp: int) -> list[Visitor]:
    """Make people and their browsers. `env`: that of the function, with its engine. `with_totp`: so many of them have an authenticator."""
    found, numbers = list[Visitor](), itertools.count()
    for email, secret in _people(env, number, with_totp):
        network = next(numbers)
        http = client(pool, f"10.{network >> 8 & 255}.{network & 255}.7")
        found.append(_visitor(http, account, email, secret))
    found[0].app.discovery()
    for each in found:
        each.app.paths = found[0].app.paths
    return found


def _visitor(http: httpx.Client, account: Account, email: str, secret: str) -> Visitor:
    visitor = Visitor(Relying(http, account), secret)
    visitor.app.account = replace(account, fields={"email": email, "password": PASSWORD, **({"code": visitor.code} if secret else {})})
    return visitor


def client(pool: Pool, network: str) -> httpx.Client:
    """A client of this network."""
    return httpx.Client(transport=Gateway(pool, network), base_url=ISSUER, timeout=_WAIT, trust_env=False)


def _people(env: Mapping[str, str], number: int, with_totp: int) -> list[tuple[str, str]]:
    """Create people with the same password. Returns address and TOTP secret of each."""
    services, found = open_services(env), list[tuple[str, str]]()
    now, encoded = services.clock(), services.passwords.hash(PASSWORD)
    for place in range(number):
        user = User(services.new_id(), address(), email_verified=True, password_hash=encoded, created_at=now, updated_at=now)
        services.users.create(user)
        secret = pyotp.random_base32() if place < with_totp else ""
        if secret:
            sealed = services.keyring.protect(f"totp:{user.id}", secret.encode())
            Enrolments(services.database).enrol(Totp(user.id, sealed, now, last_step=0, failures=0), [])
        found.append((user.email, secret))
    return found
