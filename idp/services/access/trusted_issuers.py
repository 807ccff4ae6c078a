"""Trusted issuers (RFC 7523 §2.1, ID-JAG), as admins manage them: which apps may use their assertions, and for which APIs and scopes."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from idp.domain.access import admin_scopes
from idp.domain.access.trusted_issuer import PROFILES
from idp.domain.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from idp.domain.message import Message
from idp.domain.requests import scope as scopes
from idp.domain.tokens.verified_algorithms import ALGORITHMS

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.domain.access.trusted_issuer import TrustedIssuer
    from idp.domain.clock import Clock
    from idp.services.audit.recorder import Actor, Audit
    from idp.settings import Settings
    from idp.store.clients import Clients
    from idp.store.trusted_issuers import TrustedIssuers

MOST = 100
_URL = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?", re.ASCII)
_DOMAIN = re.compile(r"(?=.{1,253}\Z)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+", re.ASCII)

Versions = Collection[int] | None
"""The versions that the caller accepts (If-Match); None accepts any version."""


class TrustedIssuerService:
    """Manages issuers. Its methods raise Invalid, Conflict, NotFound, Forbidden or PreconditionFailed; then nothing was written."""

    def __init__(self, settings: Settings, issuers: TrustedIssuers, clients: Clients, audit: Audit, clock: Clock) -> None:
        self._settings, self._issuers, self._clients, self._audit, self._clock = settings, issuers, clients, audit, clock

    def listing(self, *, scope: Scope) -> list[TrustedIssuer]:
        """Return all issuers."""
        scope.require_deployment()
        return self._issuers.all()

    def get(self, issuer_id: str, *, scope: Scope) -> TrustedIssuer:
        """Return one issuer, by a strongly consistent read."""
        scope.require_deployment()
        found = self._issuers.get(issuer_id)
        if found is None:
            raise NotFound("trusted_issuer.unknown")
        return found

    def create(self, made: TrustedIssuer, *, scope: Scope, by: Actor) -> TrustedIssuer:
        """Add a trusted issuer."""
        scope.require_deployment()
        self._check(made)
        if len(self._issuers.all()) >= MOST:
            raise Invalid("trusted_issuer.too_many", maximum=MOST)
        now = self._clock()
        made = replace(self._with_incarnations(made), created_at=now, updated_at=now)
        if not self._issuers.create(made):
            raise Conflict("trusted_issuer.exists")
        self._audit.act("trusted_issuer.created", by, target=made.id, issuer=made.issuer, scope=scope)
        return made

    def put(self, issuer_id: str, made: TrustedIssuer, *, scope: Scope, by: Actor, expected: Versions = None) -> TrustedIssuer:
        """Replace all members of an issuer. Its assertions are checked against the new values from now on."""
        scope.require_deployment()
        before = self.get(issuer_id, scope=scope)
        if expected is not None and before.version not in expected:
            raise PreconditionFailed("resource.changed")
        if made.id != issuer_id:
            raise Invalid("trusted_issuer.issuer_fixed", field="issuer")
        self._check(made)
        anew = replace(self._with_incarnations(made), created_at=before.created_at, updated_at=self._clock(), version=before.version)
        written = self._issuers.replace(anew)
        if written is None:
            raise PreconditionFailed("resource.changed_meanwhile")
        self._audit.act("trusted_issuer.updated", by, target=issuer_id, issuer=made.issuer, scope=scope)
        return written

    def delete(self, issuer_id: str, *, scope: Scope, by: Actor, expected: Versions = None) -> None:
        """Remove an issuer. Links to its subjects stay stored, but have no effect unless it is added again."""
        scope.require_deployment()
        found = self.get(issuer_id, scope=scope)
        if expected is not None and found.version not in expected:
            raise PreconditionFailed("resource.changed")
        if not self._issuers.delete(found):
            raise PreconditionFailed("resource.changed_meanwhile")
        self._audit.act("trusted_issuer.deleted", by, target=issuer_id, issuer=found.issuer, scope=scope)

    def _with_incarnations(self, made: TrustedIssuer) -> TrustedIssuer:
        """Return the issuer with the present incarnations of its clients."""
        return replace(made, incarnations=self._clients.incarnations(made.clients))

    def _check(self, made: TrustedIssuer) -> None:
        """Check the members.

        Raises:
            Forbidden: the issuer is this provider, or an audience is the admin API.
            Invalid: a member is not valid.
        """
        # ID-JAG §8.3: an authorization server "MUST NOT issue access tokens in response to an ID-JAG it issued itself"
        if made.issuer.rstrip("/") == self._settings.issuer.rstrip("/"):
            raise Forbidden("trusted_issuer.is_self")
        if self._settings.admin_resource in made.audiences:
            raise Forbidden("trusted_issuer.admin_api")
        for field, message in _problems(made):
            raise Invalid(message, field=field)


def _problems(made: TrustedIssuer) -> list[tuple[str, Message]]:
    rules = (
        (_is_issuer(made.issuer), "issuer", Message("trusted_issuer.issuer_malformed")),
        (bool(_URL.fullmatch(made.jwks_uri.partition("?")[0])) and "#" not in made.jwks_uri, "jwks_uri", Message("value.not_https_url")),
        (made.profile in PROFILES, "profile", Message("value.not_one_of", values=", ".join(PROFILES))),
        (
            bool(made.algorithms) and set(made.algorithms) <= set(ALGORITHMS),
            "algorithms",
            Message("value.not_among", values=", ".join(sorted(ALGORITHMS))),
        ),
        (all(map(_is_resource, made.audiences)), "audiences", Message("trusted_issuer.audience_malformed")),
        (
            all(map(_is_scope, made.scopes)) and not {"offline_access", *admin_scopes.ALL} & set(made.scopes),
            "scopes",
            Message("trusted_issuer.scope_refused"),
        ),
        (all(_DOMAIN.fullmatch(name) for name in made.email_domains), "email_domains", Message("trusted_issuer.domain_malformed")),
    )
    return [(field, message) for right, field, message in rules if not right]


def _is_issuer(text: str) -> bool:
    return bool(_URL.fullmatch(text)) and bool(urlsplit(text).hostname)


def _is_resource(text: str) -> bool:
    scheme, colon, rest = text.partition(":")
    return bool(colon and rest and scheme[:1].isalpha() and text.isascii() and text.isprintable()) and " " not in text and "#" not in text


def _is_scope(text: str) -> bool:
    try:
        return scopes.parse(text) == (text,)
    except ValueError:
        return False
