"""An upstream as the standards describe it (OIDC Core §5.1, §5.3), or OAuth 2.0 with userinfo: GitLab, LinkedIn, Auth0, Keycloak."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.connections.connection import DOMAINS, OIDC
from idp.domain.connections.identity import UpstreamIdentity
from idp.services.upstream.id_token import time_of
from idp.services.upstream.refusal import not_valid
from idp.services.upstream.told import Told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.connections.connection import Connection
    from idp.services.upstream.shapes import Answers

PUBLIC = frozenset({"google", "microsoft", "apple", "github", "facebook", "discord", "linkedin"})
"""Presets where every person can have an account, with an address of any domain that was verified once. They do not decide about a domain
because a connection lists it. Those that decide about some addresses have a rule of their own.
"""
PUBLIC_ISSUERS = frozenset({
    "https://gitlab.com", "https://accounts.google.com", "https://appleid.apple.com", "https://github.com", "https://www.facebook.com",
    "https://discord.com", "https://www.linkedin.com/oauth", "https://www.linkedin.com",
})  # fmt: skip
"""The same by their issuers, because a connection to them can have another preset. A GitLab of one's own has another issuer."""
_IMPLIED = {"email": "email", "profile": "name"}
"""For a scope, the claim that it asks for first."""
_LONGEST_TEXT = 255
"""Characters of a text of an ID Token: as many as a subject may have (OIDC Core §2)."""


def identify(connection: Connection, answers: Answers) -> UpstreamIdentity:
    """Return the identity."""
    return build(connection, answers, told(connection, answers))


def told(connection: Connection, answers: Answers) -> Told:
    """Return the claims of the ID Token, with those of userinfo if the ID Token lacks one that was asked for.

    Raises:
        UpstreamRefused: userinfo is about another subject (OIDC Core §5.3.2), or cannot be read.
    """
    if connection.type != OIDC:
        return Told(answers.resource.userinfo(), connection.claims)
    own = Told(answers.id_token, connection.claims)
    missing = any(own.get(claim) is None for scope, claim in _IMPLIED.items() if scope in connection.scopes)
    if not missing or not connection.userinfo_endpoint:
        return own
    more = answers.resource.userinfo()
    # OIDC Core §5.3.2: "The sub Claim in the UserInfo Response MUST be verified to exactly match the sub Claim in the ID Token"
    if not isinstance(more.get("sub"), str) or more["sub"] != answers.id_token["sub"]:
        raise not_valid(connection, "userinfo: another sub")
    return Told({**more, **answers.id_token}, connection.claims)


def build(
    connection: Connection, answers: Answers, known: Told, *, subject: str = "", tenant: str = "", email_verified: bool | None = None,
    texts: bool = False, authoritative: bool = False, relay: bool = False, claims: Mapping[str, Any] | None = None,
) -> UpstreamIdentity:  # fmt: skip
    """Return the identity with the members of `known`.

    `subject`, `email_verified` and `claims` replace those of `known`. `texts`: the text "true" counts as true. `authoritative`: the
    upstream decides about the address; the connection of an organisation also decides about its own domains. No upstream decides about an
    address of a relay.

    Raises:
        UpstreamRefused: there is no usable subject.
    """
    email, signed = known.email(), answers.id_token
    verified = bool(email) and (known.email_verified(texts=texts) if email_verified is None else email_verified)
    public = connection.preset in PUBLIC or connection.issuer.rstrip("/") in PUBLIC_ISSUERS
    decides = connection.email_trust == DOMAINS and not public
    own_domain = decides and (email or "").rpartition("@")[2] in connection.domains
    auth_time = time_of(signed, "auth_time") if answers.with_max_age else None
    return UpstreamIdentity(
        connection_id=connection.id,
        issuer=str(signed["iss"]) if signed else connection.issuer,
        tenant=tenant,
        subject=subject or _subject(connection, answers, known),
        email=email,
        email_verified=verified,
        email_authoritative=verified and not relay and (authoritative or own_domain),
        email_is_relay=relay,
        claims=known.claims() if claims is None else claims,
        amr=Told(signed).methods(),
        acr=_short(answers, "acr"),
        auth_time=None if auth_time is None else int(auth_time),
        sid=_short(answers, "sid"),
        tells_time=connection.type == OIDC and (auth_time is not None or not answers.with_max_age),
    )


def _subject(connection: Connection, answers: Answers, known: Told) -> str:
    """Return `sub`: of the ID Token by its own name, else by the name that the connection maps it to."""
    subject = str(answers.id_token["sub"]) if answers.id_token else known.subject()
    if not subject:
        raise not_valid(connection, "no subject")
    return subject


def _short(answers: Answers, name: str) -> str:
    """Return a short text of the ID Token, else ""."""
    value = answers.id_token.get(name)
    return value if isinstance(value, str) and len(value) <= _LONGEST_TEXT and value.isprintable() else ""
