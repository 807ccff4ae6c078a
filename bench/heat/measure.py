"""Runs each flow for four people of two apps and two networks, and keeps the units of their keys."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import redirect_stderr
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import httpx

from bench.flows import Account, Relying
from bench.heat import COPIES
from bench.heat.flows import FLOWS, Flow, Visitor
from bench.heat.meter import Heat, HeatMeter
from bench.heat.shared import Demand, Runs, demand
from idp.adapters.dynamodb import DynamoDb
from idp.http.app import build
from idp.services.keys.keyring import Keyring
from idp.store.clients import Clients
from idp.store.connections import Connections
from idp.store.database import Database
from idp.store.time_shards import switch_on
from idp.store.transport import NoAnswer, Refusal
from tests.integration.account.upstreams import Upstream, connection
from tests.support.in_process import InProcess
from tests.support.served_provider import ServedProvider, served_provider

APP: dict[str, Any] = {
    "client_name": "Shop", "redirect_uris": ["https://shop.example/cb"], "scope": "openid email offline_access", "first_party": True,
    "backchannel_logout_uri": "https://shop.example/logout",
}  # fmt: skip
SERVICE: dict[str, Any] = {"client_name": "Job", "grant_types": ["client_credentials"], "scope": "jobs:read"}
SETTINGS: dict[str, Any] = {
    "sign_up": "open", "mail_code": "on", "sign_in_notices": "off", "tickets_hourly": 14_000_000, "tickets_hourly_per_network": 10**6,
}  # fmt: skip
NETWORKS = ("203.0.113.7", "198.51.100.9")
REGION = "us-east-1"
START = "start of an environment"
_DAY = 86400


def measure(engine: str, folder: Path, tell: Callable[[str], None]) -> dict[str, Demand]:
    """By flow, what one run needs of which kind of key. Of each person the second run is counted, so an environment's memory is filled."""
    with HeatMeter(engine) as meter, served_provider(meter.url, folder=folder, **SETTINGS) as idp:
        idp.clock.advance(_DAY - idp.clock() % _DAY + 300)  # no hour and no day ends meanwhile
        switch_on(idp.services.database, idp.clock())  # as bootstrap does in a new deployment
        idp.services.keyring.reload()
        _connect(idp, engine)
        found, site = {}, _Site(idp, meter, Clients(_past_the_meter(idp, engine)))
        for name, flow in FLOWS.items():
            tell(f"measuring {name}")
            first, again = site.runs(flow, 0, 0)
            found[name] = demand(Runs(first, again, *(site.runs(flow, *place)[1] for place in ((0, 1), (1, 0), (1, 1)))))
        found[START] = demand(Runs(*[site.start()] * 5))
    return found


def _connect(idp: ServedProvider, engine: str) -> None:
    """A connection with copies, whose upstream is a stand-in."""
    connections = Connections(_past_the_meter(idp, engine))
    made = connections.create(connection())
    if not made or not connections.spread(made, COPIES):
        raise SystemExit("the connection was not stored")
    vars(idp.services)["upstream_sign_in"] = Upstream(idp.services.used_once)


def _past_the_meter(idp: ServedProvider, engine: str) -> Database:
    """The store without the meter, which would read each copy twice when it is written."""
    prefix = idp.services.settings.table_prefix
    return Database(prefix=prefix, transport=DynamoDb(region=REGION, endpoint=engine, refusal=Refusal, silence=NoAnswer))


class _Site:
    """The provider with two apps and two networks."""

    def __init__(self, idp: ServedProvider, meter: HeatMeter, clients: Clients) -> None:
        self._idp, self._meter, self._clients, self._asgi = idp, meter, clients, build(idp.services)
        self._accounts = [self._account(), self._account()]

    def runs(self, flow: Flow, app: int, network: int) -> tuple[Heat, Heat]:
        """The units of two runs of a new person, in this app and network."""
        person, found = self._idp.person(totp=flow.totp), []
        fields: dict[str, Any] = {"email": person.email, "password": person.password}
        if person.phone:
            fields["code"] = person.phone.code
        transport = InProcess(self._asgi, address=NETWORKS[network])
        with redirect_stderr(StringIO()), httpx.Client(transport=transport, base_url=self._idp.issuer) as http:
            visitor = Visitor(self._idp, http, Relying(http, replace(self._accounts[app], fields=fields)), person)
            visitor.app.discovery()
            for _ in range(2):
                flow.before(visitor)
                self._meter.take()
                flow.run(visitor)
                found.append(self._meter.take())
        return found[0], found[1]

    def start(self) -> Heat:
        """What an environment reads before its first token."""
        wired: Any = self._idp.services  # the wiring, with parts that no interface of http declares
        self._meter.take()
        Keyring(wired.key_items, wired.envelope, self._idp.clock, rp_id=wired.settings.webauthn_rp_id).active()
        return self._meter.take()

    def _account(self) -> Account:
        app, secret = self._idp.client(**APP)
        service, service_secret = self._idp.client(**SERVICE)
        for each in (app, service):
            if not self._clients.spread(each, COPIES):
                raise SystemExit("the app was changed meanwhile")
        return Account(app.id, secret or "", APP["redirect_uris"][0], service.id, service_secret or "", {})
