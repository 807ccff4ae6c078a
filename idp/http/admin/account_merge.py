"""Merging two accounts of one person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path
from starlette.responses import Response

from idp.domain.access.account_merge import MergeChoice
from idp.http.admin.context import Ctx, answer, reply
from idp.http.admin.describe import ETAG, PREFIX, refuses
from idp.http.admin.etags import Expected, etag
from idp.http.admin.idempotency_key import OnceOnly
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas.account_merge import Merge, MergePreview
from idp.http.admin.schemas.common import USER_ID, UserId
from idp.http.admin.schemas.users import UserWithLocks
from idp.http.admin.scopes import needs
from idp.http.admin.users import serialise_one
from idp.services.admin.idempotency import Answer

if TYPE_CHECKING:
    from idp.domain.access.account_merge import MergePlan

router = APIRouter(prefix=PREFIX + "/users/{user_id}", tags=["Users"], route_class=StrictRoute)
OtherId = Annotated[str, Path(pattern=f"^{USER_ID}$", description="The id of the account that goes.")]


@router.get("/merge/{merged_id}", response_model=MergePreview, responses=refuses(404, 409), **needs("users:read", "organizations:read"))
def preview_merge(ctx: Ctx, user_id: UserId, merged_id: OtherId) -> Response:
    """Tell what a merge of the account `merged_id` into this one could move. Nothing is written. It is refused as the merge would be."""
    return reply(_preview(ctx.services.account_merge.plan(user_id, merged_id, by=ctx.by, scope=ctx.scope)))


@router.post(
    "/merge", response_model=UserWithLocks, responses=refuses(404, 409, 412, 422, ok=ETAG), **needs("users:write")
)  # fmt: skip
def merge_users(ctx: Ctx, once: OnceOnly, user_id: UserId, wanted: Merge, expected: Expected) -> Response:
    """Merge another account of the same person into this one. The other one is erased, and its `sub` is never used again.

    Passwords, passkeys and other factors, consents, sessions and the profile of the other account do not move. `roles` needs the scope
    roles:write too, `organizations` organizations:write. Neither account may be the caller's, disabled, or being deleted. If one of them
    is an admin, every scope is needed. `If-Match` has the version of this account, `etag` that of the other one.
    """
    if wanted.roles:
        ctx.require_scope("roles:write", "roles")
    if wanted.organizations:
        ctx.require_scope("organizations:write", "organizations")
    choice = MergeChoice(wanted.roles, frozenset(wanted.links), frozenset(wanted.organizations))
    other = None if wanted.etag is None else frozenset({int(wanted.etag.strip('"'))})

    def merge() -> Answer:
        kept = ctx.services.account_merge.merge(
            user_id, wanted.user_id, choice, by=ctx.by, expected=expected, expected_merged=other, scope=ctx.scope
        )
        return answer(serialise_one(ctx, kept), version=kept.version, about=kept.id)

    return once.run(merge)


def _preview(it: MergePlan) -> dict[str, Any]:
    return {
        "kept": {"id": it.kept.id, "email": it.kept.email, "etag": etag(it.kept.version)},
        "merged": {"id": it.merged.id, "email": it.merged.email, "etag": etag(it.merged.version)},
        "roles": sorted(it.roles), "groups": sorted(it.groups),
        "links": [{"id": link.id, "issuer": link.issuer, "connection_id": link.connection_id, "email": link.email} for link in it.links],
        "organizations": [each.org_id for each in it.memberships], "shared_organizations": list(it.shared),
        "needs_second_factor": it.needs_second_factor, "opens_by_mail_alone": it.opens_by_mail_alone,
    }  # fmt: skip
