"""A provider in this process: services, app, tables and keys. `World` adds people, browsers and callers of the admin API."""

from __future__ import annotations

import itertools
import logging
import time
from functools import cached_property
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Any, Self

import httpx

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.sessions.request_origin import Origin
from idp.http.app import build
from idp.services.audit.recorder import Actor
from idp.store.create import create_tables
from idp.wiring import build_services
from tests.support.clock import Clock
from tests.support.in_process import InProcess

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.people.user import User
    from idp.settings import Settings
    from idp.wiring.all_services import AllServices

_addresses = itertools.count(0x0A64_0000)
_numbers = itertools.count(1)


class LocalProvider:
    """One provider. Providers that share tables have different people, clients and networks."""

    def __init__(self, settings: Settings, keys: list[dict[str, Any]] | None = None) -> None:
        """`keys` are items of the keys table that another provider with the same key file made; an empty list is filled."""
        self.settings, self.keys, self.clock = settings, [] if keys is None else keys, Clock()
        self.address = str(IPv4Address(next(_addresses)))

    @cached_property
    def services(self) -> AllServices:
        """What handlers call. The environment names the engine's address when this is first read."""
        return build_services(self.settings, clock=self.clock)

    @cached_property
    def app(self) -> Callable[..., Any]:
        """The provider as an ASGI app: edge, pages, protocol and admin API."""
        return build(self.services)

    @cached_property
    def http(self) -> httpx.Client:
        """A client at 198.51.100.7 that sends no token."""
        return httpx.Client(transport=InProcess(self.app, address="198.51.100.7"), base_url=self.settings.issuer)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.settings.table_prefix})"

    def with_tables(self) -> Self:
        """This provider, after its tables and keys were made."""
        logging.getLogger("werkzeug").setLevel(logging.ERROR)  # moto's server logs every request
        database = self.services.database
        create_tables(database, pause=lambda _: time.sleep(0.05))
        database.write_raw("keys", self.keys)
        self.services.key_rotation.ensure()
        self.keys[:] = self.keys or database.scan("keys")
        return self

    @property
    def by(self) -> Actor:
        """An operator, the author of an act."""
        return Actor("operator", Origin("192.0.2.1", "", "a-request"))

    def user(self, **members: Any) -> User:
        """A new user. The email address is made up unless it is given."""
        members.setdefault("email", f"user{next(_numbers)}@example.com")
        return self.services.user_service.create(**members, scope=DEPLOYMENT)
