"""The first page about an app: what it is, what its developers need, and what it may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.apps.grant_types import DEVICE_CODE, JWT_BEARER, TOKEN_EXCHANGE
from idp.domain.texts import marked
from idp.http.account.moment import moment
from idp.http.console.app_kinds import kind_of
from idp.http.console.app_view import APP, find, show_app
from idp.http.console.pages import Page
from idp.http.language import texts_of
from idp.http.services import services
from idp.oauth.metadata import metadata

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.domain.texts import Texts
    from idp.http.console.visit import Visit

_GRANTS = {
    "authorization_code": marked("Sign people in with their browser, always with a code"),
    "refresh_token": marked("Stay signed in, by refresh tokens"),
    "client_credentials": marked("Get tokens for itself, without a person"),
    DEVICE_CODE: marked("Sign people in on a device without a browser"),
    TOKEN_EXCHANGE: marked("Exchange a person's token for one of another API"),
    JWT_BEARER: marked("Get tokens for assertions of other identity providers"),
}
_METHODS = {
    "client_secret_basic": marked("With a secret, in the header"),
    "client_secret_post": marked("With a secret, in the form"),
    "private_key_jwt": marked("With a key of its own (private_key_jwt)"),
    "tls_client_auth": marked("With a certificate"),
    "self_signed_tls_client_auth": marked("With a certificate of its own"),
    "none": marked("Not at all: it is a public client and uses PKCE"),
}
_ENDPOINTS = (
    ("authorization_endpoint", "authorization_code"), ("device_authorization_endpoint", DEVICE_CODE), ("token_endpoint", ""),
    ("userinfo_endpoint", "refresh_token"), ("jwks_uri", ""), ("introspection_endpoint", ""),
    ("end_session_endpoint", "authorization_code"),
)  # fmt: skip
"""The endpoints that developers ask for, and the grant type without which the app does not need one."""


def page(request: Request, visit: Visit) -> Response:
    """GET /console/apps/{client_id}."""
    client, texts, settings = find(request, visit), texts_of(request), services(request).settings
    served = metadata(settings)
    return show_app(
        request, visit, client, "app_overview.html", "", kind=kind_of(client).id, about=texts.text(kind_of(client).text),
        issuer=settings.issuer, discovery=f"{settings.issuer}/.well-known/openid-configuration",
        endpoints=[(name, served[name]) for name, grant in _ENDPOINTS if not grant or grant in client.grant_types],
        grants=_words(client.grant_types, _GRANTS, texts), methods=_words(client.auth_methods, _METHODS, texts),
        redirect_uris=client.redirect_uris, scopes=client.scopes, resources=client.resources, introspects=client.introspects,
        rights=[texts.text(words) for words in _rights(client)], updated=moment(client.updated_at),
    )  # fmt: skip


def _words(values: tuple[str, ...], words: dict[str, str], texts: Texts) -> list[str]:
    return [texts.text(words[value]) if value in words else value for value in values]


def _rights(client: Client) -> list[str]:
    """Return what the app may do beyond what people allow it, and what it demands."""
    rules = (
        (client.first_party, marked("It asks people no consent")),
        (client.may_impersonate, marked("It may act as a person without being named in the token")),
        (client.require_mfa, marked("Each sign-in needs a second factor")),
        (client.connections_only, marked("People sign in by connections only")),
        (client.organization == "required", marked("Each sign-in is for an organisation")),
        (client.is_fapi, marked("The rules of FAPI 2.0 apply")),
        (bool(client.roles), marked("It has roles of its own")),
    )
    return [words for applies, words in rules if applies]


PAGES = (
    Page(APP, "GET", page, needs=("clients:read",)),
    Page(f"{APP}/overview", "GET", page, needs=("clients:read",)),
)
