"""One module per protocol endpoint, named as in the metadata document."""

from __future__ import annotations

from starlette.routing import Route

from idp.http.oidc.authorization import authorization
from idp.http.oidc.discovery import discovery, jwks
from idp.http.oidc.end_session import confirm_logout, end_session
from idp.http.oidc.introspection import introspection
from idp.http.oidc.revocation import revocation
from idp.http.oidc.token import token
from idp.http.oidc.userinfo import userinfo

ROUTES = [
    Route("/.well-known/openid-configuration", discovery, methods=["GET"]),
    Route("/.well-known/oauth-authorization-server", discovery, methods=["GET"]),
    Route("/jwks", jwks, methods=["GET"]),
    Route("/authorize", authorization, methods=["GET", "POST"]),
    Route("/token", token, methods=["POST"]),
    Route("/userinfo", userinfo, methods=["GET", "POST"]),
    Route("/revoke", revocation, methods=["POST"]),
    Route("/introspect", introspection, methods=["POST"]),
    Route("/logout", end_session, methods=["GET", "POST"]),
    Route("/logout/confirm", confirm_logout, methods=["POST"]),
]
CORS_PATHS = frozenset(
    {"/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/jwks", "/token", "/userinfo", "/revoke"}
)
"""Where scripts of other origins may call: no cookie counts there, so any origin may, without credentials (F-13)."""
