"""Where the audit chain stands: the last sealed hour, the head of each shard, and what `idp audit verify` found last, in words."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from idp.domain.audit.report import ALTERED, FORKED, INSERTED, MISSING, REORDERED
from idp.domain.texts import marked
from idp.http.account.moment import moment
from idp.http.console.audit import AUDIT
from idp.http.console.pages import Page
from idp.http.console.show import show
from idp.http.language import texts_of
from idp.http.services import services

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.http.console.visit import Visit

WORDS: Mapping[str, str] = MappingProxyType(
    {
        FORKED: marked("A head or a block is not the one that was signed."),
        MISSING: marked("An event, a block or a signed hour is gone before its time."),
        ALTERED: marked("An event or a block says something else than when it was written."),
        REORDERED: marked("Events stand in another order than when they were written."),
        INSERTED: marked("An event was put in that no block has."),
    }
)
"""By the worst fault."""
_FINE = marked("Nothing was removed, changed or put in.")


def page(request: Request, visit: Visit) -> Response:
    """GET /console/audit/chain. It takes two calls more than every page."""
    s, texts = services(request), texts_of(request)
    state = s.chain_state.read(scope=visit.scope)
    head, verified = state.head, state.verified
    return show(
        request, "audit_chain.html", at=AUDIT, chained=s.settings.chains_events, sealed=state.sealed, late=state.late,
        hour=head.hour if head else "", signed=moment(head.at) if head else None,
        shards=[(shard, each.number, each.hash) for shard, each in enumerate(head.positions)] if head else [], verified=verified,
        verified_at=moment(verified.at) if verified else None,
        words=texts.text(WORDS.get(verified.worst, _FINE)) if verified else "",
    )  # fmt: skip


PAGES = (Page(f"{AUDIT}/chain", "GET", page, needs=("audit:read",)),)
