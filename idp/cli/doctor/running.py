"""The provider as its users reach it: TLS, the discovery document, the keys that it publishes, its clock."""

from __future__ import annotations

import json
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from idp.domain.doctor.finding import Finding, ok, skipped, wrong
from idp.oauth.metadata import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.wiring.all_services import AllServices

_TIMEOUT = 10
_MOST = 1_000_000
_WHERE = "See the domain's DNS record, its certificate, and the function's log."
_SKEW = 30
"""Seconds: the life of a TOTP code, and about the tolerance for assertions and proofs."""


class _Page(NamedTuple):
    document: dict[str, Any]
    date: str | None


class _UnreachableError(Exception):
    """What went wrong, as the end of a sentence."""


def check(services: AllServices) -> Iterator[Finding]:
    """Check discovery, then the JWK Set that it names, then the clock."""
    issuer = services.settings.issuer
    try:
        found = _get(f"{issuer}/.well-known/openid-configuration")
    except _UnreachableError as problem:
        look = "Start the development server: make dev, or idp dev." if services.settings.dev else _WHERE
        yield wrong("issuer", f"{issuer} {problem}. {look}")
        return
    over = "answers over TLS" if services.settings.secure else "answers (without TLS: for development only)"
    yield ok("issuer", f"{issuer} {over}")
    yield _discovery(services, found.document)
    yield _keys(services)
    yield _clock(services, found.date)


def _discovery(services: AllServices, served: dict[str, Any]) -> Finding:
    types = services.offered_types.names() if services.settings.authorization_details == "on" else ()
    wanted = json.loads(json.dumps(metadata(services.settings, detail_types=types)))
    if served.get("issuer") != wanted["issuer"]:
        return wrong(
            "discovery", f"It names the issuer {served.get('issuer')!r:.120}. Set IDP_ISSUER of the functions to {wanted['issuer']}."
        )
    if other := sorted(name for name in {*served, *wanted} if served.get(name) != wanted.get(name)):
        return wrong(
            "discovery", f"It differs from these settings in: {', '.join(other)}. Set the same IDP_ variables here as the functions have."
        )
    return ok("discovery", "matches these settings")


def _keys(services: AllServices) -> Finding:
    try:
        served = {key.get("kid") for key in _get(f"{services.settings.issuer}/jwks").document.get("keys", [])}
    except _UnreachableError as problem:
        return wrong("JWKS", f"/jwks {problem}. See the function's log.")
    stored = {key["kid"] for key in services.keyring.jwks()["keys"]}
    if served == stored:
        return ok("JWKS", f"{len(served)} keys, as stored")
    return wrong(
        "JWKS", f"It has {len(served - stored)} keys that are not stored, and lacks {len(stored - served)} stored ones. If this lasts more "
        "than five minutes, a cache before the provider keeps it too long, or IDP_TABLE_PREFIX is another deployment's."
    )  # fmt: skip


def _clock(services: AllServices, date: str | None) -> Finding:
    if not date:
        return skipped("clock", "the answers have no Date")
    behind = services.clock() - int(parsedate_to_datetime(date).timestamp())
    if abs(behind) <= _SKEW:
        return ok("clock", f"within {_SKEW} seconds of this machine's")
    return wrong("clock", f"It differs from this machine's by {behind} seconds. Set one of them by NTP: codes and proofs depend on it.")


def _get(url: str) -> _Page:
    """Fetch a JSON object.

    Raises:
        _UnreachableError: there was no such answer.
    """
    try:
        with urlopen(Request(url, headers={"Accept": "application/json"}), timeout=_TIMEOUT) as answer:  # noqa: S310  # the issuer of the settings
            document = json.loads(answer.read(_MOST))
            if not isinstance(document, dict):
                raise _UnreachableError("answers with something else than a JSON object")
            return _Page(document, answer.headers.get("Date"))
    except HTTPError as error:
        raise _UnreachableError(f"answers {error.code}") from None
    except ValueError:
        raise _UnreachableError("answers with something else than JSON") from None
    except (OSError, HTTPException) as error:
        raise _UnreachableError(f"does not answer ({getattr(error, 'reason', None) or type(error).__name__})") from None
