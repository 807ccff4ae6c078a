"""Links between subjects of trusted issuers and a user (RFC 7523 §3, ID-JAG)."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path
from starlette.responses import Response

from idp.domain.access import trusted_issuer as domain
from idp.http.admin import present
from idp.http.admin.context import Ctx, answer, no_content, reply
from idp.http.admin.describe import PREFIX, refuses
from idp.http.admin.idempotency_key import OnceOnly
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas.common import UserId
from idp.http.admin.schemas.trusted_issuers import IssuerLink, IssuerLinkPage, NewIssuerLink
from idp.http.admin.scopes import needs
from idp.services.admin.idempotency import Answer

router = APIRouter(prefix=PREFIX + "/users/{user_id}/issuer-links", tags=["Trusted issuers"], route_class=StrictRoute)
LinkId = Annotated[str, Path(pattern="^[A-Za-z0-9_-]{43}$", description="The link's id, from the list.")]


@router.get("", response_model=IssuerLinkPage, responses=refuses(404), **needs("users:read"))
def list_issuer_links(ctx: Ctx, user_id: UserId) -> Response:
    """List the subjects that are linked to this user: those of trusted issuers, and the accounts at connections that open this one."""
    return reply(
        {"items": [_serialise(each) for each in ctx.services.issuer_link_service.of(user_id, scope=ctx.scope)], "next_cursor": None}
    )


@router.post("", response_model=IssuerLink, status_code=201, responses=refuses(404, 409, 422, created=True), **needs("users:write"))
def create_issuer_link(ctx: Ctx, once: OnceOnly, user_id: UserId, new: NewIssuerLink) -> Response:
    """Link a subject of a trusted issuer to this user. A subject can be linked to one user only."""

    def create() -> Answer:
        made = ctx.services.issuer_link_service.create(user_id, new.issuer, new.subject, by=ctx.by, scope=ctx.scope)
        return answer(_serialise(made), 201, location=f"{PREFIX}/users/{quote(user_id, safe='')}/issuer-links/{made.id}", about=user_id)

    return once.run(create)


@router.delete("/{link_id}", status_code=204, responses=refuses(404), **needs("users:write"))
def delete_issuer_link(ctx: Ctx, user_id: UserId, link_id: LinkId) -> Response:
    """Delete a link. Access that apps got by it ends, and so do the sessions that began with the connection of the link.

    It may be the last way into the account.
    """
    ctx.services.issuer_link_service.delete(user_id, link_id, by=ctx.by, scope=ctx.scope)
    return no_content()


def _serialise(it: domain.IssuerLink) -> dict[str, Any]:
    return {
        "id": it.id, "issuer": it.issuer, "tenant": it.tenant, "subject": it.subject, "created_at": present.moment(it.created_at),
        "connection_id": it.connection_id, "email": it.email, "how": it.how,
    }  # fmt: skip
