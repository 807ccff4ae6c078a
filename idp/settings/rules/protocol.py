"""OAuth and OpenID Connect."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.settings.rules.rule import Rule
    from idp.settings.settings import Settings

SIGNING_ALGORITHMS = frozenset({"RS256", "PS256", "ES256", "Ed25519"})
MAX_CODE_LIFETIME = 600
"""RFC 6749 §4.1.2: ten minutes at most."""
MAX_GRACE = 60
"""A longer grace would hide a stolen refresh token."""
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*", re.ASCII)
_MOST_REGISTRATIONS = 1_000_000
_MOST_SCIM_CLIENTS, _MOST_CONNECTIONS = 50, 20
"""SCIM clients and connections of an organisation that a setting may allow."""


def rules(s: Settings) -> tuple[Rule, ...]:
    """Return the rules; the sentence of each says what to set."""
    return (
        (1 <= s.code_lifetime <= MAX_CODE_LIFETIME, f"IDP_CODE_LIFETIME must be between 1 and {MAX_CODE_LIFETIME} seconds."),
        (s.refresh_grace <= MAX_GRACE, f"IDP_REFRESH_GRACE must be between 0 and {MAX_GRACE} seconds."),
        (
            "RS256" in s.algorithms and set(s.algorithms) <= SIGNING_ALGORITHMS,
            "IDP_SIGNING_ALGORITHMS must be RS256 and any of PS256 ES256 Ed25519, separated by spaces.",
        ),
        (s.dpop_nonce in {"off", "fapi2", "on"}, f"IDP_DPOP_NONCE is '{s.dpop_nonce[:40]}'. Set it to off, fapi2 or on."),
        (
            re.fullmatch(r"(https://[a-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~/-]*[A-Za-z0-9._~-])?)?", s.mtls_url),
            f"IDP_MTLS_URL is '{s.mtls_url[:80]}'. Set it to an https URL without query, fragment or final slash.",
        ),
        (s.registration in {"off", "token", "open"}, f"IDP_REGISTRATION is '{s.registration[:40]}'. Set it to off, token or open."),
        (
            0 < s.registration_hourly_per_network <= s.registration_hourly <= _MOST_REGISTRATIONS,
            "IDP_REGISTRATION_HOURLY_PER_NETWORK must be 1 or more and at most IDP_REGISTRATION_HOURLY, which is at most 1000000.",
        ),
        (
            {s.registration_require_pkce, s.registration_id_token_claims, s.client_id_metadata} <= {"on", "off"},
            "IDP_REGISTRATION_REQUIRE_PKCE, IDP_REGISTRATION_ID_TOKEN_CLAIMS and IDP_CLIENT_ID_METADATA must be on or off.",
        ),
        (
            all(_HOST.fullmatch(name) for name in f"{s.client_id_metadata_hosts} {s.client_id_metadata_denied_hosts}".split()),
            "IDP_CLIENT_ID_METADATA_HOSTS and IDP_CLIENT_ID_METADATA_DENIED_HOSTS must be hosts in lower case, separated by spaces.",
        ),
        (
            all(re.fullmatch(r"[!#-\[\]-~]+", each) for each in s.organization_client_scopes.split())
            and all(re.fullmatch(r"[a-z][a-z0-9+.-]*:[!-\"$-~]{1,500}", each) for each in s.organization_client_resources.split()),
            "IDP_ORGANIZATION_CLIENT_SCOPES must be scopes, and IDP_ORGANIZATION_CLIENT_RESOURCES absolute URIs, separated by spaces.",
        ),
        (
            0 <= s.organization_scim_clients <= _MOST_SCIM_CLIENTS,
            f"IDP_ORGANIZATION_SCIM_CLIENTS must be a number from 0 to {_MOST_SCIM_CLIENTS}.",
        ),
        (
            0 <= s.organization_connections <= _MOST_CONNECTIONS,
            f"IDP_ORGANIZATION_CONNECTIONS must be a number from 0 to {_MOST_CONNECTIONS}.",
        ),
        (
            {s.authorization_details, s.jwt_bearer, s.id_jag, s.scim} <= {"on", "off"},
            "IDP_AUTHORIZATION_DETAILS, IDP_JWT_BEARER, IDP_ID_JAG and IDP_SCIM must be on or off.",
        ),
        (s.console in {"on", "off", "linked"}, "IDP_CONSOLE must be on, off or linked."),
        (
            all(issuer and uri.startswith("https://") for issuer, uri in s.statement_issuers.items()),
            "IDP_SOFTWARE_STATEMENT_ISSUERS must be pairs issuer=https://…, the issuer and where its keys are, separated by spaces.",
        ),
    )
