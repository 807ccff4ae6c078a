"""Types of authorization details (RFC 9396 §2.1, §5): which details apps may ask for, and which texts the consent page shows."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.responses import Response

from idp.domain.errors import Invalid
from idp.domain.requests.authorization_details import LISTS, DetailType, OwnMember
from idp.http.admin.context import Ctx, no_content, reply
from idp.http.admin.describe import ETAG, PREFIX, refuses
from idp.http.admin.etags import Expected, ExpectedOrAbsent
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas import authorization_details as shapes
from idp.http.admin.scopes import needs

router = APIRouter(prefix=PREFIX + "/authorization-details-types", tags=["Authorization details"], route_class=StrictRoute)
TypeName = Annotated[str, Path(pattern="^[A-Za-z0-9._:~-]{1,128}$", description="The type's name, as apps send it.")]


@router.get("", response_model=shapes.DetailTypePage, responses=refuses(), **needs("clients:read"))
def list_authorization_details_types(ctx: Ctx) -> Response:
    """List all types by name."""
    return reply({"items": [_serialise(each) for each in ctx.services.detail_type_service.listing(scope=ctx.scope)], "next_cursor": None})


@router.get("/{type_name}", response_model=shapes.DetailType, responses=refuses(404, ok=ETAG), **needs("clients:read"))
def get_authorization_details_type(ctx: Ctx, type_name: TypeName) -> Response:
    """Get one type."""
    found = ctx.services.detail_type_service.get(type_name, scope=ctx.scope)
    return reply(_serialise(found), version=found.version)


@router.put("/{type_name}", response_model=shapes.DetailType, responses=refuses(412, 415, ok=ETAG), **needs("clients:write"))
def put_authorization_details_type(ctx: Ctx, type_name: TypeName, new: shapes.NewDetailType, expected: ExpectedOrAbsent) -> Response:
    """Register a type, or replace its definition. Apps can use it when it is one of their types."""
    if {"type", *LISTS} & set(new.members):
        raise Invalid("detail_type.names_taken", field="members")
    members = {name: OwnMember(own.kind, own.title, own.required) for name, own in new.members.items()}
    made = DetailType(
        type_name,
        new.title,
        new.description,
        tuple(new.locations),
        tuple(new.actions),
        tuple(new.datatypes),
        tuple(new.privileges),
        members,
    )
    written = ctx.services.detail_type_service.put(made, by=ctx.by, expected=expected, scope=ctx.scope)
    return reply(_serialise(written), version=written.version)


@router.delete("/{type_name}", status_code=204, responses=refuses(404, 412), **needs("clients:write"))
def delete_authorization_details_type(ctx: Ctx, type_name: TypeName, expected: Expected) -> Response:
    """Delete a type. Apps cannot ask for it any more. Permissions that people gave before stay until they end."""
    ctx.services.detail_type_service.delete(type_name, by=ctx.by, expected=expected, scope=ctx.scope)
    return no_content()


def _serialise(it: DetailType) -> dict[str, Any]:
    return {name: value for name, value in asdict(it).items() if name != "version"}
