"""Runs each flow and keeps what its second run cost: an environment has its keys and caches by then.

The provider runs in this process, on an engine behind the meter, with the apps of the deployed functions. The upstream is a stand-in, so
the requests to it are not in the figures. `tests/functions/test_flow_costs.py` fails when a flow costs more than the table in
docs/performance.md says.
"""

from __future__ import annotations

import os
import secrets
import statistics
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import httpx

from bench.costs import accounts, console, scim, upstream
from bench.costs.tally import Cost, Tally, deployed
from bench.flows import Account, Relying
from bench.heat.flows import FLOWS, Flow, Visitor
from bench.heat.measure import APP, NETWORKS, SERVICE, SETTINGS
from bench.meter import Meter
from idp.settings import Settings
from tests.integration.account.upstreams import Upstream, connection
from tests.integration.scim.provisioning import Provisioning
from tests.support.in_process import InProcess
from tests.support.pages import ISSUER
from tests.support.served_provider import ServedProvider, served_provider

OF_UPSTREAM = {"sign-in with another provider"}
_DAY = 86400
ORDER = ["accounts", "upstream", "console", "SCIM"]
Found = dict[tuple[str, str], Cost]
"""By part and flow."""
Flows = Mapping[tuple[str, str], Callable[[], Callable[[], object]]]
"""What prepares a run, by part and flow."""


def count(engine: str, work: Path, tell: Callable[[str], None], *, times: int = 0) -> Found:
    """Run each flow twice, and keep what the second run used. Then, `times` more for the processor time, without the meter: the median.

    The lists of the console have few rows, because its flows come first.
    """
    found: Found = {}
    with Meter(engine) as meter:
        with served_provider(meter.url, folder=_folder(work, "served"), **SETTINGS) as idp, redirect_stderr(StringIO()):
            tally = _people(idp, meter)
            flows = {_named(name): _of_heat(idp, flow, tally) for name, flow in FLOWS.items()}
            found.update(_all(flows, tally, engine, tell, times))
        with redirect_stderr(StringIO()):
            world, tally = _world(_folder(work, "world"), meter)
            parts = {"console": console.flows, "SCIM": scim.flows, "accounts": accounts.flows, "upstream": upstream.flows}
            flows = {}
            for part, made in parts.items():
                some = {(part, name): partial(prepare, world) for name, prepare in made(world).items()}
                found.update(_counted(some, tally, tell))
                flows.update(some)
            _timed(flows, found, tally, engine, tell, times)
    return dict(sorted(found.items(), key=lambda each: ORDER.index(each[0][0])))


def _folder(work: Path, name: str) -> Path:
    (work / name).mkdir(parents=True)
    return work / name


def _counted(flows: Flows, tally: Tally, tell: Callable[[str], None]) -> Found:
    found: Found = {}
    for name, prepare in flows.items():
        tell(f"counting: {', '.join(name)}")
        for _ in range(2):
            found[name] = _run(prepare, tally)
    return found


def _run(prepare: Callable[[], Callable[[], object]], tally: Tally) -> Cost:
    run = prepare()
    tally.take()
    run()
    return tally.take()


def _timed(flows: Flows, found: Found, tally: Tally, engine: str, tell: Callable[[str], None], times: int) -> None:
    """Put the processor time of each flow into what was found."""
    if times:
        tally.go_past_the_meter(engine)
    for name, prepare in flows.items() if times else ():
        tell(f"timing: {', '.join(name)}")
        found[name].cpu_ms = statistics.median(_run(prepare, tally).cpu_ms for _ in range(times))


def _all(flows: Flows, tally: Tally, engine: str, tell: Callable[[str], None], times: int) -> Found:
    found = _counted(flows, tally, tell)
    _timed(flows, found, tally, engine, tell, times)
    return found


def _named(name: str) -> tuple[str, str]:
    return ("upstream" if name in OF_UPSTREAM else "accounts"), name


def _people(idp: ServedProvider, meter: Meter) -> Tally:
    """Prepare the provider of the flows of `bench.heat`: a connection, and requests that are counted."""
    idp.clock.advance(_DAY - idp.clock() % _DAY + 300)  # no hour and no day ends meanwhile
    if not idp.services.connections.create(connection()):
        raise SystemExit("the connection was not stored")
    vars(idp.services)["upstream_sign_in"] = Upstream(idp.services.used_once)
    return Tally(deployed(idp.services), idp.services, meter)


def _of_heat(idp: ServedProvider, flow: Flow, tally: Tally) -> Callable[[], Callable[[], object]]:
    """A flow of `bench.heat`, of a person of its own before apps of its own; of another one each time when many runs are timed.

    One person gets only so many mails an hour, and may fail only so often.
    """
    made: list[Visitor] = []

    def prepare() -> Callable[[], object]:
        if not made or tally.past:
            made.insert(0, _visitor(idp, flow, tally))
        visitor = made[0]
        flow.before(visitor)
        return lambda: flow.run(visitor)

    return prepare


def _visitor(idp: ServedProvider, flow: Flow, tally: Tally) -> Visitor:
    (app, secret), (service, service_secret) = idp.client(**APP), idp.client(**SERVICE)
    person = idp.person(totp=flow.totp)
    fields: dict[str, Any] = {"email": person.email, "password": person.password}
    if person.phone:
        fields["code"] = person.phone.code
    account = Account(app.id, secret or "", APP["redirect_uris"][0], service.id, service_secret or "", fields)
    http = httpx.Client(transport=InProcess(tally, address=NETWORKS[0]), base_url=idp.issuer)
    visitor = Visitor(idp, http, Relying(http, account), person)
    visitor.app.discovery()
    return visitor


def _world(folder: Path, meter: Meter) -> tuple[Provisioning, Tally]:
    """A deployment with console, SCIM and connections, whose requests are counted."""
    world = deployment(folder, meter.url)
    tally = Tally(deployed(world.services), world.services, meter)
    vars(world)["app"] = tally
    return prepared(world), tally


def deployment(folder: Path, engine: str) -> Provisioning:
    """A deployment on this engine, without tables."""
    os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = engine
    prefix = f"flows{secrets.token_hex(4)}"
    settings = Settings(
        issuer=ISSUER, env="dev", table_prefix=prefix, key_file=str(folder / "key"), argon2_memory_kib=64, argon2_iterations=1,
        console="on", scim="on", sign_up="open", tickets_hourly_per_network=10**6, log_level="INFO",
        organization_client_scopes="orders", organization_scim_clients=2,
    )  # fmt: skip
    return Provisioning(settings)


def prepared(world: Provisioning) -> Provisioning:
    """The deployment with tables, keys and connections."""
    world.begun()
    upstream.connect(world)
    return world
