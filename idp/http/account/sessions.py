"""The part of the account page about browsers: where the person is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.access.tenancy import DEPLOYMENT
from idp.http.account.moment import moment
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request

    from idp.domain.sessions.session import Session
    from idp.domain.sessions.visitor import Visitor


def rows(request: Request, visitor: Visitor) -> dict[str, Any]:
    """What `templates/account/sessions.html` shows: this browser first, then the newest."""
    found = services(request).access.sessions(visitor.user, scope=DEPLOYMENT)
    current = visitor.session.id
    return {"sessions": [_row(one, current=one.id == current) for one in sorted(found, key=lambda one: one.id != current)]}


def _row(session: Session, *, current: bool) -> dict[str, Any]:
    return {
        "id": session.id, "user_agent": session.user_agent, "address": session.address, "country": session.country,
        "started": moment(session.created_at), "last_used": moment(session.last_seen_at), "current": current,
    }  # fmt: skip
