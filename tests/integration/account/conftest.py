"""Providers for the tests of the pages: on the fastest engine, and for races on real engines."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from idp.settings import Settings
from tests.integration.account.passkeys import add, authenticator
from tests.support.pages import ISSUER
from tests.support.world import World

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.authenticator import Authenticator
    from tests.support.people import Person


@pytest.fixture(scope="session")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file with the key that encrypts the keys of these providers."""
    return tmp_path_factory.mktemp("account") / "key"


@pytest.fixture(scope="session")
def deployment(key_file: Path) -> Settings:
    """The settings of one deployment per engine. Tests share it and have their own people, clients and networks; Argon2 is cheap."""
    prefix = f"t{uuid.uuid4().hex[:12]}"
    return Settings(issuer=ISSUER, env="dev", table_prefix=prefix, key_file=str(key_file), argon2_memory_kib=64, argon2_iterations=1)


@pytest.fixture(scope="session")
def prepared() -> set[str]:
    """The endpoints of the engines that have the tables and keys of the deployment."""
    return set()


def _world(settings: Settings, endpoint: str, prepared: set[str], monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", endpoint)
    world = World(settings)
    if endpoint not in prepared:
        world.with_tables()
        prepared.add(endpoint)
    _ = world.services.database  # made while the environment names the engine
    return world


@pytest.fixture
def world(deployment: Settings, quick_endpoint: str, prepared: set[str], monkeypatch: pytest.MonkeyPatch) -> World:
    """A provider on the fastest engine."""
    return _world(deployment, quick_endpoint, prepared, monkeypatch)


@pytest.fixture
def racing(deployment: Settings, dynamodb_endpoint: str, prepared: set[str], monkeypatch: pytest.MonkeyPatch) -> World:
    """A provider on a real engine."""
    return _world(deployment, dynamodb_endpoint, prepared, monkeypatch)


@pytest.fixture
def person(world: World) -> Person:
    """A person with a password."""
    return world.person()


@pytest.fixture
def device(world: World, person: Person) -> Authenticator:
    """The authenticator of a passkey of the person."""
    made = authenticator(person.user)
    add(world, person.user, made)
    return made


@pytest.fixture
def alone(deployment: Settings, quick_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> World:
    """A deployment of its own, for items of which there is one and which the tests of others must not meet."""
    return _world(replace(deployment, table_prefix=f"t{uuid.uuid4().hex[:12]}"), quick_endpoint, set(), monkeypatch)
