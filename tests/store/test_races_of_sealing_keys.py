"""Concurrent rotations add one sealing key, and no handle that is sealed or opened at the same time is lost."""

from __future__ import annotations

from pathlib import Path

from idp.adapters.key_file import KeyFile
from idp.domain.audit.retention import Retention
from idp.domain.errors import Conflict
from idp.services.audit.recorder import Audit
from idp.services.keys.first_keys import ensure_data_key
from idp.services.keys.keyring import Keyring
from idp.services.keys.sealing_keys import SealingKeys
from idp.settings import Settings
from idp.store.database import Database
from idp.store.events import Events
from idp.store.signing_keys import KeyItems
from tests.store.examples import new_id
from tests.store.race import crowd

NOW = 1_800_000_000


def test_one_of_concurrent_rotations_of_sealing_keys_succeeds(fresh: Database, tmp_path: Path) -> None:
    """The others get the answer that a new key exists already."""
    settings = Settings(issuer="https://id.example.com", env="dev", key_file=str(tmp_path / "key"))
    items, envelope = KeyItems(fresh), KeyFile(settings.key_file)
    ensure_data_key(items, items.load(), envelope, NOW - 86400)

    def sealing() -> SealingKeys:
        return SealingKeys(
            items,
            Keyring(items, envelope, lambda: NOW, rp_id=settings.webauthn_rp_id),
            Audit(Events(fresh), lambda: NOW, new_id, Retention(1, {})),
            settings,
            lambda: NOW,
        )

    crew = [sealing() for _ in range(8)]
    for each in crew:
        each.listing()

    def rotate(number: int) -> bool:
        try:
            crew[number].rotate()
        except Conflict:
            return False
        return True

    won = crowd(8, rotate)
    made = [key for key in sealing().listing() if key.created_at >= NOW]
    assert len(made) == sum(won) >= 1
    assert len({key.state for key in made}) == 1
    assert [key.state for key in sealing().listing()].count("active") == 1
