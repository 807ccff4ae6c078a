"""Canaries: values that must not appear in a log, an answer or a stored item."""

from __future__ import annotations

import itertools
import json
import re
from importlib import import_module
from pkgutil import walk_packages
from typing import Any
from urllib.parse import quote, urlencode

from pydantic import BaseModel

from idp.http.admin import schemas

NAMES = (
    "client_id", "client_secret", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce", "code_challenge", "request",
    "code_verifier", "prompt", "id_token_hint", "login_hint", "acr_values", "request_uri", "claims", "resource", "grant_type", "code",
    "refresh_token", "token", "access_token", "token_type_hint", "assertion", "client_assertion", "client_assertion_type", "device_code",
    "subject_token", "subject_token_type", "actor_token", "audience", "email", "password", "new_password", "user_code", "decision", "csrf",
    "post_logout_redirect_uri", "authorization_details", "dpop_jkt", "rel", "cursor", "since", "limit", "actor_token_type",
    "claims_locales", "code_challenge_method", "display", "client", "max_age", "next", "requested_token_type", "session", "ui_locales", "v",
    "stream_id",
    "logout_hint", "registration", "done", "enrolment", "others", "show", "switch",
    "current_password", "asked", "challenge", "solution", "ticket", "claim_name", "terms", "app_terms", "name", "credential", "passkey",
    "remember", "device", "all", "seen", "send", "offer", "upgrade", "app", "new_passkey", "passkey_name", "again", "connection",
    "idp_hint", "link", "attributes", "count", "excludedAttributes", "startIndex", "filter", "sortBy", "sortOrder", "logout_token",
    "organization", "once", "q", "role", "verified", "to", "kind", "mail", "confirming", "failed", "mfa_required", "grant", "version",
    "invitation", "act", "action", "alg", "assigned", "base", "consent", "description", "domain", "enabled", "error", "event", "example",
    "framework", "from", "id", "ids", "iss", "language", "level", "live", "note", "number", "other", "overlap", "permissions", "remove",
    "resource_id", "resource_type", "rules", "run", "secret", "slug", "who",
    "ack", "after", "disabled", "format", "maxEvents", "part", "reason", "returnImmediately", "scopes", "setErrs", "status", "subject",
    "outcome", "person", "actor", "address", "type",
)  # fmt: skip
_PARTS = 2
PARTS = tuple(NAMES[part::_PARTS] for part in range(_PARTS))
"""All names, in requests of at most 100 parameters: a request with more is refused before an endpoint reads any."""


HEADERS = (
    "user-agent", "referer", "x-forwarded-for", "x-forwarded-host", "x-request-id", "if-match", "idempotency-key", "origin", "host",
    "accept-language", "content-disposition", "traceparent", "x-amzn-trace-id", "x-api-key", "accept", "if-none-match", "sec-fetch-site",
    "sec-fetch-dest",    "cloudfront-viewer-address", "x-idp-edge", "access-control-request-headers", "dpop",
)  # fmt: skip


def members() -> set[str]:
    """The name of every member of every body that the admin API takes, and other likely names."""
    found = {*NAMES, "redirect_uris", "jwks", "jwks_uri", "client_name", "software_statement", "description"}
    for each in walk_packages(schemas.__path__, f"{schemas.__name__}."):
        for model in vars(import_module(each.name)).values():
            if isinstance(model, type) and issubclass(model, BaseModel):
                found |= {known.alias or name for name, known in model.model_fields.items()}
    return found


MEMBERS = sorted(members())


def planted(path: str, mark: str, names: tuple[str, ...] = PARTS[0]) -> dict[str, Any]:
    """A request with a canary in every part, and these parameters. Each canary contains `mark`."""
    canary = (f"{mark}-{number}" for number in itertools.count())
    certificate = f"-----BEGIN CERTIFICATE-----\n{next(canary)}\n-----END CERTIFICATE-----"
    cookies = "; ".join(
        f"{name}={next(canary)}"
        for name in ("__Host-idp_session", "__Host-idp_browser", "__Host-idp_device", "__Host-idp_remembered", "other")
    )
    return {
        "path": re.sub(r"{[^}]*}", lambda _: quote(f"{next(canary)}\r\nx"), path),
        "query": urlencode({name: f"{next(canary)}\r\nX-Injected: {next(canary)}" for name in names}).encode(),
        "form": urlencode({name: f"{next(canary)}\n{{}}" for name in names}).encode(),
        "json": json.dumps({name: next(canary) for name in MEMBERS}).encode(),
        "headers": [("cookie", cookies), *((name, next(canary)) for name in HEADERS)],
        "scope": {"aws.event": {"requestContext": {"authentication": {"clientCert": {"clientCertPem": certificate}}}}},
    }
