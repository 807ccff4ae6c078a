"""A provider for the tests of its protocol."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from ipaddress import IPv4Address
from itertools import count
from typing import Any

import pytest

from idp.settings import Settings
from idp.wiring import build_services
from tests.support.clock import Clock
from tests.support.deployment import Deployment, prepared, removed, settings

ENDPOINT = "AWS_ENDPOINT_URL_DYNAMODB"
WithSettings = Callable[..., Deployment]
_addresses = count(0xCB00_0000)


@pytest.fixture(scope="session")
def oidc_settings(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a deployment whose tables, keys and apps are made once. Tests make their own people and grants, and change no app."""
    chosen = settings(str(tmp_path_factory.mktemp("oidc")))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(ENDPOINT, quick_endpoint)
        prepared(chosen)
    return chosen


@pytest.fixture
def idp(oidc_settings: Settings, quick_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """The shared provider, with a new clock."""
    monkeypatch.setenv(ENDPOINT, quick_endpoint)
    clock = Clock()
    return Deployment(build_services(oidc_settings, clock=clock), clock)


@pytest.fixture
def with_settings(oidc_settings: Settings, quick_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> WithSettings:
    """Makes the provider with changed settings, on the same tables. Requests come from a network of their own."""
    monkeypatch.setenv(ENDPOINT, quick_endpoint)

    def make(**chosen: Any) -> Deployment:
        clock = Clock()
        made = Deployment(build_services(replace(oidc_settings, **chosen), clock=clock), clock)
        made.address = str(IPv4Address(next(_addresses)))
        return made

    return make


@pytest.fixture(scope="session")
def first_keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, list[dict[str, Any]]]:
    """A folder for the key file, and the items of the keys table after the first start. The first deployment fills the list."""
    return str(tmp_path_factory.mktemp("oidc")), []


@pytest.fixture
def fresh(quick_endpoint: str, first_keys: tuple[str, list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    """A provider with its own tables, for tests that change keys. All of them start with the same keys."""
    monkeypatch.setenv(ENDPOINT, quick_endpoint)
    folder, keys = first_keys
    made = prepared(settings(folder), keys)
    yield made
    removed(made)
