"""A provider for the tests of its protocol."""

from __future__ import annotations

import uuid

import pytest

from idp.settings import Settings
from idp.store.create import create_tables
from idp.wiring import build_services
from tests.integration.oidc.deployment import APPS, ISSUER, Clock, Deployment

ENDPOINT = "AWS_ENDPOINT_URL_DYNAMODB"


def settings(folder: str, **chosen: str | int) -> Settings:
    """Settings of a deployment with tables of its own."""
    return Settings(**{
        "issuer": ISSUER, "env": "dev", "table_prefix": f"t{uuid.uuid4().hex[:12]}", "key_file": f"{folder}/key",
        "argon2_memory_kib": 64, "argon2_iterations": 1, **chosen,
    })  # type: ignore[arg-type]  # fmt: skip


def prepared(chosen: Settings) -> Deployment:
    """A deployment with tables, keys and apps. The environment says where the engine is."""
    clock = Clock()
    services = build_services(chosen, clock=clock)
    create_tables(services.database)
    services.key_rotation.ensure()
    for app in APPS:
        assert services.clients.create(app.client)
    return Deployment(services, clock)


@pytest.fixture(scope="session")
def oidc_settings(moto_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Tables, keys and apps, made once: tests have people, grants and a clock of their own, and leave the apps as they are."""
    chosen = settings(str(tmp_path_factory.mktemp("oidc")))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(ENDPOINT, moto_endpoint)
        prepared(chosen)
    return chosen


@pytest.fixture
def idp(oidc_settings: Settings, moto_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """The provider."""
    monkeypatch.setenv(ENDPOINT, moto_endpoint)
    clock = Clock()
    return Deployment(build_services(oidc_settings, clock=clock), clock)


@pytest.fixture
def fresh(moto_endpoint: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """A provider with keys and tables of its own, for tests that change them."""
    monkeypatch.setenv(ENDPOINT, moto_endpoint)
    return prepared(settings(str(tmp_path_factory.mktemp("oidc"))))
