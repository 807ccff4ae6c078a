"""What every SCIM request has: the caller, parameters, a JSON body, preconditions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from idp.domain.errors import Forbidden, OAuthError
from idp.domain.scim import filters
from idp.domain.scim.projection import Wanted, wanted
from idp.domain.scim.refusal import ScimRefusal
from idp.domain.scim.schemas import GROUPS, USERS, users
from idp.http.admin.strict_json import parse
from idp.http.request import Params, authorization, origin, query
from idp.http.services import services
from idp.services.scim.people import Caller
from idp.services.scim.searching import Search
from idp.telemetry import record

if TYPE_CHECKING:
    from starlette.requests import Request

    from idp.domain.scim.attribute import Kind
    from idp.http.interfaces.services import Services

MEDIA_TYPE = "application/scim+json"
_JSON = frozenset({MEDIA_TYPE, "application/json"})
_TAGS = re.compile(r'\s*(?:\*|(?:W/)?"[\x21\x23-\x7e]{0,64}"(?:\s*,\s*(?:W/)?"[\x21\x23-\x7e]{0,64}"){0,9})\s*', re.ASCII)
_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e]{0,64}")', re.ASCII)
_NUMBER = re.compile(r"-?[0-9]{1,9}", re.ASCII)
_LONGEST_TAGS = 1024
"""Characters of a header with ETags: enough for ten tags."""


class Call(NamedTuple):
    """A request of a SCIM client. `body`: as parsed, or None. `match`, `none_match`: the ETags of these headers, or None."""

    services: Services
    caller: Caller
    method: str
    body: Any = None
    params: Params = Params([])
    match: frozenset[str] | None = None
    none_match: frozenset[str] | None = None

    def kind(self, name: str) -> Kind:
        """Return the type of resources as this client sees it."""
        return users(passwords=self.caller.client.sets_passwords) if name == USERS.name else GROUPS

    def require(self, kind: Kind, *, write: bool) -> None:
        """Check that the client may read or change resources of this kind.

        Raises:
            Forbidden: it may not.
        """
        if not self.caller.client.allows(kind.name, write=write):
            raise Forbidden("scim.not_allowed")

    def object(self) -> dict[str, Any]:
        """Return the body, which has to be a JSON object."""
        if not isinstance(self.body, dict):
            raise ScimRefusal("scim.not_object", scim_type="invalidSyntax")
        return self.body

    def shown(self, kind: Kind) -> Wanted:
        """Return which attributes the answer has (RFC 7644 §3.9)."""
        return wanted(kind, _paths(self.params.get("attributes")), _paths(self.params.get("excludedAttributes")))


def read_call(request: Request) -> Call:
    """Authenticate the client, and then read the request.

    Raises:
        InvalidToken: there is no valid token. ScimRefusal: the body or a header cannot be read.
    """
    found = services(request)
    client = found.scim_callers.recognise(authorization(request))
    record.client(f"scim:{client.id}")
    return Call(
        found, Caller(client, origin(request)), request.method, _body(request), _query(request), _tags(request, "if-match"),
        _tags(request, "if-none-match"),
    )  # fmt: skip


def read_search(call: Call, kind: Kind) -> Search:
    """Read the parameters of a list (RFC 7644 §3.4.2, RFC 9865 §2)."""
    params = call.params
    text, names = params.get("filter") or "", (params.get("attributes") or "", params.get("excludedAttributes") or "")
    given = params.get("cursor")
    cursor = "" if given == _EMPTY else given
    return Search(
        filters.parse(text) if text else None, text, params.get("sortBy") or "", (params.get("sortOrder") or "").lower() == "descending",
        max(1, _number(params.get("startIndex")) or 1), _count(params.get("count"), cursor), cursor, call.shown(kind), names,
    )  # fmt: skip


def posted_search(body: dict[str, Any]) -> Params:
    """Return the parameters that the body of a POST to `/.search` has (RFC 7644 §3.4.3)."""
    pairs: list[tuple[str, str]] = []
    for name, value in body.items():
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            pairs.append((name, ",".join(value)))
        elif isinstance(value, str | int) and not isinstance(value, bool):
            pairs.append((name, str(value) or (_EMPTY if name == "cursor" else "")))
    return Params(pairs, frozenset())


_EMPTY = "\0"
"""Stands for the empty cursor of a first page: parameters without a value count as left out."""


def _query(request: Request) -> Params:
    try:
        params = query(request, repeatable=frozenset())
    except OAuthError as error:
        raise ScimRefusal(error.message, scim_type="invalidSyntax") from None
    has_empty = any(each.partition(b"=")[0] == b"cursor" for each in request.scope.get("query_string", b"").split(b"&"))
    if has_empty and params.get("cursor") is None:
        params = Params([*((name, values[0]) for name, values in params.every()), ("cursor", _EMPTY)], frozenset())
    return params


def _body(request: Request) -> Any:
    body: bytes = request.scope["idp.body"]
    if not body or request.method in {"GET", "HEAD", "DELETE"}:
        return None
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in _JSON:
        raise ScimRefusal("scim.media_type", status=415)
    return parse(body)


def _tags(request: Request, name: str) -> frozenset[str] | None:
    """Return the ETags of a header. They are compared weakly (RFC 7644 §3.14); None for `*` and without the header."""
    given = ",".join(request.headers.getlist(name))
    if not given or given.strip() == "*":
        return None
    if len(given) > _LONGEST_TAGS or not _TAGS.fullmatch(given):
        raise ScimRefusal("scim.etag_malformed", scim_type="invalidValue")
    return frozenset(f"W/{tag}" for tag in _TAG.findall(given))


def _paths(text: str | None) -> list[str]:
    return [each for each in (text or "").split(",") if each.strip()]


def _count(text: str | None, cursor: str | None) -> int | None:
    """Return the number. RFC 9865 §2.1 has a keyword of its own for a wrong one."""
    try:
        return _number(text)
    except ScimRefusal:
        if cursor is None:
            raise
        raise ScimRefusal("scim.number_invalid", scim_type="invalidCount") from None


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    if not _NUMBER.fullmatch(text):
        raise ScimRefusal("scim.number_invalid", scim_type="invalidValue")
    return int(text)
