"""A new deployment that is set up by many at once has one signing key per algorithm."""

from __future__ import annotations

from pathlib import Path

from idp.adapters.key_file import KeyFile
from idp.services.audit.recorder import Audit
from idp.services.keys.key_rotation import KeyRotation
from idp.services.keys.keyring import Keyring
from idp.settings import Settings
from idp.store.database import Database
from idp.store.events import Events
from idp.store.signing_keys import KeyItems
from tests.store.examples import new_id
from tests.store.race import crowd

NOW = 1_800_000_000


def audit(database: Database) -> Audit:
    return Audit(Events(database), lambda: NOW, new_id, retention=3600)


def test_one_key_signs_after_many_set_ups_at_once(real: Database, tmp_path: Path) -> None:
    """One key signs at a time, from the first moment on (docs/design.md, Tokens and keys)."""
    settings = Settings(issuer="https://id.example.com", env="dev", key_file=str(tmp_path / "key"), signing_algorithms="RS256 ES256")

    def rotation() -> KeyRotation:
        items, envelope = KeyItems(real), KeyFile(settings.key_file)
        return KeyRotation(items, envelope, Keyring(items, envelope, lambda: NOW), audit(real), settings, lambda: NOW)

    KeyFile(settings.key_file).wrap(b"made before the race")
    crowd(8, lambda _: rotation().ensure())
    states = [(key.alg, key.state) for key in rotation().listing()]
    assert states.count(("RS256", "active")) == 1
    assert states.count(("ES256", "active")) == 1
    assert ("RS256", "next") in states
