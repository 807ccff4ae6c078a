"""Verification of tokens and decisions about access, for any API: the standard library and `cryptography`, nothing else of this package.

    verifier      Verifier: the one that puts the rules together
    compact       JWS compact serialization, read strictly; strict_json, base64url
    signatures    public keys from JWKs, signatures under them
    jwks, fetch   the issuer's keys in memory, and how they come there; authorities: whose TLS certificates are believed
    claims        RFC 9068's rules; token, requirement: what it says, and what it has to be good for
    dpop          proof of possession by a key (dpop_proof: the rule); certificate: by a certificate
    challenges    WWW-Authenticate; refused: what is raised; record: what values are made of
    gateway       API Gateway's Lambda authorizers: events in, policies out
    functions, fastapi, asgi, powertools    the same for handlers, and for apps of these kinds
    decisions     access decisions: roles, attributes, policies

Names of this package itself are loaded when they are asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.verify.challenges import challenge
    from idp.verify.functions import current_token, require
    from idp.verify.refused import Refused
    from idp.verify.request import HttpRequest
    from idp.verify.requirement import Requirement
    from idp.verify.token import Token
    from idp.verify.verifier import Verifier

_PLACES = {
    "HttpRequest": "request",
    "Refused": "refused",
    "Requirement": "requirement",
    "Token": "token",
    "Verifier": "verifier",
    "challenge": "challenges",
    "current_token": "functions",
    "require": "functions",
}

__all__ = ["HttpRequest", "Refused", "Requirement", "Token", "Verifier", "challenge", "current_token", "require"]


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(name)
    return getattr(import_module(f"idp.verify.{_PLACES[name]}"), name)
