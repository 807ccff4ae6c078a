"""What each flow of accounts, upstream, console and SCIM costs: DynamoDB calls, units and dollars, each row the second run of a flow.

The provider listens in this process, on an engine behind the meter: the calls are those of a warm function. The upstream is a stand-in, so
the requests to it are not in the table. `tests/functions/test_flow_costs.py` fails when a flow costs more than the table in
docs/performance.md says.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr
from dataclasses import replace
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import httpx

from bench.flows import Account, Relying
from bench.heat.flows import FLOWS, Visitor
from bench.heat.measure import APP, NETWORKS, SERVICE, SETTINGS
from bench.meter import Meter, Usage
from bench.report import usage_columns
from bench.rows import PAGES
from bench.scim import REQUESTS, Directory
from idp.http.app import build
from idp.settings import Settings
from tests.engines.launch import ENGINES
from tests.integration.account.upstreams import Upstream, connection
from tests.integration.console.admins import Admin, sign_in
from tests.integration.scim.provisioning import Provisioning
from tests.support.in_process import InProcess
from tests.support.served_provider import ServedProvider, served_provider

HEAD = ("part", "flow", "calls", "read units", "write units", "$ a million", "which calls")
UPSTREAM = {"sign-in with another provider"}
PEOPLE = 120
_DAY = 86400
Found = dict[tuple[str, str], Usage]
"""By part and flow."""


def run(work: Path, tell: Callable[[str], None]) -> list[tuple[str, ...]]:
    """Return the table, measured on an engine that reports units as AWS documents them."""
    with ENGINES["dynoxide"]() as engine:
        found = count(engine, work, tell)
    return [HEAD, *((part, name, *usage_columns(used)) for (part, name), used in found.items())]


def count(engine: str, work: Path, tell: Callable[[str], None]) -> Found:
    """Run each flow twice, and keep what the second run used."""
    found: Found = {}
    with Meter(engine) as meter:
        with served_provider(meter.url, folder=_folder(work, "served"), **SETTINGS) as idp, redirect_stderr(StringIO()):
            found.update(_of_people(idp, meter, tell))
        world = _world(_folder(work, "world"), meter.url)
        found.update(_twice("console", dict(_of_console(world)), meter, tell))
        found.update(_twice("SCIM", dict(_of_scim(world)), meter, tell))
    return found


def _folder(work: Path, name: str) -> Path:
    (work / name).mkdir(parents=True)
    return work / name


def _twice(part: str, flows: dict[str, Callable[[], object]], meter: Meter, tell: Callable[[str], None]) -> Found:
    found: Found = {}
    for name, flow in flows.items():
        tell(f"counting: {part}, {name}")
        for _ in range(2):
            meter.take()
            flow()
        found[part, name] = meter.take()
    return found


def _of_people(idp: ServedProvider, meter: Meter, tell: Callable[[str], None]) -> Iterator[tuple[tuple[str, str], Usage]]:
    """The flows of `bench.heat`, each of a person of its own."""
    idp.clock.advance(_DAY - idp.clock() % _DAY + 300)  # no hour and no day ends meanwhile
    if not idp.services.connections.create(connection()):
        raise SystemExit("the connection was not stored")
    vars(idp.services)["upstream_sign_in"] = Upstream(idp.services.used_once)
    (app, secret), (service, service_secret) = idp.client(**APP), idp.client(**SERVICE)
    account = Account(app.id, secret or "", APP["redirect_uris"][0], service.id, service_secret or "", {})
    asgi = build(idp.services)
    for name, flow in FLOWS.items():
        person = idp.person(totp=flow.totp)
        fields: dict[str, Any] = {
            "email": person.email,
            "password": person.password,
            **({"code": person.phone.code} if person.phone else {}),
        }
        with httpx.Client(transport=InProcess(asgi, address=NETWORKS[0]), base_url=idp.issuer) as http:
            visitor = Visitor(idp, http, Relying(http, replace(account, fields=fields)), person)
            visitor.app.discovery()
            tell(f"counting: {name}")
            for _ in range(2):
                flow.before(visitor)
                meter.take()
                flow.run(visitor)
            yield ("upstream" if name in UPSTREAM else "accounts", name), meter.take()


def _world(folder: Path, endpoint: str) -> Provisioning:
    os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = endpoint
    prefix = f"flows{secrets.token_hex(4)}"
    settings = Settings(
        issuer="https://idp.example", env="dev", table_prefix=prefix, key_file=str(folder / "key"), argon2_memory_kib=64,
        argon2_iterations=1, console="on", scim="on", log_level="ERROR",
    )  # fmt: skip
    return Provisioning(settings).begun()


def _of_console(world: Provisioning) -> Iterator[tuple[str, Callable[[], object]]]:
    """Pages, and changes that an admin makes who signed in a moment ago."""
    admin, person, app = sign_in(world), world.person(), world.client(name="Shop")
    pages = {**PAGES, "a person": f"/console/people/{person.user.id}", "an app": f"/console/apps/{app.id}/overview"}
    for name, path in pages.items():
        yield name.removeprefix("console: "), partial(_opened, admin, path)
    yield "change a person", partial(_sent, admin, f"/console/people/{person.user.id}/edit", "/edit", "given_name")
    yield "change an app", partial(_sent, admin, f"/console/apps/{app.id}/edit", "/edit", "client_name")


def _sent(admin: Admin, path: str, action: str, field: str) -> None:
    """Open a form, and send it with another text in a field."""
    page = admin.press(admin.open(path), action, {field: secrets.token_hex(4)})
    if page.response.status_code != 200 or page.response.request.method != "GET":
        raise SystemExit(f"{path} was not changed: {page.response.status_code}")


def _opened(admin: Admin, path: str) -> None:
    answer = admin.open(path).response
    if answer.status_code != 200:
        raise SystemExit(f"{path} answered {answer.status_code}")


def _of_scim(world: Provisioning) -> Iterator[tuple[str, Callable[[], object]]]:
    """Requests of a directory with more people than a page has."""
    one = world.directory(domains=["corp.example"])
    headers = {"Authorization": f"Bearer {one.token}", "Content-Type": "application/scim+json"}
    directory = Directory(httpx.Client(transport=world.http._transport, base_url=world.settings.issuer, headers=headers))  # noqa: SLF001
    for _ in range(PEOPLE):
        directory.create()
    for name, ask in REQUESTS.items():
        yield name, partial(ask, directory)
