"""Tokens that were revoked individually."""

from __future__ import annotations

from idp.store.database import Database
from idp.store.tokens import KEPT, RevokedTokens
from tests.store.examples import NOW, new_id
from tests.support.stored import is_revoked


def test_a_revoked_token_is_revoked_and_no_other(database: Database) -> None:
    """A repeated revocation has no effect (RFC 7009 §2.2)."""
    revoked, jti = RevokedTokens(database), new_id()
    assert not is_revoked(database, jti, NOW)
    for _ in range(2):
        revoked.revoke(jti, NOW + 600)
    assert is_revoked(database, jti, NOW)
    assert not is_revoked(database, jti + "x", NOW)


def test_a_mark_outlives_its_token_and_then_does_not_count(database: Database) -> None:
    """A verifier with a slow clock still finds it. Long after, an item that TTL has not removed does not count (K-07)."""
    revoked, jti = RevokedTokens(database), new_id()
    revoked.revoke(jti, NOW + 600)
    assert is_revoked(database, jti, NOW + 600)
    assert not is_revoked(database, jti, NOW + 600 + KEPT)
