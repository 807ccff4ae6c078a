"""The rules for the members of a connection (docs/threat-model.md, O-05, O-06, O-11, O-13, O-17)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from idp.domain.connections import connection as domain
from idp.domain.connections.ids import OWN, is_connection_id
from idp.domain.connections.presets import PRESETS, is_tenant_id
from idp.domain.connections.public_mail import is_public
from idp.domain.errors import Invalid
from idp.domain.message import Message
from idp.domain.people.mail_domains import is_entry
from idp.domain.people.standard_claims import is_text
from idp.domain.readable_text import is_name
from idp.domain.requests import scope as scopes
from idp.domain.tokens.verified_algorithms import ALGORITHMS
from idp.services.connections import password_rules
from idp.services.connections.discovery import is_endpoint

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from idp.domain.connections.connection import Connection

LONGEST_NAME, LONGEST_ATTRIBUTE, LONGEST_ID, LONGEST_SECRET = 64, 255, 512, 8192
MOST_DOMAINS, MOST_APPS, MOST_SCOPES, MOST_CLAIMS, MOST_TENANTS = 50, 50, 30, 30, 50
HIGHEST_POSITION = 10_000
AUTHENTICATIONS = ("client_secret_basic", "client_secret_post", "private_key_jwt", "apple", "none")
WITH_KEY = ("private_key_jwt", "apple")
_VISIBLE = re.compile(r"[!-~]+", re.ASCII)
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint")
_NEEDED = {
    domain.OIDC: ("authorization_endpoint", "token_endpoint", "jwks_uri"), domain.OAUTH2: _ENDPOINTS[:3], domain.SAML: (),
    domain.PASSWORD: (),
}  # fmt: skip
_OF_OTHERS = ("hook", "who", "certificates", "metadata_url", "signs_requests", "wants_encryption")
_CLAIMS = (
    "sub", "email", "email_verified", "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile",
    "picture", "website", "gender", "birthdate", "zoneinfo", "locale", "phone_number", "address",
)  # fmt: skip
_TENANT = "{tenantid}"


def check(
    made: Connection, *, own_issuer: str, dev_hosts: Collection[str], function: str = "", is_discovered: bool = True
) -> None:  # fmt: skip
    """Check all members. `own_issuer`: of this provider. `dev_hosts`: hosts of development with any address and port.

    `function`: the ARN of the Lambda function that may be asked about passwords (IDP_MIGRATION_FUNCTION), or "". `is_discovered`: False
    before the metadata was read, when endpoints may be missing.

    Raises:
        Invalid: a member is not valid, or does not fit another one. `field` names it.
    """
    for field, message in _problems(made, own_issuer, dev_hosts, function):
        if message.id == "connection.needed" and field in _ENDPOINTS and not is_discovered:
            continue
        raise Invalid(message, field=field)


def is_id(text: str) -> bool:
    """Return whether a connection can have this id, or an organisation's connection has it behind that of the organisation."""
    return bool(OWN.fullmatch(text))


def _problems(made: Connection, own_issuer: str, dev_hosts: Collection[str], function: str) -> Iterator[tuple[str, Message]]:
    yield from _of_the_name(made, dev_hosts)
    yield from _of_the_tokens(made)
    if made.type == domain.PASSWORD:
        yield from password_rules.problems(made, dev_hosts, function)
    elif made.type == domain.SAML:
        from idp.services.connections import saml_validation

        yield from saml_validation.problems(made, own_issuer, dev_hosts)
    else:
        yield from _of_the_upstream(made, own_issuer, dev_hosts)
        yield from _of_the_client(made)
        for name in _OF_OTHERS:
            if getattr(made, name):
                yield name, Message("connection.not_of_type")
    yield from _of_the_people(made)


def _of_the_name(made: Connection, dev_hosts: Collection[str]) -> Iterator[tuple[str, Message]]:
    if not is_connection_id(made.id):
        yield "id", Message("connection.id_malformed")
    if made.type not in _NEEDED:
        yield "type", _one_of(_NEEDED)
    if made.preset not in PRESETS:
        yield "preset", _one_of(PRESETS)
    if not 0 < len(made.name) <= LONGEST_NAME or not is_name(made.name):
        yield "name", Message("connection.name_malformed", longest=LONGEST_NAME)
    if made.logo_uri and not is_endpoint(made.logo_uri, dev_hosts):
        yield "logo_uri", Message("value.not_https_url")
    if not 0 <= made.position <= HIGHEST_POSITION:
        yield "position", Message("connection.position", highest=HIGHEST_POSITION)


