"""The real Open Policy Agent as decision point, with the example's policy, behind the example's API."""

from __future__ import annotations

import importlib
import json
import os
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from examples.opa.opa_decider import OpaDecider
from idp.settings import Settings
from idp.verify.decisions import combine
from tests.support.access_cases import CASES, Case
from tests.support.admin_calls import ISSUER
from tests.support.in_process import InProcess
from tests.support.process import free_port, serving
from tests.support.world import World

ROOT = Path(__file__).resolve().parents[2]
ENGINE = ROOT / ".tools" / "opa" / "opa"
AUDIENCE = "https://documents.example"


def decider(url: str) -> OpaDecider:
    """A decider with a long timeout for a busy machine, because a late answer is a denial."""
    return OpaDecider(url, seconds=60)


@pytest.fixture(scope="module")
def opa() -> Iterator[str]:
    """The engine with the example's policy. Yields the URL of its data API."""
    if not ENGINE.exists():
        pytest.fail("the Open Policy Agent is not built; build it with: make .tools/opa/.stamp", pytrace=False)
    port = free_port()
    policy = ROOT / "examples" / "opa" / "documents.rego"
    command = [str(ENGINE), "run", "--server", "--disable-telemetry", "--addr", f"127.0.0.1:{port}", "--log-level", "error", str(policy)]
    with serving(command, port, what="OPA"):
        yield f"http://127.0.0.1:{port}/v1/data"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_opa_decides_every_case_as_this_project(opa: str, case: Case) -> None:
    """With the same cases."""
    assert combine(decider(f"{opa}/documents/decision")).decide(case.question).allowed is case.allowed


@pytest.mark.parametrize("rule", ["documents/nothing", "nothing/at/all", "documents/actions"])
def test_a_missing_decision_is_a_denial(opa: str, rule: str) -> None:
    """A rule that does not exist, or returns something else."""
    answer = combine(decider(f"{opa}/{rule}")).decide(CASES[0].question)
    assert (answer.allowed, answer.by) == (False, "error")


def test_without_an_engine_access_is_denied() -> None:
    """No program answers at that address."""
    answer = combine(OpaDecider(f"http://127.0.0.1:{free_port()}/v1/data/documents/decision")).decide(CASES[0].question)
    assert (answer.allowed, answer.by) == (False, "error")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "", "127.0.0.1:8181"])
def test_another_kind_of_address_is_refused(url: str) -> None:
    """Only HTTP is accepted."""
    with pytest.raises(ValueError, match="URL"):
        OpaDecider(url)


class Provider(BaseHTTPRequestHandler):
    """Serves the provider's keys."""

    keys = b"{}"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(self.keys)

    def log_message(self, *_: object) -> None:
        """Write no log."""


def test_the_api_answers_as_opa_decides(
    opa: str, quick_endpoint: str, table_prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the provider's tokens: a permitted caller gets the document, a request without a token 401, a denied one 403."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", quick_endpoint)
    world = World(Settings(issuer=ISSUER, table_prefix=table_prefix, key_file=str(tmp_path / "key")), [])
    world.clock.now = int(time.time())
    world.begun()
    Provider.keys = json.dumps(world.http.get("/jwks").json()).encode()
    with ThreadingHTTPServer(("127.0.0.1", 0), Provider) as provider:
        threading.Thread(target=provider.serve_forever, args=(0.02,), daemon=True).start()
        for name, value in {
            "ISSUER": ISSUER, "AUDIENCE": AUDIENCE, "JWKS_URI": f"http://127.0.0.1:{provider.server_port}/jwks",
            "OPA": f"{opa}/documents/decision",
        }.items():  # fmt: skip
            monkeypatch.setenv(name, value)
        module = importlib.import_module("examples.opa.api")
        monkeypatch.setattr(module, "decider", combine(decider(os.environ["OPA"])))
        api = httpx.Client(transport=InProcess(module.app, address="198.51.100.7"), base_url="https://documents.example")
        service = world.service_client("documents", resources=[AUDIENCE])

        def ask(method: str, name: str, **claims: object) -> httpx.Response:
            token = world.services.tokens.issue_access_token(service, scopes=("documents",), resources=(AUDIENCE,), more=claims)
            return api.request(method, f"/documents/{name}", headers={"Authorization": f"Bearer {token}"})

        read = ask("GET", "plan", roles=["reader"], clearance="internal")
        assert (read.status_code, read.json()["owner"]) == (200, "olga")
        assert ask("GET", "merger", roles=["reader"], clearance="internal").status_code == 403
        assert ask("PUT", "plan", roles=["reader"], clearance="internal").status_code == 403
        assert ask("GET", "nothing", roles=["reader"], clearance="internal").status_code == 403
        assert ask("GET", "plan").status_code == 403
        assert api.get("/documents/plan").status_code == 401
        assert api.get("/documents/plan", headers={"Authorization": "Bearer a.b.c"}).status_code == 401
        provider.shutdown()
