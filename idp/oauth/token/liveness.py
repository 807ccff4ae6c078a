"""Liveness at the token endpoint: the user, the client and the grant may still be used. The same rule for every grant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import InvalidGrant

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.token.grant import GrantHandler, Subject


def require_live(handler: GrantHandler, client: Client, subject: Subject, now: int) -> None:
    """Return when the subject of this request is live. `now`: epoch seconds.

    Raises:
        InvalidGrant: the user is missing or disabled, or changed the password since; the grant is missing, belongs to another client or
            to another client that had this id before, was revoked, or is past its end.
    """
    if not handler.FOR_USERS:
        return
    user, grant = subject.user, subject.grant
    if user is None or user.disabled:
        raise InvalidGrant
    if grant is None:
        if handler.SIGN_IN:
            raise InvalidGrant
        return
    if not (subject.holder or client).holds(grant) or not user.accepts(grant.security_stamp):
        raise InvalidGrant
    # The write that redeems a code checks its expiry, its single use and its revocation: a replay has to reach it.
    if not handler.REDEEMS_CODE and not grant.live(now):
        raise InvalidGrant
