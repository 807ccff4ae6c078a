"""An authorizer's answers in API Gateway's form: a policy, or a simple yes or no (HTTP APIs, payload 2.0)."""

from __future__ import annotations

import json
from typing import Any

from idp.verify.gateway.policy import Resources
from idp.verify.token import Token

LIMIT = 7500
"""The greatest size of a policy with its context, in bytes. The gateway accepts an answer of 8 KB."""
_CLAIMS = ("iss", "sub", "client_id", "scope", "acr", "jti", "exp", "auth_time")
_LISTS = ("amr", "roles", "groups", "permissions")
_LONGEST, _TOGETHER = 1024, 4000


def policy(stage: str, found: Resources, principal: str, context: dict[str, str]) -> dict[str, Any]:
    """The answer for REST and WebSocket APIs, and for HTTP APIs without simple answers."""
    statements = [
        {"Effect": effect, "Action": "execute-api:Invoke", "Resource": [f"{stage}/{one}" for one in listed]}
        for effect, listed in (("Allow", found.allow), ("Deny", found.deny))
        if listed
    ]
    return {"principalId": principal, "policyDocument": {"Version": "2012-10-17", "Statement": statements}, "context": context}


def simple(context: dict[str, str], *, authorized: bool) -> dict[str, Any]:
    """The answer for HTTP APIs with simple answers."""
    return {"isAuthorized": authorized, "context": context}


def too_long(stage: str, found: Resources, context: dict[str, str]) -> bool:
    """Whether the answer is longer than LIMIT."""
    size = sum(len(name) + len(value) + 8 for name, value in context.items())
    return size + sum(len(stage) + len(one) + 5 for one in (*found.allow, *found.deny)) > LIMIT


def context_of(token: Token) -> dict[str, str]:
    """The facts that the API behind the gateway gets. Lists are joined by spaces: "You can't set a JSON object or array as a valid value".

    A value that is too long is left out, and the last values are left out if all of them are too long. A list is never cut.
    """
    facts = {name: str(token.claims[name]) for name in _CLAIMS if name in token.claims}
    for name in _LISTS:
        values = token.claims.get(name)
        if isinstance(values, list) and all(isinstance(one, str) for one in values):
            facts[name] = " ".join(values) if not any(" " in one for one in values) else json.dumps(values)
    fitting: dict[str, str] = {}
    left = _TOGETHER
    for name, value in facts.items():
        if len(value) <= min(_LONGEST, left):
            fitting[name] = value
            left -= len(value)
    return fitting
