"""Grants that end with their session, because they are valid only as long as it is (OIDC Core §11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from idp.domain.tokens.grant import Grant
    from idp.store.grants import Grants


def revoke_with_sessions(grants: Grants, user_id: str, sids: Collection[str], now: int) -> list[Grant]:
    """Revoke all grants of sessions with these sids, with `offline_access` and unredeemed codes too.

    It reads the user's grants once, however many sessions end, and needs one write for 25 grants.
    """
    given = [grant for grant in grants.of(user_id) if grant.session_id in sids]
    grants.revoke_all([grant for grant in given if not grant.is_offline and grant.revoked_at is None and now < grant.not_after], now)
    return given
