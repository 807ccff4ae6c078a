"""Fixtures for every test: DynamoDB endpoints, invalid AWS credentials, a unique table prefix, the path of the browser.

| fixture             | gives                                                                                          |
|---------------------|------------------------------------------------------------------------------------------------|
| `quick_endpoint`    | URL of the fastest engine: for each test that is not about a race                              |
| `moto_endpoint`     | URL of moto, in this process: for tests that also need KMS, SES or other services of AWS       |
| `dynamodb_endpoint` | URL of a real engine; the test runs once on each, and has the mark `engines`                   |
| `lossy`             | a proxy in front of `dynamodb_endpoint` that counts, loses replies, injects errors and delays  |
| `lossy_quick`       | the same in front of `quick_endpoint`                                                          |
| `table_prefix`      | a prefix for table names that no other test has                                                |
| `keycloak`          | Keycloak, started once for all processes of a run (`tests/support/keycloak.py`)                |
| `chromium`          | path of the Chromium to drive                                                                  |
| `node_clients`      | folder of the npm clients, installed                                                           |
| `artefacts`         | folder for screenshots and logs that outlive the run                                           |
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from idp.adapters import aws_client
from tests.engines.launch import ROOT, Engines, quick_engine, real_engines
from tests.engines.lossy_proxy import LossyProxy
from tests.support.keycloak import Keycloak, keycloak_server
from tests.support.process import StartError
from tests.support.rsa_keys import keep_rsa_keys
from tools.translation.compilation import compile_all

# DynamoDB Local takes letters and digits only. Set before anything makes a client, and inherited by what the tests start.
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}
# No setting or AWS account of the person who runs the tests reaches a test.
# Nor does one that makes each process compile all modules again.
FOREIGN = (
    "PYTHONDONTWRITEBYTECODE",
    "AWS_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_DYNAMODB",
    "AWS_LAMBDA_RUNTIME_API",
)

# Seconds before a call to AWS is repeated, times a random number and a power of 2. In production it is ten times as long.
PAUSE = 0.01

_SETTINGS: dict[str, str] = {}

# Hypothesis tries the same examples in each run, without a deadline, so that a busy machine changes no result.
# pytest --hypothesis-profile=default tries other examples.
settings.register_profile("same", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("same")


def pytest_configure() -> None:
    """The environment of every test is the same on every machine. The catalogues of languages are compiled as they are now."""
    keep_rsa_keys()
    aws_client._PAUSE = PAUSE  # noqa: SLF001  # tests do not wait between tries
    for name in [*FOREIGN, *(n for n in os.environ if n.startswith("IDP_") and not n.startswith("IDP_TEST_"))]:
        os.environ.pop(name, None)
    os.environ.update(CREDENTIALS)
    _SETTINGS.update({name: value for name, value in os.environ.items() if name.startswith(("AWS_", "IDP_"))})
    compile_all()


def pytest_collection_finish() -> None:
    """The collector of cycles never looks at the 35,000 tests themselves."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """After the last test of a file the settings are those of before it: a provider that starts later would use another's tables."""
    yield
    if nextitem is None or nextitem.path != item.path:
        now = {name: value for name, value in os.environ.items() if name.startswith(("AWS_", "IDP_"))}
        if now != _SETTINGS:
            print(f"{item.path.name} left other settings: {sorted(now.items() ^ _SETTINGS.items())}", file=sys.__stderr__)
            for name in now.keys() - _SETTINGS.keys():
                del os.environ[name]
            os.environ.update(_SETTINGS)


@pytest.fixture(scope="session")
def engines() -> Iterator[Engines]:
    """Engines by name. Each starts at its first use and ends after the last test."""
    running = Engines()
    yield running
    running.close()


def _started(engines: Engines, name: str) -> str:
    try:
        return engines.url(name)
    except StartError as problem:
        pytest.fail(f"{name}: {problem}", pytrace=False)


@pytest.fixture(scope="session", params=[pytest.param(name, marks=pytest.mark.engines) for name in real_engines()])
def dynamodb_endpoint(engines: Engines, request: pytest.FixtureRequest) -> str:
    """A real engine. If it cannot start, the test fails and names the command that helps."""
    return _started(engines, request.param)


@pytest.fixture(scope="session")
def quick_endpoint(engines: Engines) -> str:
    """The engine that answers fastest. A test about a race takes `dynamodb_endpoint` instead."""
    return _started(engines, quick_engine())


@pytest.fixture(scope="session")
def moto_endpoint(engines: Engines) -> str:
    """Moto over HTTP: DynamoDB and other services of AWS."""
    return _started(engines, "moto")


@pytest.fixture
def lossy(dynamodb_endpoint: str) -> Iterator[LossyProxy]:
    """A proxy in front of a real engine. It fails as the test asks."""
    with LossyProxy(dynamodb_endpoint) as proxy:
        yield proxy


@pytest.fixture
def lossy_quick(quick_endpoint: str) -> Iterator[LossyProxy]:
    """A proxy in front of the fastest engine. It fails as the test asks."""
    with LossyProxy(quick_endpoint) as proxy:
        yield proxy


@pytest.fixture
def table_prefix() -> str:
    """A prefix that no other test has: tests share engines and no tables."""
    return f"t{uuid.uuid4().hex[:12]}-"


@pytest.fixture(scope="session")
def keycloak(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keycloak]:
    """Keycloak on loopback, over https. The processes of pytest-xdist share one."""
    base = tmp_path_factory.getbasetemp()
    try:
        with keycloak_server((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "keycloak") as running:
            yield running
    except StartError as problem:
        pytest.fail(f"Keycloak: {problem}", pytrace=False)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium: IDP_TEST_CHROMIUM, or the one in PATH."""
    found = os.environ.get("IDP_TEST_CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if not found:
        pytest.fail("no Chromium; install it with: apt-get install chromium (or set IDP_TEST_CHROMIUM)", pytrace=False)
    return found


@pytest.fixture(scope="session")
def node_clients() -> Path:
    """The folder with the npm packages openid-client, oauth4webapi and axe-core."""
    folder = ROOT / "tests" / "clients"
    if not (folder / "node_modules" / "openid-client").exists():
        pytest.fail("the npm clients are not installed; install them with: make setup", pytrace=False)
    if not shutil.which("node"):
        pytest.fail("no Node; install it with: apt-get install nodejs npm", pytrace=False)
    return folder


@pytest.fixture(scope="session")
def artefacts() -> Path:
    """The folder for screenshots and logs: `.artefacts/`, which git ignores."""
    folder = ROOT / ".artefacts"
    folder.mkdir(exist_ok=True)
    return folder
