"""Verification of access tokens and access decisions for any API. It needs the standard library and `cryptography`, no other part of idp.

    verifier      Verifier, which applies all rules to a token
    compact       strict parsing of JWS compact serialization; strict_json, base64url
    signatures    public keys from JWKs, and verification of signatures
    jwks, fetch   the issuer's keys in memory, and how they are fetched; authorities: the trusted TLS certificate authorities
    claims        the rules of RFC 9068; token: verified claims; requirement: what a route requires of a token
    dpop          proof of possession of a key (dpop_proof: the rule); certificate: of a client certificate
    challenges    WWW-Authenticate; refused: the exception of a refusal; record: the base class of values
    gateway       API Gateway's Lambda authorizers: parse events, answer policies
    functions, fastapi, asgi, powertools    the same for Lambda handlers, and for apps of these frameworks
    decisions     access decisions: roles, attributes, policies

The names that this package exports are loaded when they are first used.
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
