"""Services of a deployment are found without importing more than they need, and each is built in one place."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import idp.wiring
from idp.settings import Settings
from idp.wiring import build_services
from idp.wiring.all_services import AllServices
from idp.wiring.base import Base
from idp.wiring.concerns import CONCERNS
from idp.wiring.protocol import ProtocolServices

ROOT = Path(__file__).resolve().parents[2]


def builders() -> Iterator[type[Base]]:
    """All classes of `idp.wiring` that build services or stores."""
    for found in walk_packages(idp.wiring.__path__, "idp.wiring."):
        module = import_module(found.name)
        yield from (
            one for one in vars(module).values() if isinstance(one, type) and issubclass(one, Base) and one.__module__ == module.__name__
        )


def names(cls: type) -> set[str]:
    return {name for name in vars(cls) if not name.startswith("__")}


def test_each_class_is_in_the_table() -> None:
    """Without its row a service would pass mypy, and its first use would fail."""
    found = {f"{one.__module__}.{one.__qualname__}" for one in builders() if not issubclass(AllServices, one)}
    assert found == set(CONCERNS)
    assert len(set(CONCERNS)) == len(CONCERNS)


def test_each_name_is_built_in_one_place() -> None:
    """A name in two classes would depend on the order of the table."""
    counted = Counter(name for one in builders() for name in names(one))
    assert {name: count for name, count in counted.items() if count > 1} == {}


@pytest.mark.parametrize("name", ["users", "sign_up", "user_service"])
def test_a_service_of_a_concern_is_built_once(name: str) -> None:
    services = build_services(Settings(issuer="https://id.example"))
    assert getattr(services, name) is getattr(services, name)


@pytest.mark.parametrize("name", ["no_such_service", "__deepcopy__"])
def test_an_unknown_name_is_an_attribute_error(name: str) -> None:
    services = build_services(Settings(issuer="https://id.example"))
    with pytest.raises(AttributeError, match=name):
        getattr(services, name)


def test_services_of_the_protocol_import_no_concern() -> None:
    """A cold start pays for the protocol only."""
    program = (
        "import sys\nfrom idp.settings import Settings\nfrom idp.wiring import build_services\n"
        "build_services(Settings(issuer='https://id.example')).session_service\n"
        "print(*(name for name in sys.modules if name.startswith('idp.wiring')))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True)
    allowed = {one.__module__ for one in ProtocolServices.__mro__ if issubclass(one, Base)}
    assert set(done.stdout.split()) == allowed | {"idp.wiring", "idp.wiring.all_services", "idp.wiring.stores"}
