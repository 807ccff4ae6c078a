"""WebFinger (RFC 7033) for issuer discovery (OpenID Connect Discovery 1.0 §2): every resource of this host has this issuer."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from idp.domain.errors import OAuthError
from idp.http.request import query
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_REPEATABLE = frozenset({"rel"})
REL = "http://openid.net/specs/connect/1.0/issuer"


def webfinger(request: Request) -> Response:
    """The issuer of any resource of this host (RFC 7033 §4). The answer does not reveal whether such a user exists (G-01)."""
    issuer = services(request).settings.issuer
    params = query(request, repeatable=_REPEATABLE)
    resource = params.get("resource")
    if resource is None:
        raise OAuthError("invalid_request", "request.parameter_missing", name="resource")
    here = urlsplit(issuer)
    if _host(resource) not in {here.netloc, here.hostname}:
        raise HTTPException(404)
    # RFC 7033 §4.3: "The "rel" parameter MAY be included multiple times in order to request multiple link relation types."
    wanted = params.all("rel")
    links = [{"rel": REL, "href": issuer}] if not wanted or REL in wanted else []
    return JSONResponse({"subject": resource, "links": links}, media_type="application/jrd+json")


def _host(resource: str) -> str:
    """The host of an acct: or https: identifier, or of an address without a scheme (Discovery §2.1)."""
    scheme, colon, rest = resource.partition(":")
    if colon and scheme == "acct":
        return rest.rpartition("@")[2].lower()
    if colon and scheme in {"https", "http"}:
        return rest.removeprefix("//").partition("/")[0].partition("?")[0].partition("#")[0].rpartition("@")[2].lower()
    return resource.rpartition("@")[2].lower()
