"""Labels of objects that a declarative file manages (docs/declared.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from idp.domain.declared import managed_object as domain
from idp.http.admin.context import Ctx, answer, no_content, reply
from idp.http.admin.describe import PREFIX, refuses
from idp.http.admin.idempotency_key import OnceOnly
from idp.http.admin.pagination import Paged, make_page
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas.declared import ManagedObject, ManagedObjectPage, ObjectKind
from idp.http.admin.scopes import needs
from idp.services.admin.idempotency import Answer

router = APIRouter(prefix=PREFIX + "/managed-objects", tags=["State in a file"], route_class=StrictRoute)
ObjectIdInPath = Annotated[str, Path(min_length=1, max_length=domain.LONGEST_ID, description="The object's id. Percent-encode it.")]
ManagerInQuery = Annotated[str, Query(pattern=f"^{domain.NAME.pattern}$", description="The name of the file.")]
_WRITE: Mapping[str, str] = MappingProxyType(
    {
        "roles": "roles:write", "groups": "roles:write", "authorization_details_types": "clients:write", "scopes": "clients:write",
        "apps": "clients:write", "connections": "connections:write", "trusted_issuers": "issuers:write", "scim_clients": "scim:write",
        "provisioning_targets": "provisioning:write", "organizations": "organizations:write", "organization_roles": "organizations:write",
        "organization_connections": "organizations:write", "organization_domains": "organizations:write",
        "organization_scim_clients": "organizations:write", "organization_members": "organizations:write", "webhooks": "webhooks:write",
        "hooks": "hooks:write",
    }
)  # fmt: skip
"""The OAuth scope that deletes an object of a kind. A label lets a file delete it, by an operator who has every scope (threats J-05)."""


@router.get("", response_model=ManagedObjectPage, responses=refuses(), **needs("clients:read"))
def list_managed_objects(ctx: Ctx, paged: Paged) -> Response:
    """List the labels of all objects that a declarative file manages."""
    place = ctx.place("managed-objects")
    found, more = ctx.services.labels.page(limit=paged.limit, start=ctx.cursors.open(place, paged.cursor), scope=ctx.scope)
    return reply(make_page(ctx.cursors, place, [asdict(each) for each in found], more))


@router.post("", response_model=ManagedObject, status_code=201, responses=refuses(409, 422, created=True), **needs("clients:write"))
def label_object(ctx: Ctx, once: OnceOnly, new: ManagedObject) -> Response:
    """Label an object, or write the label anew. The object is not looked at. An object belongs to one file.

    The token needs the scope that changes objects of this kind, too.
    """
    ctx.require_scope(_WRITE[new.kind], "kind")

    def label() -> Answer:
        made = domain.ManagedObject(new.kind, new.id, new.manager, new.mark, new.version)
        ctx.services.labels.put(made, by=ctx.by, scope=ctx.scope)
        return answer(asdict(made), 201)

    return once.run(label)


@router.delete("/{object_kind}/{object_id:path}", status_code=204, responses=refuses(404), **needs("clients:write"))
def unlabel_object(ctx: Ctx, object_kind: ObjectKind, object_id: ObjectIdInPath, manager: ManagerInQuery) -> Response:
    """Remove the label that this file gave. The object stays, and the file does not delete it any more.

    The token needs the scope that changes objects of this kind, too.
    """
    ctx.require_scope(_WRITE[object_kind], "kind")
    ctx.services.labels.remove(domain.ManagedObject(object_kind, object_id, manager), by=ctx.by, scope=ctx.scope)
    return no_content()
