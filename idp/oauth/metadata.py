"""The metadata document: what this deployment supports (OpenID Connect Discovery 1.0 §3, RFC 8414 §2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.apps.grant_types import list_offered
from idp.domain.requests import organisation_scope
from idp.domain.requests.scope import SCOPE_CLAIMS, STANDARD
from idp.domain.sessions.session import AAL1, AAL2
from idp.domain.tokens.verified_algorithms import ALGORITHMS as PROOFS
from idp.oauth.clients.encryption import ALGORITHMS, ENCODINGS
from idp.oauth.clients.methods import metadata as client_authentication

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.settings import Settings

_ENCRYPTED = ("id_token", "userinfo", "introspection", "authorization")


def metadata(settings: Settings, *, detail_types: Sequence[str] = ()) -> dict[str, Any]:
    """The metadata document. Every URL is built from the issuer setting, never from the Host header (F-06).

    See FAPI 2.0 Security Profile §5.3.1, ID-JAG §7.1, §7.2, OpenID Connect Discovery 1.0 §3, §4.3, RFC 8414 §2, §5, RFC 8628 §4,
    RFC 9449 §5.1, MCP authorization (Client ID Metadata Documents).

    `detail_types`: the registered types of authorization details (RFC 9396 §10).
    """
    at = settings.issuer
    document = {
        "issuer": at,
        "authorization_endpoint": f"{at}/authorize",
        "pushed_authorization_request_endpoint": f"{at}/par",
        "device_authorization_endpoint": f"{at}/device_authorization",
        "token_endpoint": f"{at}/token",
        "userinfo_endpoint": f"{at}/userinfo",
        "jwks_uri": f"{at}/jwks",
        "revocation_endpoint": f"{at}/revoke",
        "introspection_endpoint": f"{at}/introspect",
        "end_session_endpoint": f"{at}/logout",
        "scopes_supported": [*STANDARD, organisation_scope.SCOPE],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post", "jwt", "query.jwt", "form_post.jwt"],
        "grant_types_supported": list(list_offered(jwt_bearer=settings.jwt_bearer == "on")),
        "subject_types_supported": ["public", "pairwise"],
        "id_token_signing_alg_values_supported": list(settings.algorithms),
        "userinfo_signing_alg_values_supported": list(settings.algorithms),
        "introspection_signing_alg_values_supported": list(settings.algorithms),
        **{f"{token}_encryption_alg_values_supported": list(ALGORITHMS) for token in _ENCRYPTED},
        **{f"{token}_encryption_enc_values_supported": list(ENCODINGS) for token in _ENCRYPTED},
        "dpop_signing_alg_values_supported": list(PROOFS),
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "display_values_supported": ["page", "popup", "touch", "wap"],
        "claim_types_supported": ["normal"],
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash", "c_hash", "s_hash",
                             *(claim for claims in SCOPE_CLAIMS.values() for claim in claims)],
        "acr_values_supported": [AAL1, AAL2],
        "ui_locales_supported": list(settings.page_languages),
        **({"check_session_iframe": f"{at}/check_session"} if settings.session_management == "on" else {}),
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "frontchannel_logout_supported": True,
        "frontchannel_logout_session_supported": True,
        "claims_parameter_supported": True,
        "request_parameter_supported": True,
        "request_uri_parameter_supported": True,
        "require_request_uri_registration": True,
        "require_pushed_authorization_requests": False,
        "request_object_signing_alg_values_supported": ["RS256", "PS256", "ES256", "Ed25519"],
        "authorization_signing_alg_values_supported": list(settings.algorithms),
        "authorization_response_iss_parameter_supported": True,
    }  # fmt: skip
    if settings.registration != "off":
        document["registration_endpoint"] = f"{at}/register"
    if detail_types:
        document["authorization_details_types_supported"] = list(detail_types)
    if settings.jwt_bearer == "on":
        document["authorization_grant_profiles_supported"] = ["urn:ietf:params:oauth:grant-profile:id-jag"]
    if settings.id_jag == "on":
        document["identity_chaining_requested_token_types_supported"] = ["urn:ietf:params:oauth:token-type:id-jag"]
    if settings.client_id_metadata == "on":
        document["client_id_metadata_document_supported"] = True
    return {**document, **client_authentication.members(settings, document)}


def problem(document: dict[str, Any]) -> str | None:
    """The first error that Authlib's models of RFC 8414, Discovery and RP-Initiated Logout find in the document, or None."""
    from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
    from authlib.oidc.discovery import OpenIDProviderMetadata
    from authlib.oidc.rpinitiated import OpenIDProviderMetadata as LogoutMetadata

    try:
        for model in (AuthorizationServerMetadata, OpenIDProviderMetadata):
            model(document).validate()
        OpenIDProviderMetadata(document).validate(metadata_classes=[LogoutMetadata])
    except ValueError as error:
        return str(error)
    return None
