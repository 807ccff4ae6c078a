"""A deployed provider on loopback: its functions under Lambda's runtime client, and a counting proxy before its engine."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from tests.engines.lossy_proxy import LossyProxy
from tests.support.lambda_host import LambdaHost, event_of, response_of
from tools import cloudformation

ROOT = Path(__file__).resolve().parents[2]
ISSUER = "https://idp.example"
MACHINE = f"{platform.machine()}-manylinux_2_28"
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


class HttpApi(httpx.BaseTransport):
    """API Gateway's HTTP API before a function. It passes a decoded path, and the query unchanged."""

    def __init__(self, host: LambdaHost, **changes: Any) -> None:
        self._host, self._changes = host, changes

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        event = event_of(request)
        event["rawPath"] = event["requestContext"]["http"]["path"] = unquote(event["rawPath"])
        return response_of(self._host.invoke({**event, **self._changes}), request)


@dataclass
class Deployed:
    """The `api` function, the output of `idp bootstrap --demo`, and the calls of the function."""

    host: LambdaHost
    proxy: LossyProxy
    env: dict[str, str]
    made: dict[str, Any]

    def http(self, **changes: Any) -> httpx.Client:
        """Return a new client of the gateway. `changes` replace members of each event."""
        return httpx.Client(transport=HttpApi(self.host, **changes), base_url=ISSUER)


def environment(folder: Path, endpoint: str) -> dict[str, str]:
    """Return the variables of serverless.yml, with a key file in place of KMS and cheap hashing."""
    return {
        "IDP_ENV": "dev",
        "IDP_ISSUER": ISSUER,
        "IDP_TABLE_PREFIX": f"fn-{uuid.uuid4().hex[:8]}",
        "IDP_KEY_FILE": str(folder / "key"),
        "IDP_ARGON2_MEMORY_KIB": "8",
        "IDP_ARGON2_ITERATIONS": "1",
        "IDP_METRICS": "on",
        "AWS_ENDPOINT_URL_DYNAMODB": endpoint,
    }


def idp(env: dict[str, str], *command: str) -> str:
    """Run the command line. Returns its output."""
    done = subprocess.run(
        [Path(sys.executable).with_name("idp"), *command], env={**os.environ, **env}, cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def idp_json(env: dict[str, str], *command: str) -> dict[str, Any]:
    """Run the command line. Returns the object that it prints."""
    made: dict[str, Any] = json.loads(idp(env, *command))
    return made


@pytest.fixture(scope="module")
def deployed(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """One environment of the function for all tests of a module. Races and budgets have tests on real engines."""
    env = environment(tmp_path_factory.mktemp("deployed"), quick_endpoint)
    made = idp_json(env, "bootstrap", "--json", "--demo")
    with (
        LossyProxy(quick_endpoint) as proxy,
        LambdaHost("idp.functions.api.handler", cwd=ROOT, env={**env, "AWS_ENDPOINT_URL_DYNAMODB": proxy.url}) as host,
    ):
        yield Deployed(host, proxy, env, made)


@pytest.fixture(scope="session")
def resources(node_clients: Path) -> dict[str, dict[str, Any]]:
    """The resources of the stage `prod` with every switch on, by logical id."""
    del node_clients  # requested for its effect: it installs osls
    found: dict[str, dict[str, Any]] = json.loads(cloudformation.render("prod", *cloudformation.MOST))["Resources"]
    return found


def build(output: Path, *options: str) -> Path:
    """Build an archive with the script of `make package`."""
    done = subprocess.run(
        [sys.executable, "-m", "tools.package", "--output", output, *options], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return output


@pytest.fixture(scope="session")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same package for this machine and this Python, unpacked as Lambda does."""
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(build(folder / "api.zip", "--platform", MACHINE, "--python", PYTHON)) as made:
        made.extractall(folder / "task")
    return folder / "task"
