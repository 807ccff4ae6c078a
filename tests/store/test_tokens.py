"""Tokens revoked one by one."""

from __future__ import annotations

from idp.store.database import Database
from idp.store.tokens import KEPT, RevokedTokens
from tests.store.examples import NOW, new_id
from tests.support.stored import is_revoked


def test_a_revoked_token_is_revoked_and_no_other(database: Database) -> None:
    """Once more is the same (RFC 7009 §2.2)."""
    revoked, jti = RevokedTokens(database), new_id()
    assert not is_revoked(database, jti, NOW)
    for _ in range(2):
        revoked.revoke(jti, NOW + 600)
    assert is_revoked(database, jti, NOW)
    assert not is_revoked(database, jti + "x", NOW)


def test_the_mark_outlives_the_token_and_then_says_nothing(database: Database) -> None:
    """A verifier whose clock is slow still finds it; long after, the item that TTL has not swept counts no more (K-07)."""
    revoked, jti = RevokedTokens(database), new_id()
    revoked.revoke(jti, NOW + 600)
    assert is_revoked(database, jti, NOW + 600)
    assert not is_revoked(database, jti, NOW + 600 + KEPT)
