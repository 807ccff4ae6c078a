"""Organisations: their profile and policy (threats Q-02, Q-03)."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from idp.domain.search_text import LONGEST
from idp.http.admin import present
from idp.http.admin.context import Ctx, answer, no_content, reply
from idp.http.admin.describe import ETAG, PREFIX, refuses
from idp.http.admin.etags import Expected
from idp.http.admin.idempotency_key import OnceOnly
from idp.http.admin.pagination import Paged, make_page
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas.organizations import NewOrganization, Organization, OrganizationChanges, OrganizationPage
from idp.http.admin.scopes import needs
from idp.services.admin.idempotency import Answer

if TYPE_CHECKING:
    from idp.domain.organisations.profile import OrganisationProfile

router = APIRouter(prefix=PREFIX + "/organizations", tags=["Organizations"], route_class=StrictRoute)
OrgId = Annotated[str, Path(pattern="^org_[A-Za-z0-9_-]{1,60}$", description="The organisation's id.")]
_READ, _WRITE = "organizations:read", "organizations:write"


_Slug = Annotated[str, Query(max_length=63, description="The beginning of the slug.")]
_Words = Annotated[
    str | None,
    Query(
        min_length=1, max_length=LONGEST, examples=["north steel"],
        description="Words. The slug begins with them, or each of them begins a word of the name. Case and accents are ignored.",
    ),
]  # fmt: skip


@router.get("", response_model=OrganizationPage, responses=refuses(), **needs(_READ))
def list_organizations(ctx: Ctx, paged: Paged, slug: _Slug = "", search: _Words = None) -> Response:
    """List organisations by slug, or find those that match all conditions. An organisation's own admin gets this one only.

    With `search`, those that the slug finds come first, and a page can be short or empty although there is a `next_cursor`.
    """
    if search is None:
        place = ctx.place("organizations", slug)
        start = ctx.cursors.open(place, paged.cursor)
        found, more = ctx.services.organisation_service.listing(slug, limit=paged.limit, start=start, scope=ctx.scope)
    else:
        place = ctx.place("organizations", slug, search)
        start = ctx.cursors.open(place, paged.cursor)
        found, more = ctx.services.organisation_search.find(search, slug_prefix=slug, limit=paged.limit, start=start, scope=ctx.scope)
    return reply(make_page(ctx.cursors, place, [_show(ctx, each) for each in found], more))


@router.post("", response_model=Organization, status_code=201, responses=refuses(409, 422, created=True), **needs(_WRITE))
def create_organization(ctx: Ctx, once: OnceOnly, new: NewOrganization) -> Response:
    """Create an organisation without members."""
    members = new.model_dump(exclude_unset=True)

    def create() -> Answer:
        made = ctx.services.organisation_service.create(**members, by=ctx.by, scope=ctx.scope)
        return answer(_show(ctx, made), 201, version=made.version, location=f"{PREFIX}/organizations/{made.id}")

    return once.run(create)


@router.get("/{org_id}", response_model=Organization, responses=refuses(404, ok=ETAG), **needs(_READ))
def get_organization(ctx: Ctx, org_id: OrgId) -> Response:
    """Get one organisation."""
    found = ctx.services.organisation_service.get(org_id, scope=ctx.scope)
    return reply(_show(ctx, found), version=found.version)


@router.patch("/{org_id}", response_model=Organization, responses=refuses(404, 409, 412, 415, ok=ETAG), **needs(_WRITE))
def change_organization(ctx: Ctx, org_id: OrgId, changes: OrganizationChanges, expected: Expected) -> Response:
    """Change an organisation by an RFC 7396 patch, as application/merge-patch+json or application/json.

    Its own admin can change the name, the branding and the policy, and the policy only so that it demands more.
    """
    wanted = changes.model_dump(exclude_unset=True)
    changed = ctx.services.organisation_service.patch(org_id, wanted, by=ctx.by, expected=expected, scope=ctx.scope)
    return reply(_show(ctx, changed), version=changed.version)


@router.delete("/{org_id}", status_code=204, responses=refuses(404, 409, 412), **needs(_WRITE))
def delete_organization(ctx: Ctx, org_id: OrgId, expected: Expected) -> Response:
    """Delete an organisation. People keep their accounts; memberships, roles, domains and invitations go, many of them within a day."""
    ctx.services.organisation_service.delete(org_id, by=ctx.by, expected=expected, scope=ctx.scope)
    return no_content()


def _show(ctx: Ctx, it: OrganisationProfile) -> dict[str, Any]:
    return {
        "id": it.id, "slug": it.slug, "name": it.name, "policy": asdict(it.policy), "branding": dict(it.branding) or None,
        "metadata": None if ctx.scope.organisation else dict(it.metadata) or None, "disabled": it.disabled, "members": it.members,
        "admins": it.admins, "created_at": present.moment(it.created_at), "updated_at": present.moment(it.updated_at),
    }  # fmt: skip