def _of_the_upstream(made: Connection, own_issuer: str, dev_hosts: Collection[str]) -> Iterator[tuple[str, Message]]:
    template = _TENANT in made.issuer
    if not is_endpoint(made.issuer.replace(_TENANT, "tenant"), dev_hosts) or "?" in made.issuer:
        yield "issuer", Message("connection.issuer_malformed")
    if made.issuer.rstrip("/") == own_issuer.rstrip("/"):
        yield "issuer", Message("connection.is_self")
    if template and (made.preset != "microsoft" or not made.tenants):
        yield "tenants", Message("connection.tenants_needed")
    if len(made.tenants) > MOST_TENANTS or not all(map(is_tenant_id, made.tenants)) or (made.tenants and made.preset != "microsoft"):
        yield "tenants", Message("connection.tenants_malformed", maximum=MOST_TENANTS)
    for name in _ENDPOINTS:
        url = getattr(made, name)
        if not url and name in _NEEDED.get(made.type, ()):
            yield name, Message("connection.needed")
        if url and not is_endpoint(url, dev_hosts):
            yield name, Message("connection.endpoint_malformed")
    if made.signing_alg not in ALGORITHMS:
        yield "signing_alg", _one_of(sorted(ALGORITHMS))
    if made.response_mode not in {"", "form_post"}:
        yield "response_mode", _one_of(("form_post",))


def _of_the_client(made: Connection) -> Iterator[tuple[str, Message]]:
    if not 0 < len(made.client_id) <= LONGEST_ID or not _VISIBLE.fullmatch(made.client_id):
        yield "client_id", Message("connection.client_id_malformed", longest=LONGEST_ID)
    if made.client_auth not in AUTHENTICATIONS:
        yield "client_auth", _one_of(AUTHENTICATIONS)
    if (made.client_auth == "none") != (not made.secret):
        yield "secret", Message("connection.needed" if made.client_auth != "none" else "connection.secret_unused")
    for name in ("key_id", "team_id"):
        value, wanted = getattr(made, name), made.client_auth == "apple"
        if value and not (len(value) <= LONGEST_ID and _VISIBLE.fullmatch(value)):
            yield name, Message("connection.client_id_malformed", longest=LONGEST_ID)
        if wanted and not value:
            yield name, Message("connection.needed")
    if len(made.scopes) > MOST_SCOPES or not all(map(_is_scope, made.scopes)):
        yield "scopes", Message("connection.scopes_malformed", maximum=MOST_SCOPES)
    if made.type == domain.OIDC and "openid" not in made.scopes:
        yield "scopes", Message("connection.openid_needed")


def _of_the_tokens(made: Connection) -> Iterator[tuple[str, Message]]:
    if made.type in {domain.PASSWORD, domain.SAML}:
        for name in ("keeps_tokens", "token_apps"):
            if getattr(made, name):
                yield name, Message("connection.not_of_type")
    elif made.token_apps and not made.keeps_tokens:
        yield "token_apps", Message("connection.keeps_no_tokens")
    if len(made.token_apps) > MOST_APPS:
        yield "token_apps", Message("connection.apps_too_many", maximum=MOST_APPS)


def _of_the_people(made: Connection) -> Iterator[tuple[str, Message]]:
    longest = LONGEST_ATTRIBUTE if made.type == domain.SAML else LONGEST_NAME  # names of attributes are often URIs
    named = len(made.claims) <= MOST_CLAIMS and all(is_text(value, longest) for value in made.claims.values())
    if not named or not set(made.claims) <= set(_CLAIMS):
        yield "claims", Message("connection.claims_malformed", maximum=MOST_CLAIMS, values=", ".join(_CLAIMS))
    if made.type == domain.OIDC and "sub" in made.claims:
        yield "claims", Message("connection.subject_fixed")
    if len(made.apps) > MOST_APPS:
        yield "apps", Message("connection.apps_too_many", maximum=MOST_APPS)
    if len(made.domains) > MOST_DOMAINS or not all(is_entry(name) and "." in name.strip(".") and name[0] != "." for name in made.domains):
        yield "domains", Message("connection.domains_malformed", maximum=MOST_DOMAINS)
    if public := next(filter(is_public, made.domains), ""):
        yield "domains", Message("connection.domain_public", domain=public)
    if made.accounts not in (domain.CREATE, domain.LINK, domain.KNOWN):
        yield "accounts", _one_of((domain.CREATE, domain.LINK, domain.KNOWN))
    if made.email_trust not in (domain.NONE, domain.VERIFIED, domain.DOMAINS):
        yield "email_trust", _one_of((domain.NONE, domain.VERIFIED, domain.DOMAINS))
    if made.email_trust == domain.DOMAINS and not made.domains and not made.org_id:  # an organisation has those that it has proven
        yield "email_trust", Message("connection.domains_needed")
    if made.link_verified and made.email_trust == domain.NONE:
        yield "link_verified", Message("connection.trust_needed")


def _one_of(values: Collection[str]) -> Message:
    return Message("value.not_one_of", values=", ".join(values))


def _is_scope(text: str) -> bool:
    try:
        return scopes.parse(text) == (text,)
    except ValueError:
        return False
