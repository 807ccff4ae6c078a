"""Parsing of requests: each parameter at most once, forms of the one allowed type, the caller's address."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from idp.domain.errors import OAuthError
from idp.domain.sessions.request_origin import Origin
from idp.http.language import language_of
from idp.oauth.caller import Caller

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request

MAX_BODY = 64 * 1024
"""Bytes of a body; more is refused before it is parsed (K-01)."""
_MAX_PARAMETERS = 100
REPEATABLE = frozenset({"resource"})
"""OAuth parameters that may occur more than once (RFC 8707 §2)."""
FORM = "application/x-www-form-urlencoded"


class Params:
    """Parameters by name, each at most once (RFC 6749 §3.1, §3.2).

    "Parameters sent without a value MUST be treated as if they were omitted": they are left out here, so no endpoint can see them.
    A parameter that occurs twice is refused, even if one of the two has no value: the provider does not guess which one counts.
    """

    def __init__(self, pairs: list[tuple[str, str]], repeatable: frozenset[str] = REPEATABLE) -> None:
        """`repeatable`: names that may occur more than once."""
        self._values: dict[str, str] = {}
        self._repeated: dict[str, list[str]] = {}
        seen: set[str] = set()
        for name, value in pairs:
            if name in seen and name not in repeatable:
                raise OAuthError("invalid_request", "request.parameter_repeated")
            seen.add(name)
            if not value:
                continue
            self._values[name] = value
            if name in repeatable:
                self._repeated.setdefault(name, []).append(value)

    def get(self, name: str) -> str | None:
        """The value, or None when it is absent or empty."""
        return self._values.get(name)

    def one(self, name: str) -> str:
        """Return the value of a required parameter.

        Raises:
            OAuthError: invalid_request, when it is missing.
        """
        value = self.get(name)
        if value is None:
            raise OAuthError("invalid_request", "request.parameter_missing", name=name)
        return value

    def all(self, name: str) -> tuple[str, ...]:
        """All values of a parameter that may occur more than once."""
        return tuple(self._repeated.get(name, ()))

    def every(self) -> list[tuple[str, tuple[str, ...]]]:
        """All parameters that have a value, with all their values."""
        return [(name, tuple(self._repeated.get(name, (value,)))) for name, value in self._values.items()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __contains__(self, name: object) -> bool:
        return name in self._values


def query(request: Request, *, repeatable: frozenset[str] = REPEATABLE) -> Params:
    """The parameters of the query. `repeatable`: names that may occur more than once."""
    return Params(_pairs(request.scope.get("query_string", b"")), repeatable)


def form(request: Request) -> Params:
    """The form's parameters. The body was read, within MAX_BODY, before the handler began (RFC 9110 §8.3.1).

    Raises:
        OAuthError: invalid_request, if the body is not a form or not valid UTF-8.
    """
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body: bytes = request.scope["idp.body"]
    if content_type != FORM and (body or content_type):
        raise OAuthError("invalid_request", "request.not_form", type=FORM)
    return Params(_pairs(body))


def origin(request: Request) -> Origin:
    """The origin of the request: the source IP of the gateway or the socket's peer, never a header.

    Behind CloudFront the edge has put the viewer's address and country into the scope (`idp/http/front.py`).
    """
    client = request.scope.get("client")
    return Origin(
        client[0] if client else "unknown", request.headers.get("user-agent", ""), request.scope.get("idp.request_id", ""),
        language_of(request), request.scope.get("idp.country", ""),
    )  # fmt: skip


def authorization(request: Request) -> str | None:
    """The Authorization header, or None. Two headers are joined, as gateways do, so that they are not valid credentials."""
    sent = request.headers.getlist("authorization")
    return ", ".join(sent) if sent else None


def caller(request: Request) -> Caller:
    """The caller, from the connection and its headers. The certificate comes from the gateway only (RFC 8705)."""
    authentication = request.scope.get("aws.event", {}).get("requestContext", {}).get("authentication") or {}
    certificate = (authentication.get("clientCert") or {}).get("clientCertPem")
    return Caller(
        authorization=authorization(request),
        origin=origin(request),
        dpop=tuple(request.headers.getlist("dpop")),
        certificate=certificate if isinstance(certificate, str) and certificate else None,
        method=request.method,
        path=request.scope["path"],
    )


def _pairs(data: bytes) -> list[tuple[str, str]]:
    if not data:
        return []
    fields = data.split(b"&")
    if len(fields) > _MAX_PARAMETERS:
        raise OAuthError("invalid_request", "request.too_many_parameters")
    return [(_text(name), _text(value)) for name, _, value in (field.partition(b"=") for field in fields if field)]


def _text(data: bytes) -> str:
    try:
        return unquote_to_bytes(data.replace(b"+", b" ")).decode()
    except UnicodeDecodeError:
        raise OAuthError("invalid_request", "request.not_utf_8") from None
