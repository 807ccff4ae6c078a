"""Presets: the known facts about common upstreams, so that an admin gives only what the upstream tells about their own registration.

Endpoints of OpenID Connect upstreams come from their metadata; a preset has the endpoints of OAuth 2.0 upstreams, which have none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from idp.domain.connections.connection import KNOWN_PEOPLE, OAUTH2, OIDC, PASSWORD, SAML

if TYPE_CHECKING:
    from collections.abc import Sequence

_MICROSOFT: Final = "https://login.microsoftonline.com"
_TENANT: Final = "{tenantid}"
_PERSONAL: Final = "9188040d-6c67-4c5b-b112-36a304b66dad"
_TENANT_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
METADATA: Final = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Preset:
    """The defaults of one kind of upstream.

    `title`: the default name of the button. `needs`: members that the admin has to give, beside an id. `members`: defaults of the
    connection. `register`: where an app is registered at the upstream, empty if that differs. `issuer_like`: an example of `issuer`,
    if the admin gives it.
    """

    name: str
    title: str
    type: str
    needs: tuple[str, ...]
    register: str = ""
    issuer_like: str = ""
    members: Mapping[str, Any] = field(default_factory=dict)


_SECRET = ("client_id", "secret")
_ALL: Final = (
    Preset("google", "Google", OIDC, _SECRET, "https://console.cloud.google.com/apis/credentials", "", {"issuer": "https://accounts.google.com"}),
    Preset(
        "github",
        "GitHub",
        OAUTH2,
        _SECRET,
        "https://github.com/settings/developers",
        "",
        {
            "issuer": "https://github.com",
            "authorization_endpoint": "https://github.com/login/oauth/authorize",
            "token_endpoint": "https://github.com/login/oauth/access_token",
            "userinfo_endpoint": "https://api.github.com/user",
            "client_auth": "client_secret_post",
            "scopes": ("read:user", "user:email"),
        },
    ),
    Preset(
        "facebook",
        "Facebook",
        OAUTH2,
        _SECRET,
        "https://developers.facebook.com/apps",
        "",
        {
            "issuer": "https://www.facebook.com",
            "authorization_endpoint": "https://www.facebook.com/dialog/oauth",
            "token_endpoint": "https://graph.facebook.com/oauth/access_token",
            "userinfo_endpoint": "https://graph.facebook.com/me?fields=id,name,first_name,last_name,email",
            "client_auth": "client_secret_post",
            "scopes": ("public_profile", "email"),
        },
    ),
    Preset(
        "microsoft",
        "Microsoft",
        OIDC,
        (*_SECRET, "tenants"),
        "https://entra.microsoft.com",
        "",
        {"client_auth": "client_secret_post"},
    ),
    Preset(
        "apple",
        "Apple",
        OIDC,
        ("client_id", "team_id", "key_id", "secret"),
        "https://developer.apple.com/account/resources",
        "",
        {
            "issuer": "https://appleid.apple.com",
            "client_auth": "apple",
            "response_mode": "form_post",
            "scopes": ("openid", "email", "name"),
        },
    ),
    Preset("gitlab", "GitLab", OIDC, _SECRET, "https://gitlab.com/-/user_settings/applications", "", {"issuer": "https://gitlab.com"}),
    Preset(
        "discord",
        "Discord",
        OAUTH2,
        _SECRET,
        "https://discord.com/developers/applications",
        "",
        {
            "issuer": "https://discord.com",
            "authorization_endpoint": "https://discord.com/oauth2/authorize",
            "token_endpoint": "https://discord.com/api/oauth2/token",
            "userinfo_endpoint": "https://discord.com/api/users/@me",
            "scopes": ("identify", "email"),
        },
    ),
    Preset(  # OAuth 2.0, because its ID Tokens have no nonce
        "linkedin",
        "LinkedIn",
        OAUTH2,
        _SECRET,
        "https://www.linkedin.com/developers/apps",
        "",
        {
            "issuer": "https://www.linkedin.com/oauth",
            "authorization_endpoint": "https://www.linkedin.com/oauth/v2/authorization",
            "token_endpoint": "https://www.linkedin.com/oauth/v2/accessToken",
            "userinfo_endpoint": "https://api.linkedin.com/v2/userinfo",
            "client_auth": "client_secret_post",
            "scopes": ("openid", "email", "profile"),
        },
    ),
    Preset(
        "cognito", "Amazon Cognito", OIDC, (*_SECRET, "issuer"), "https://console.aws.amazon.com/cognito",
        "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Example",
    ),
    Preset(
        "auth0", "Auth0", OIDC, (*_SECRET, "issuer"), "https://manage.auth0.com", "https://example.eu.auth0.com/",
        {"client_auth": "client_secret_post"},
    ),
    Preset("keycloak", "Keycloak", OIDC, (*_SECRET, "issuer"), "", "https://keycloak.example.com/realms/example"),
    Preset("oidc", "", OIDC, (*_SECRET, "issuer", "name"), "", "https://login.example.com"),
    Preset(
        "oauth2", "", OAUTH2,
        (*_SECRET, "issuer", "name", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "scopes"),
        "", "https://login.example.com",
    ),
    Preset("saml", "", SAML, ("name", "issuer", "authorization_endpoint", "certificates"), "", "", {"client_auth": "none", "scopes": ()}),
    Preset(
        "password", "Just-in-time migration", PASSWORD, ("hook", "secret"), "", "",
        {"client_auth": "signature", "who": KNOWN_PEOPLE, "scopes": (), "shown": False},
    ),
)  # fmt: skip
PRESETS: Final[Mapping[str, Preset]] = {preset.name: preset for preset in _ALL}
"""All presets by name."""


def members_of(preset: Preset, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of a connection: those of the preset, replaced by those that the admin gave.

    Microsoft's issuer follows from the tenants: one tenant has an issuer of its own, several have the template of Microsoft.
    """
    found = {"type": preset.type, "preset": preset.name, "name": preset.title, **preset.members, **given}
    if preset.type == PASSWORD and str(found.get("hook")).startswith("arn:"):
        found["client_auth"] = "none"  # Lambda knows the caller by its role
    if preset.name == "microsoft" and not found.get("issuer"):
        tenants = tuple(found.get("tenants") or ())
        found["issuer"] = f"{_MICROSOFT}/{tenants[0] if len(tenants) == 1 else _TENANT}/v2.0"
    return found


def metadata_url(issuer: str, tenants: Sequence[str] = ()) -> str:
    """Return the URL of the metadata of an issuer (OIDC Discovery §4). A slash at the end of the issuer is left out first.

    The issuer with `{tenantid}` is a template, and Microsoft publishes it for organisations, and for personal accounts and organisations.
    """
    place = issuer.removesuffix("/")
    if place == f"{_MICROSOFT}/{_TENANT}/v2.0":
        place = place.replace(_TENANT, "common" if _PERSONAL in tenants else "organizations")
    return place + METADATA


def is_tenant_id(text: str) -> bool:
    """Return whether a text is the id of a tenant of Microsoft Entra: a UUID in lower case. A domain of the tenant is none."""
    return bool(_TENANT_ID.fullmatch(text))
