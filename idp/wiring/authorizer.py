"""The authorizer's composition root: its settings, and the parts that they require."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from idp.verify.gateway import authorizer as gateway
from idp.verify.gateway import rules
from idp.verify.verifier import Verifier
from idp.wiring.authorizer_settings import AuthorizerSettings, AuthorizerSettingsError, load

if TYPE_CHECKING:
    from idp.adapters.dynamodb_reader import Reader
    from idp.verify.decisions import Decider, Subject


def build_authorizer(environ: Mapping[str, str] | None = None, *, clock: Callable[[], float] = time.time) -> gateway.Authorizer:
    """Return the authorizer of this environment.

    Raises:
        AuthorizerSettingsError: a setting or the rules are missing or wrong; the message names it.
    """
    environ = os.environ if environ is None else environ
    settings = load(environ)
    reader = _reader(settings, environ) if settings.authorizer_revocation == "on" or settings.authorizer_decisions else None
    live = None
    if reader and settings.authorizer_revocation == "on":
        from idp.services.authorizer.token_liveness import TokenLiveness

        live = TokenLiveness(reader, clock)
    try:
        verifier = Verifier(
            issuer=settings.issuer, audience=settings.audience.split(), jwks_uri=settings.jwks_uri, algorithms=settings.algorithms.split(),
            leeway=int(settings.leeway), live=live, clock=clock,
        )  # fmt: skip
    except ValueError as problem:
        raise AuthorizerSettingsError(f"Set IDP_ISSUER, or IDP_JWKS_URI, to where the issuer's keys are: {problem}.") from None
    return gateway.Authorizer(
        verifier, _rules(settings), simple=settings.authorizer_response == "simple", cache=settings.authorizer_cache,
        decider=_decider(settings, reader, clock), subjects=_subjects(settings, reader, clock),
    )  # fmt: skip


def _rules(settings: AuthorizerSettings) -> rules.Rules:
    """Load the rules: JSON text, or the name of a file in the function's archive. Without rules every valid token is allowed."""
    given = settings.authorizer_rules
    if not given:
        return rules.ANY_TOKEN
    try:
        if not given.lstrip().startswith("{"):
            with open(given, encoding="utf-8") as document:  # noqa: PTH123  # pathlib takes three milliseconds of a cold start
                given = document.read()
        found = rules.load(given)
    except (OSError, ValueError) as problem:
        raise AuthorizerSettingsError(f"IDP_AUTHORIZER_RULES must be rules, or the name of a file with them: {problem}") from None
    if not settings.authorizer_decisions and any(rule.question for rule in (*found.rules, found.unlisted) if rule):
        raise AuthorizerSettingsError("A rule asks for a decision. Set IDP_AUTHORIZER_DECISIONS to who decides: roles, policies, or both.")
    return found


def _reader(settings: AuthorizerSettings, environ: Mapping[str, str]) -> Reader:
    from idp.adapters.dynamodb_reader import Reader

    return Reader(settings.table_prefix, region=environ.get("AWS_REGION", "us-east-1"), endpoint=environ.get("AWS_ENDPOINT_URL_DYNAMODB"))


def _decider(settings: AuthorizerSettings, reader: Reader | None, clock: Callable[[], float]) -> Decider | None:
    if reader is None or not settings.authorizer_decisions:
        return None
    from idp.services.authorizer.stored_decisions import stored_decider

    return stored_decider(settings.authorizer_decisions.split(), reader, clock)


def _subjects(
    settings: AuthorizerSettings, reader: Reader | None, clock: Callable[[], float]
) -> Callable[[Subject], Subject | None] | None:
    if reader is None or settings.authorizer_subjects != "stored":
        return None
    from idp.services.authorizer.stored_subjects import StoredSubjects

    return StoredSubjects(reader, clock)
