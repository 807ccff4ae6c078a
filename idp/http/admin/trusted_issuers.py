"""Issuers whose assertions are accepted as grants (RFC 7523 §2.1, ID-JAG)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.responses import Response

from idp.domain.access import trusted_issuer as domain
from idp.http.admin import present
from idp.http.admin.context import Ctx, answer, no_content, reply
from idp.http.admin.describe import ETAG, PREFIX, refuses
from idp.http.admin.etags import Expected
from idp.http.admin.idempotency_key import OnceOnly
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas.trusted_issuers import NewTrustedIssuer, TrustedIssuer, TrustedIssuerPage
from idp.http.admin.scopes import needs
from idp.services.admin.idempotency import Answer

router = APIRouter(prefix=PREFIX + "/trusted-issuers", tags=["Trusted issuers"], route_class=StrictRoute)
IssuerId = Annotated[str, Path(pattern="^[A-Za-z0-9_-]{43}$", description="The issuer's id, from the list.")]


@router.get("", response_model=TrustedIssuerPage, responses=refuses(), **needs("issuers:read"))
def list_trusted_issuers(ctx: Ctx) -> Response:
    """List all issuers."""
    return reply(
        {"items": [_serialise(each) for each in ctx.services.trusted_issuer_service.listing(scope=ctx.scope)], "next_cursor": None}
    )


@router.post("", response_model=TrustedIssuer, status_code=201, responses=refuses(409, 422, created=True), **needs("issuers:write"))
def create_trusted_issuer(ctx: Ctx, once: OnceOnly, new: NewTrustedIssuer) -> Response:
    """Add an issuer whose assertions are accepted. It has no effect before users are linked, or are found by a verified email address."""

    def create() -> Answer:
        made = ctx.services.trusted_issuer_service.create(_parse(new), by=ctx.by, scope=ctx.scope)
        return answer(_serialise(made), 201, version=made.version, location=f"{PREFIX}/trusted-issuers/{made.id}")

    return once.run(create)


@router.get("/{issuer_id}", response_model=TrustedIssuer, responses=refuses(404, ok=ETAG), **needs("issuers:read"))
def get_trusted_issuer(ctx: Ctx, issuer_id: IssuerId) -> Response:
    """Get one issuer."""
    found = ctx.services.trusted_issuer_service.get(issuer_id, scope=ctx.scope)
    return reply(_serialise(found), version=found.version)


@router.put("/{issuer_id}", response_model=TrustedIssuer, responses=refuses(404, 412, 415, ok=ETAG), **needs("issuers:write"))
def put_trusted_issuer(ctx: Ctx, issuer_id: IssuerId, new: NewTrustedIssuer, expected: Expected) -> Response:
    """Replace all members of an issuer. With another tenant the existing links have no effect."""
    written = ctx.services.trusted_issuer_service.put(issuer_id, _parse(new), by=ctx.by, expected=expected, scope=ctx.scope)
    return reply(_serialise(written), version=written.version)


@router.delete("/{issuer_id}", status_code=204, responses=refuses(404, 412), **needs("issuers:write"))
def delete_trusted_issuer(ctx: Ctx, issuer_id: IssuerId, expected: Expected) -> Response:
    """Delete an issuer. Its assertions are refused at once. Access tokens that were issued before stay valid for their few minutes; a
    user's end with the grant.
    """
    ctx.services.trusted_issuer_service.delete(issuer_id, by=ctx.by, expected=expected, scope=ctx.scope)
    return no_content()


def _parse(new: NewTrustedIssuer) -> domain.TrustedIssuer:
    members: dict[str, Any] = {
        name: tuple(dict.fromkeys(value)) if isinstance(value, list) else value for name, value in new.model_dump().items()
    }
    return domain.TrustedIssuer(**members)


def _serialise(it: domain.TrustedIssuer) -> dict[str, Any]:
    members: dict[str, Any] = {name: value for name, value in asdict(it).items() if name not in {"version", "incarnations"}}
    return {**members, "id": it.id, "created_at": present.moment(it.created_at), "updated_at": present.moment(it.updated_at)}
