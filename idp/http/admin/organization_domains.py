"""Domains of organisations, which a DNS record proves (threats O-17)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path
from starlette.responses import Response

from idp.http.admin import present
from idp.http.admin.context import Ctx, answer, no_content, reply
from idp.http.admin.describe import ETAG, PREFIX, refuses
from idp.http.admin.etags import Expected
from idp.http.admin.idempotency_key import OnceOnly
from idp.http.admin.organizations import OrgId
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas.organizations import Domain, DomainChanges, DomainList, NewDomain
from idp.http.admin.scopes import needs
from idp.services.admin.idempotency import Answer

if TYPE_CHECKING:
    from idp.domain.organisations.domain_claim import DomainClaim

router = APIRouter(prefix=PREFIX + "/organizations/{org_id}/domains", tags=["Organizations"], route_class=StrictRoute)
DomainName = Annotated[str, Path(pattern="^[a-z0-9.-]{3,253}$", description="The domain, in lower case and ASCII.")]
_READ, _WRITE = "organizations:read", "organizations:write"


@router.get("", response_model=DomainList, responses=refuses(404), **needs(_READ))
def list_domains(ctx: Ctx, org_id: OrgId) -> Response:
    """List the domains that an organisation claims, with the records that prove them."""
    found = ctx.services.domain_service.listing(org_id, scope=ctx.scope)
    return reply({"items": [_show(each) for each in found]})


@router.post("", response_model=Domain, status_code=201, responses=refuses(404, 409, 422, created=True), **needs(_WRITE))
def claim_domain(ctx: Ctx, once: OnceOnly, org_id: OrgId, new: NewDomain) -> Response:
    """Claim a domain. Publish the record of the answer in the DNS, and then check it."""

    def claim() -> Answer:
        made = ctx.services.domain_service.claim(org_id, new.domain, connection_id=new.connection_id or "", by=ctx.by, scope=ctx.scope)
        location = f"{PREFIX}/organizations/{org_id}/domains/{made.domain}"
        return answer(_show(made), 201, version=made.version, location=location)

    return once.run(claim)


@router.get("/{domain}", response_model=Domain, responses=refuses(404, ok=ETAG), **needs(_READ))
def get_domain(ctx: Ctx, org_id: OrgId, domain: DomainName) -> Response:
    """Get one domain."""
    found = ctx.services.domain_service.get(org_id, domain, scope=ctx.scope)
    return reply(_show(found), version=found.version)


@router.patch("/{domain}", response_model=Domain, responses=refuses(404, 409, 412, 415, ok=ETAG), **needs(_WRITE))
def change_domain(ctx: Ctx, org_id: OrgId, domain: DomainName, changes: DomainChanges, expected: Expected) -> Response:
    """Change where a domain leads, by an RFC 7396 patch. An organisation's own admin leads it to its own connections only.

    If the organisation accepts no other sign-in, its own admin leads the last domain to a connection only after signing in by it (409).
    """
    wanted = changes.model_dump(exclude_unset=True)
    service = ctx.services.domain_service
    if "connection_id" in wanted:
        found = service.route(org_id, domain, wanted["connection_id"], by=ctx.by, expected=expected, scope=ctx.scope)
    else:
        found = service.get(org_id, domain, scope=ctx.scope)
    return reply(_show(found), version=found.version)


@router.post("/{domain}/check", response_model=Domain, responses=refuses(404, 409, 422, ok=ETAG), **needs(_WRITE))
def check_domain(ctx: Ctx, once: OnceOnly, org_id: OrgId, domain: DomainName) -> Response:
    """Look the record up now. The answer has the state that follows; a domain stays pending until its record is found."""

    def check() -> Answer:
        found = ctx.services.domain_service.check(org_id, domain, by=ctx.by, scope=ctx.scope)
        return answer(_show(found), version=found.version)

    return once.run(check)


@router.delete("/{domain}", status_code=204, responses=refuses(404, 409, 412), **needs(_WRITE))
def remove_domain(ctx: Ctx, org_id: OrgId, domain: DomainName, expected: Expected) -> Response:
    """Remove a domain. It leads nowhere then, and another organisation may prove it."""
    ctx.services.domain_service.remove(org_id, domain, by=ctx.by, expected=expected, scope=ctx.scope)
    return no_content()


def _show(it: DomainClaim) -> dict[str, Any]:
    return {
        "domain": it.domain, "state": it.state, "record": {"type": "TXT", "name": it.record_name, "value": it.record_value},
        "connection_id": it.connection_id or None, "created_at": present.moment(it.created_at),
        "proven_at": present.moment(it.proven_at or None), "checked_at": present.moment(it.checked_at or None),
        "lost_since": present.moment(it.lost_since or None),
    }  # fmt: skip
