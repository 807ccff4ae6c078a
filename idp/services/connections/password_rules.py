"""The rules for the members of a connection of type `password` (docs/threat-model.md, R-11)."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

from idp.domain.connections.connection import ALL_PEOPLE, DOMAINS, KNOWN_PEOPLE, NONE, VERIFIED
from idp.domain.message import Message
from idp.services.connections.discovery import is_endpoint

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from idp.domain.connections.connection import Connection

ARN = re.compile(
    r"arn:aws(?:-[a-z-]{1,20})?:lambda:([a-z0-9-]{1,30}):[0-9]{12}:function:[A-Za-z0-9_-]{1,64}(?::[A-Za-z0-9_-]{1,128})?", re.ASCII
)
"""The ARN of a Lambda function, with a version or an alias; its region is the group."""
PREFIX = "whsec_"
"""The beginning of a secret (Standard Webhooks). Base64 of 24 to 64 bytes follows."""
_FEWEST, _MOST = 24, 64
_UNUSED = (
    "issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint", "client_id", "key_id",
    "team_id", "response_mode", "tenants", "claims", "link_verified", "trusts_factors", "iss_parameter", "logo_uri",
)  # fmt: skip


def hook_secret(plain: str) -> bytes | None:
    """Return the key of a secret in the notation of Standard Webhooks, or None if it is none."""
    try:
        key = base64.b64decode(plain.removeprefix(PREFIX), validate=True)
    except ValueError:
        return None
    return key if plain.startswith(PREFIX) and _FEWEST <= len(key) <= _MOST else None


def problems(made: Connection, dev_hosts: Collection[str], function: str) -> Iterator[tuple[str, Message]]:
    """Yield each member that is not acceptable, and why. `function`: the ARN that the role may invoke (IDP_MIGRATION_FUNCTION), or ""."""
    is_function = made.hook.startswith("arn:")
    if not made.hook:
        yield "hook", Message("connection.needed")
    elif is_function and (not ARN.fullmatch(made.hook) or made.hook != function):
        yield "hook", Message("connection.function_not_allowed")
    elif not is_function and not is_endpoint(made.hook, dev_hosts):
        yield "hook", Message("connection.endpoint_malformed")
    if made.client_auth != ("none" if is_function else "signature"):
        yield "client_auth", Message("value.not_one_of", values="none" if is_function else "signature")
    if is_function == bool(made.secret):
        yield "secret", Message("connection.secret_unused" if is_function else "connection.needed")
    if made.who not in (KNOWN_PEOPLE, ALL_PEOPLE):
        yield "who", Message("value.not_one_of", values=f"{KNOWN_PEOPLE}, {ALL_PEOPLE}")
    if made.email_trust not in (NONE, VERIFIED, DOMAINS):
        yield "email_trust", Message("value.not_one_of", values=f"{NONE}, {VERIFIED}, {DOMAINS}")
    for name in _UNUSED:
        if getattr(made, name):
            yield name, Message("connection.not_of_type")
