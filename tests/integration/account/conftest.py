"""Providers for the tests of the pages: on the fastest engine, and for races on real engines."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest

from idp.http.app import build
from idp.settings import Settings
from idp.store.create import create_tables
from idp.wiring import build_services
from tests.integration.account.world import ISSUER, Clock, World

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What protects the keys of these providers."""
    return tmp_path_factory.mktemp("account") / "key"


@pytest.fixture(scope="session")
def deployment(key_file: Path) -> Settings:
    """One deployment per engine: its tests differ in their people, clients and networks. Hashing takes no time."""
    prefix = f"t{uuid.uuid4().hex[:12]}"
    return Settings(issuer=ISSUER, env="dev", table_prefix=prefix, key_file=str(key_file), argon2_memory_kib=64, argon2_iterations=1)


def _world(settings: Settings, endpoint: str, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", endpoint)
    clock = Clock()
    services = build_services(settings, clock=clock)
    create_tables(services.database)
    services.key_rotation.ensure()
    return World(services, build(services), clock)


@pytest.fixture
def world(deployment: Settings, quick_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> World:
    """A provider on the fastest engine."""
    return _world(deployment, quick_endpoint, monkeypatch)


@pytest.fixture
def racing(deployment: Settings, dynamodb_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> World:
    """A provider on a real engine."""
    return _world(deployment, dynamodb_endpoint, monkeypatch)
