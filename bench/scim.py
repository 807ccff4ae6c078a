"""Answer times of SCIM through the deployed function, as a directory asks it. Every request is an invocation of a warm function."""

from __future__ import annotations

import os
import secrets
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from bench.people import connect_directory
from bench.providers import ISSUER, ROOT, project
from tests.engines.launch import ENGINES
from tests.support.lambda_host import ApiGateway, LambdaHost

TIMES = 50
PEOPLE = 150
GOAL_MS = 600
USER, PATCH = "urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:api:messages:2.0:PatchOp"


class Directory:
    """A company's directory. `ids`: of the people whom it made."""

    def __init__(self, http: httpx.Client) -> None:
        self._http, self.ids, self._next = http, list[str](), 0

    def create(self) -> None:
        """Make a person."""
        name = f"{secrets.token_hex(6)}@corp.example"
        body = {"schemas": [USER], "userName": name, "active": True, "name": {"givenName": "Ada", "familyName": "King"}}
        self.ids.append(self._ok("POST", "/Users", json=body)["id"])

    def get(self) -> None:
        """Read a person."""
        self._ok("GET", f"/Users/{self._some()}")

    def find(self) -> None:
        """Look for a userName, as Okta and Entra do before they make a person."""
        self._ok("GET", "/Users", params={"filter": f'userName eq "{secrets.token_hex(6)}@corp.example"'})

    def deactivate(self) -> None:
        """Disable a person, which ends all sessions."""
        operations = [{"op": "replace", "path": "active", "value": False}]
        self._ok("PATCH", f"/Users/{self._some()}", json={"schemas": [PATCH], "Operations": operations})

    def listing(self) -> None:
        """Read a hundred people."""
        found = self._ok("GET", "/Users", params={"count": "100"})
        if len(found["Resources"]) != 100:
            raise SystemExit(f"the list has {len(found['Resources'])} people")

    def _some(self) -> str:
        self._next += 1
        return self.ids[self._next % len(self.ids)]

    def _ok(self, method: str, path: str, **options: Any) -> dict[str, str]:
        answer = self._http.request(method, f"/scim/v2{path}", **options)
        if not answer.is_success:
            raise SystemExit(f"{method} {path} answered {answer.status_code}: {answer.text[:300]}")
        told: dict[str, str] = answer.json()
        return told


REQUESTS = {
    "read a person": Directory.get, "find by userName": Directory.find, "make a person": Directory.create,
    "deactivate a person": Directory.deactivate, "list 100 people": Directory.listing,
}  # fmt: skip


def run(work: Path, tell: Callable[[str], None]) -> list[tuple[str, ...]]:
    """Rows: request, milliseconds on the wall, processor time. The head has the load of the machine, which other work may share."""
    head = ("request", "p50 ms", "p95 ms", "most ms", "CPU ms", "to reach", "load of the machine")
    rows: list[tuple[str, ...]] = [head]
    with ENGINES["dynoxide"]() as engine:
        env = {**project(engine, work).env, "AWS_ENDPOINT_URL_DYNAMODB": engine, "IDP_SCIM": "on"}
        headers = {"Authorization": f"Bearer {connect_directory(env)}", "Content-Type": "application/scim+json"}
        with (
            LambdaHost("idp.functions.scim.handler", cwd=ROOT, env=env) as host,
            httpx.Client(transport=ApiGateway(host), base_url=ISSUER, timeout=60, headers=headers) as http,
        ):
            directory = Directory(http)
            for _ in range(PEOPLE):
                directory.create()
            for name, ask in REQUESTS.items():
                tell(f"timing: {name}")
                ask(directory)
                before, taken = host.cpu_seconds(), sorted(_timed(ask, directory) for _ in range(TIMES))
                cpu = (host.cpu_seconds() - before) / TIMES * 1e3
                times = (statistics.median(taken), taken[int(TIMES * 0.95) - 1], taken[-1])
                rows.append((name, *(f"{each:.0f}" for each in times), f"{cpu:.1f}", f"≤ {GOAL_MS}", f"{os.getloadavg()[0]:.1f}"))
    return rows


def _timed(ask: Callable[[Directory], None], directory: Directory) -> float:
    started = time.perf_counter()
    ask(directory)
    return (time.perf_counter() - started) * 1e3
