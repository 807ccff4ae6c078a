"""What this server can do (RFC 7644 §4): `/ServiceProviderConfig`, `/ResourceTypes`, `/Schemas`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.errors import NotFound
from idp.domain.scim import provider_schemas
from idp.domain.scim.refusal import ScimRefusal
from idp.domain.scim.schemas import KINDS
from idp.http.scim.answers import Answer
from idp.http.scim.bulk import MOST_OPERATIONS
from idp.http.scim.lists import LIST
from idp.services.scim.representation import base
from idp.services.scim.searching import CURSOR_LIFETIME, MOST_EVALUATED, MOST_ON_A_PAGE, PAGE

if TYPE_CHECKING:
    from idp.domain.scim.attribute import Schema
    from idp.http.scim.requests import Call

MOST_BYTES = 1024 * 1024
"""Bytes of a body."""


def service_provider_config(call: Call) -> Answer:
    """Return what is supported (RFC 7643 §5, RFC 9865 §4)."""
    _refuse_filter(call)
    supported = {"supported": True}
    told = {
        "schemas": [provider_schemas.CONFIG],
        "patch": supported,
        "bulk": {"supported": True, "maxOperations": MOST_OPERATIONS, "maxPayloadSize": MOST_BYTES},
        "filter": {"supported": True, "maxResults": MOST_EVALUATED},
        "changePassword": {"supported": call.caller.client.sets_passwords},
        "sort": supported,
        "etag": supported,
        "pagination": {
            "cursor": True, "index": True, "defaultPaginationMethod": "index", "defaultPageSize": PAGE, "maxPageSize": MOST_ON_A_PAGE,
            "cursorTimeout": CURSOR_LIFETIME,
        },
        "authenticationSchemes": [
            {
                "type": "oauthbearertoken", "name": "Bearer token", "description": "A token of the SCIM client (RFC 6750 section 2.1)",
                "specUri": "https://www.rfc-editor.org/info/rfc6750", "primary": True,
            }
        ],
        "meta": {"resourceType": "ServiceProviderConfig", "location": _at(call, "/ServiceProviderConfig")},
    }  # fmt: skip
    return Answer(200, told)


def resource_types(call: Call, id_: str = "") -> Answer:
    """Return all types of resources, or one."""
    _refuse_filter(call)
    types = [
        {
            "schemas": [provider_schemas.RESOURCE_TYPE], "id": kind.name, "name": kind.name, "endpoint": kind.endpoint,
            "description": kind.description, "schema": kind.schema.id,
            "schemaExtensions": [{"schema": each.id, "required": False} for each in kind.extensions],
            "meta": {"resourceType": "ResourceType", "location": _at(call, f"/ResourceTypes/{kind.name}")},
        }
        for kind in KINDS
    ]  # fmt: skip
    return _all_or_one(types, id_)


def schemas(call: Call, id_: str = "") -> Answer:
    """Return all schemas, or one."""
    _refuse_filter(call)
    of_kinds = [schema for kind in KINDS for schema in (call.kind(kind.name).schema, *kind.extensions)]
    return _all_or_one([_schema(call, each) for each in (*of_kinds, *provider_schemas.SCHEMAS)], id_)


def _schema(call: Call, it: Schema) -> dict[str, Any]:
    return {
        "schemas": [provider_schemas.SCHEMA], "id": it.id, "name": it.name, "description": it.description,
        "attributes": [each.describe() for each in it.attributes],
        "meta": {"resourceType": "Schema", "location": _at(call, f"/Schemas/{it.id}")},
    }  # fmt: skip


def _all_or_one(found: list[dict[str, Any]], id_: str) -> Answer:
    if not id_:
        return Answer(200, {
            "schemas": [LIST], "totalResults": len(found), "itemsPerPage": len(found), "startIndex": 1, "Resources": found,
        })  # fmt: skip
    one = next((each for each in found if each["id"].lower() == id_.lower()), None)
    if one is None:
        raise NotFound("scim.unknown")
    return Answer(200, one)


def _refuse_filter(call: Call) -> None:
    """RFC 7644 §4: "If a "filter" is provided, the service provider SHOULD respond with HTTP status code 403"."""
    if call.params.get("filter") is not None:
        raise ScimRefusal("scim.no_filter_here", status=403)


def _at(call: Call, path: str) -> str:
    return base(call.services.settings.issuer) + path
