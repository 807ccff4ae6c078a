"""Fixtures: the examples beside a running provider.

| fixture   | gives                                                        |
|-----------|--------------------------------------------------------------|
| `idp`     | a provider on loopback                                       |
| `example` | `example("fastapi_service.app", ISSUER=…)`: a module of one, imported again with these variables |
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from types import ModuleType

import pytest

from tests.support.served_provider import ServedProvider, served_provider


@pytest.fixture(scope="module")
def idp(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProvider]:
    with served_provider(quick_endpoint, folder=tmp_path_factory.mktemp("idp")) as running:
        yield running


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> Callable[..., ModuleType]:
    def load(name: str, **variables: str) -> ModuleType:
        for variable, value in variables.items():
            monkeypatch.setenv(variable, value)
        monkeypatch.delitem(sys.modules, f"examples.{name}", raising=False)
        return importlib.import_module(f"examples.{name}")

    return load
