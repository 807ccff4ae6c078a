"""A new deployment that is set up concurrently has one signing key per algorithm."""

from __future__ import annotations

from pathlib import Path

import pytest

from idp.adapters.key_file import KeyFile
from idp.domain.audit.retention import Retention
from idp.services.audit.recorder import Audit
from idp.services.keys.key_rotation import KeyRotation
from idp.services.keys.keyring import Keyring
from idp.services.keys.rp_id import RpIdDiffers
from idp.settings import Settings
from idp.store.create import create_tables
from idp.store.database import Database
from idp.store.events import Events
from idp.store.signing_keys import KeyItems
from tests.store.examples import new_id
from tests.store.race import crowd

NOW = 1_800_000_000


def audit(database: Database) -> Audit:
    return Audit(Events(database), lambda: NOW, new_id, Retention(1, {}))


def test_one_key_signs_after_concurrent_first_starts(real: Database, tmp_path: Path) -> None:
    """One key signs at a time, from the first moment on (docs/design.md, Tokens and keys)."""
    settings = Settings(issuer="https://id.example.com", env="dev", key_file=str(tmp_path / "key"), signing_algorithms="RS256 ES256")

    def rotation() -> KeyRotation:
        items, envelope = KeyItems(real), KeyFile(settings.key_file)
        return KeyRotation(
            items, envelope, Keyring(items, envelope, lambda: NOW, rp_id=settings.webauthn_rp_id), audit(real), settings, lambda: NOW
        )

    KeyFile(settings.key_file).wrap(b"made before the race")
    crowd(8, lambda _: rotation().ensure())
    states = [(key.alg, key.state) for key in rotation().listing()]
    assert states.count(("RS256", "active")) == 1
    assert states.count(("ES256", "active")) == 1
    assert ("RS256", "next") in states


def test_a_start_whose_key_another_start_has_activated_goes_on(real: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other start activates it between the write of the key and the next read, and has not added its own next key yet."""
    settings = Settings(issuer="https://id.example.com", env="dev", key_file=str(tmp_path / "key"), signing_algorithms="Ed25519")
    new = Database(prefix=f"t{new_id()[:10]}", transport=real.transport)
    create_tables(new)
    items, envelope = KeyItems(new), KeyFile(settings.key_file)
    keyring = Keyring(items, envelope, lambda: NOW, rp_id=settings.webauthn_rp_id)
    rotation = KeyRotation(items, envelope, keyring, audit(new), settings, lambda: NOW)
    add = rotation._add_next  # noqa: SLF001  # the other start acts right after it

    def add_and_lose(alg: str, now: int) -> None:
        add(alg, now)
        (made,) = [key for key in items.load().signing if key.alg == alg]
        assert items.activate_first(made, now)

    monkeypatch.setattr(rotation, "_add_next", add_and_lose)
    rotation.ensure()
    assert [key.state for key in rotation.listing() if key.alg == "Ed25519"] == ["active"]


def test_first_starts_with_two_rp_ids_store_one(real: Database, tmp_path: Path) -> None:
    """Half of eight first starts have another RP ID. One RP ID is stored; every start with the other is refused and stores nothing else."""
    names = ("example.com", "id.example.com")
    both = [
        Settings(issuer="https://id.example.com", env="dev", key_file=str(tmp_path / "key"), signing_algorithms="RS256", rp_id=name)
        for name in names
    ]
    KeyItems(real).remove_rp_id(KeyItems(real).load().rp_id or "")
    KeyFile(both[0].key_file).wrap(b"made before the race")

    def start(number: int) -> str | None:
        settings = both[number % 2]
        items, envelope = KeyItems(real), KeyFile(settings.key_file)
        keyring = Keyring(items, envelope, lambda: NOW, rp_id=settings.webauthn_rp_id)
        try:
            KeyRotation(items, envelope, keyring, audit(real), settings, lambda: NOW).ensure()
        except RpIdDiffers:
            return None
        return settings.rp_id

    started = crowd(8, start)
    stored = KeyItems(real).load().rp_id
    assert stored in names
    assert [each is not None for each in started] == [name == stored for name in names] * 4
