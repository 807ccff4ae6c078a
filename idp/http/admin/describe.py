"""Texts and shapes of the OpenAPI document that FastAPI does not find by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.access import admin_scopes
from idp.http.admin.schemas.common import Problem
from idp.http.admin.scopes import SCHEME

if TYPE_CHECKING:
    from idp.settings import Settings

PREFIX = "/admin/v1"
TITLE = "Admin API"
DESCRIPTION = """Manage the users, apps, sessions, signing keys and audit trail of this OpenID Connect provider.

**Tokens.** Send `Authorization: Bearer …` with an access token of this provider whose audience is this API alone: of a service client
(`client_credentials`), or of an admin who signed in with a second factor. Each operation names the scope that it needs.

**Changes.** `PATCH` is a JSON Merge Patch (RFC 7396). Each answer about one object has an `ETag`. Send it as `If-Match`, and a change is
refused (412) if another request changed the object meanwhile. `POST` accepts an `Idempotency-Key`: send the same one again after a lost
answer.

**Lists** have pages: send `next_cursor` as `cursor` until it is null.

**Refusals** are problem details (RFC 9457). Members, parameters and methods that are not described here are refused, not ignored.
"""
ETAG = {"description": "Success.", "headers": {"ETag": {"description": "The version.", "schema": {"type": "string"}}}}
_PROBLEM = {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
_MEANING = {
    400: "The request is not valid: `errors` names the members.",
    401: "The access token is missing, not valid, or from a sign-in without a second factor (see WWW-Authenticate).",
    403: "The token lacks the scope, or its holder may not do this.",
    404: "The object does not exist.",
    409: "The request conflicts with the present state; `detail` says how.",
    412: "The object has changed since you read it.",
    415: "The content type of the body is not accepted.",
    422: "This Idempotency-Key was used for another request, or the content cannot be used: then `errors` says what is wrong.",
}


def refuses(*statuses: int, ok: dict[str, Any] | None = None, created: bool = False) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of a route: the refusals of all routes and these statuses."""
    responses: dict[int | str, dict[str, Any]] = {
        status: {"description": _MEANING[status], **_PROBLEM} for status in sorted({400, 401, 403, *statuses})
    }
    responses["default"] = {"description": "Any other refusal.", **_PROBLEM}
    if ok:
        responses[200] = ok
    if created:
        location = {"Location": {"description": "The address of the new object.", "schema": {"type": "string"}}}
        responses[201] = {"description": "Created.", "headers": {**ETAG["headers"], **location}}  # type: ignore[dict-item]  # a literal, see above
    return responses


def complete(document: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """Complete FastAPI's document: the server, how to get tokens, the shape of refusals and the content type of patches."""
    scopes = dict(admin_scopes.DESCRIPTIONS)
    token = {"tokenUrl": settings.issuer + "/token", "scopes": scopes}
    flows = {"clientCredentials": token, "authorizationCode": {"authorizationUrl": settings.issuer + "/authorize", **token}}
    document["servers"] = [{"url": settings.issuer}]
    components = document.setdefault("components", {})
    components["securitySchemes"] = {SCHEME: {"type": "oauth2", "description": "Audience: " + settings.admin_resource, "flows": flows}}
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    components.setdefault("schemas", {}).update({**problem.pop("$defs", {}), "Problem": problem})
    for operations in document["paths"].values():
        if "patch" in operations:
            content = operations["patch"]["requestBody"]["content"]
            content["application/merge-patch+json"] = content["application/json"]
    return document
