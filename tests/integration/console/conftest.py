"""A provider with the console, an admin, and a person to administer."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.settings import Settings
from tests.integration.console.admins import Admin, sign_in
from tests.support.pages import ISSUER
from tests.support.world import World

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.people import Person


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of one deployment. Tests share it and have their own people; Argon2 is cheap."""
    key_file: Path = tmp_path_factory.mktemp("console") / "key"
    return Settings(
        issuer=ISSUER, env="dev", table_prefix=f"t{uuid.uuid4().hex[:12]}", key_file=str(key_file), argon2_memory_kib=64,
        argon2_iterations=1, console="on", sign_up="invited", organization_client_scopes="orders", organization_scim_clients=2,
        organization_connections=3,
    )  # fmt: skip


@pytest.fixture(scope="session")
def prepared() -> set[str]:
    """The endpoints of the engines that have the tables and keys of the deployment."""
    return set()


@pytest.fixture
def world(settings: Settings, quick_endpoint: str, prepared: set[str], monkeypatch: pytest.MonkeyPatch) -> World:
    """The provider, on the fastest engine."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", quick_endpoint)
    world = World(settings)
    if quick_endpoint not in prepared:
        world.with_tables()
        prepared.add(quick_endpoint)
    _ = world.services.database  # made while the environment names the engine
    return world


@pytest.fixture
def admin(world: World) -> Admin:
    """An admin who has just signed in with an authenticator, and opened the console."""
    return sign_in(world)


@pytest.fixture
def ada(world: World) -> Person:
    """A person with a name and an authenticator."""
    person = world.person(totp=True, claims={"name": "Ada Lovelace", "given_name": "Ada"}, email_verified=True)
    person.user = world.services.user_service.get(person.user.id, scope=DEPLOYMENT)
    return person
