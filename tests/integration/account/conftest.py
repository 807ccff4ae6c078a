"""A provider for the tests of its pages."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from idp.settings import Settings
from idp.store.create import create_tables
from idp.wiring import build_services
from tests.integration.account.world import ISSUER, Clock, World


@pytest.fixture(scope="session")
def deployment(moto_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Tables and keys, made once: tests differ in their users, clients and counters."""
    folder: Path = tmp_path_factory.mktemp("account")
    return Settings(
        issuer=ISSUER, env="dev", table_prefix=f"t{uuid.uuid4().hex[:12]}", key_file=str(folder / "key"), argon2_memory_kib=64,
        argon2_iterations=1,
    )  # fmt: skip


@pytest.fixture
def world(deployment: Settings, moto_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> World:
    """A provider whose tables are this module's, at a time of its own."""
    from idp.http.app import build

    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", moto_endpoint)
    clock = Clock()
    services = build_services(deployment, clock=clock)
    create_tables(services.database)
    services.key_rotation.ensure()
    return World(services, build(services), clock)
