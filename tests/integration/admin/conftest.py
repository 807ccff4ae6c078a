"""Providers with their admin API. `world` and `shared` are on the fastest engine.

| fixture  | gives                                                                            |
|----------|----------------------------------------------------------------------------------|
| `world`  | a provider for one test                                                          |
| `shared` | a provider for all tests of a module; each test looks only at what it made       |
| `racing` | a provider for one test, on each real engine: for races                          |
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from idp.http.mails import render_mail
from idp.services.mail.outbox import Outbox
from idp.settings import Settings
from tests.integration.admin.operations import Bucket
from tests.support.admin_calls import ISSUER
from tests.support.world import World

Make = Callable[[str], World]


@pytest.fixture(scope="session")
def make_world(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Makes providers on an engine. They share their keys, since RSA keys take a while to make, and nothing else."""
    key_file = str(tmp_path_factory.mktemp("admin") / "key")
    keys: list[dict[str, Any]] = []

    def make(endpoint: str) -> World:
        settings = Settings(
            issuer=ISSUER, table_prefix="t" + uuid.uuid4().hex[:12], key_file=key_file, argon2_memory_kib=8, argon2_iterations=1,
            mail_from="id@example.com", mail_function="mail",
            sign_up="invited", import_bucket="uploads", hooks="on", organization_client_scopes="orders users:read",
            organization_scim_clients=5, organization_connections=5,
        )  # fmt: skip
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("AWS_ENDPOINT_URL_DYNAMODB", endpoint)
            world = World(settings, keys).begun()
        world.services.mailer = Outbox(render_mail, world.clock)  # instead of the mail function
        vars(world.services)["import_bucket"] = Bucket()  # instead of S3
        return world

    return make


@pytest.fixture
def world(make_world: Make, quick_endpoint: str) -> World:
    """A provider for this test only."""
    return make_world(quick_endpoint)


@pytest.fixture(scope="module")
def shared(make_world: Make, quick_endpoint: str) -> World:
    """A provider for all tests of the module."""
    return make_world(quick_endpoint)


@pytest.fixture
def racing(make_world: Make, dynamodb_endpoint: str) -> World:
    """A provider for this test only, once on each real engine."""
    return make_world(dynamodb_endpoint)
