"""The harness of Keycloak: one server for all processes of a run, and exports while it runs."""

from __future__ import annotations

import contextlib
import json
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest

from tests.support import keycloak_process
from tests.support.process import StartError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.support.keycloak import Keycloak

pytestmark = pytest.mark.slow


def test_an_export_beside_the_running_server_has_hashes(keycloak: Keycloak, tmp_path: Path) -> None:
    """And so a test can change a realm, export it, and sign in at it afterwards."""
    realm = keycloak.realm()
    realm.user("ada", password="nine wet walruses")
    found = json.loads(realm.export(tmp_path).read_text())
    [credential] = next(user for user in found["users"] if user["username"] == "ada")["credentials"]
    assert json.loads(credential["credentialData"])["algorithm"] == "argon2"
    with keycloak.browser() as browser:
        assert browser.get(f"{realm.issuer}/.well-known/openid-configuration").json()["issuer"] == realm.issuer
        assert "IDPSSODescriptor" in browser.get(realm.saml_metadata).text


def test_the_first_process_starts_it_and_waits_for_the_others(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    starts: list[str] = []

    @contextlib.contextmanager
    def started(folder: Path) -> Iterator[Mapping[str, str]]:
        starts.append("started")
        yield {"url": str(folder)}
        starts.append("ended")

    def use(until: Event) -> None:
        with keycloak_process.shared(tmp_path / "kc"):
            inside.set()
            until.wait(60)

    monkeypatch.setattr(keycloak_process, "started", started)
    inside, first_done, second_done = Event(), Event(), Event()
    threads = [Thread(target=use, args=(event,), daemon=True) for event in (first_done, second_done)]
    for thread in threads:
        thread.start()
        assert inside.wait(60)
        inside.clear()
    first_done.set()
    threads[0].join(0.2)
    assert threads[0].is_alive(), "it does not end while the second one uses it"
    assert starts == ["started"]
    second_done.set()
    for thread in threads:
        thread.join(60)
    assert starts == ["started", "ended"]


def test_a_keycloak_that_is_not_there_names_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(keycloak_process, "HOME", tmp_path)
    with pytest.raises(StartError, match=r"make \.tools/keycloak/\.stamp"):
        keycloak_process.command(tmp_path)
