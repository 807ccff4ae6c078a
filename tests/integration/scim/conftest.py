"""Providers with SCIM. `scim` is on the fastest engine, for one test; `shared` for all tests of a module; `racing` on each real engine."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from idp.settings import Settings
from tests.integration.scim.provisioning import ISSUER, Provisioning

Make = Callable[[str], Provisioning]


@pytest.fixture(scope="session")
def make_scim(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Makes providers on an engine. They share their keys, since RSA keys take a while to make, and nothing else."""
    key_file = str(tmp_path_factory.mktemp("scim") / "key")
    keys: list[dict[str, Any]] = []

    def make(endpoint: str) -> Provisioning:
        settings = Settings(
            issuer=ISSUER, table_prefix="t" + uuid.uuid4().hex[:12], key_file=key_file, argon2_memory_kib=8, argon2_iterations=1,
            scim="on", mail_from="id@example.com", mail_function="mail", organization_client_scopes="orders", organization_scim_clients=5,
        )  # fmt: skip
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("AWS_ENDPOINT_URL_DYNAMODB", endpoint)
            made = Provisioning(settings, keys)
            made.with_tables()
        return made

    return make


@pytest.fixture
def scim(make_scim: Make, quick_endpoint: str) -> Provisioning:
    return make_scim(quick_endpoint)


@pytest.fixture(scope="module")
def shared(make_scim: Make, quick_endpoint: str) -> Provisioning:
    return make_scim(quick_endpoint)


@pytest.fixture
def racing(make_scim: Make, dynamodb_endpoint: str) -> Provisioning:
    return make_scim(dynamodb_endpoint)
