"""A decorator for Lambda handlers that have no authorizer in front: behind API Gateway (payload 1.0, 2.0) or a function URL.

verifier = Verifier(issuer="https://id.example.com", audience="https://api.example.com")

@require(verifier, scopes=["orders:read"])
def handler(event, context):
    return {"statusCode": 200, "body": current_token().subject}
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from functools import wraps
from typing import Any

from idp.verify.challenges import challenge
from idp.verify.decisions import Decider
from idp.verify.gateway import http_event
from idp.verify.gateway.enforcement import Access
from idp.verify.gateway.rules import Rules
from idp.verify.refused import Refused
from idp.verify.requirement import Requirement
from idp.verify.token import Token
from idp.verify.verifier import Verifier

Handler = Callable[[dict[str, Any], Any], Any]
_current: ContextVar[Token] = ContextVar("token")


def current_token() -> Token:
    """The verified token of the current request. Raises LookupError outside a request."""
    return _current.get()


def access(verifier: Verifier, rules: Rules | None, decider: Decider | None, needs: dict[str, Iterable[str] | int | None]) -> Access:
    """Build the check of an adapter from its arguments: either `rules`, or in `needs` the members of one `Requirement` for all requests.

    Raises:
        ValueError: both were given. TypeError: a member is text instead of a list of names.
    """
    if rules and needs:
        raise ValueError("pass either rules or members of a requirement, not both")
    lists = {name: value if value is None or isinstance(value, int) else _names(name, value) for name, value in needs.items()}
    return Access(verifier, rules or Rules.everywhere(Requirement(**lists)), decider)  # type: ignore[arg-type]  # by name


def require(
    verifier: Verifier, *, rules: Rules | None = None, decider: Decider | None = None, **needs: Iterable[str] | int | None
) -> Callable[[Handler], Handler]:
    """A decorator: `require(verifier, scopes=["orders:read"], acr=["aal2"])`, or with `rules` for a function with many routes.

    A request without access is answered here; the handler is not called.
    """
    gate = access(verifier, rules, decider, needs)

    def decorate(handler: Handler) -> Handler:
        @wraps(handler)
        def guarded(event: dict[str, Any], context: Any) -> Any:
            request = http_event.request_of(event)
            try:
                token = gate.check(request, http_event.path_of(event), source_ip=http_event.source_ip_of(event))
            except Refused as refused:
                return refusal(refused)
            held = _current.set(token)
            try:
                return handler(event, context)
            finally:
                _current.reset(held)

        return guarded

    return decorate


def refusal(refused: Refused) -> dict[str, Any]:
    """The answer to a request without access, in API Gateway's form."""
    return {"statusCode": refused.status, "headers": headers(refused), "body": body(refused), "isBase64Encoded": False}


def headers(refused: Refused) -> dict[str, str]:
    """The headers of a refusal: the challenge with 401 and 403 (RFC 6750 §3), and Retry-After with 503."""
    common = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return {**common, "Retry-After": "5"} if refused.status == 503 else {**common, "WWW-Authenticate": challenge(refused)}  # noqa: PLR2004  # 503: the token cannot be checked now


def error_members(refused: Refused) -> dict[str, str]:
    """The members of an error answer's body."""
    return {"error": refused.error or "unauthorized", "error_description": refused.description or "No access token was sent."}


def body(refused: Refused) -> str:
    """The body of an error answer, as JSON."""
    return json.dumps(error_members(refused))


def _names(name: str, value: Iterable[str]) -> tuple[str, ...]:
    if isinstance(value, str):
        raise TypeError(f"{name} has to be a list of names")
    return tuple(value)
