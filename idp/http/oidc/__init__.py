"""One module per protocol endpoint, named as in the metadata document. Each module loads when its endpoint is first called."""

from __future__ import annotations

from starlette.routing import Route

from idp.http.lazy import lazy_endpoint

ENDPOINTS = (
    ("/.well-known/openid-configuration", "discovery", "discovery", ["GET"]),
    ("/.well-known/oauth-authorization-server", "discovery", "discovery", ["GET"]),
    ("/jwks", "discovery", "jwks", ["GET"]),
    ("/authorize", "authorization", "authorization", ["GET", "POST"]),
    ("/par", "par", "par", ["POST"]),
    ("/device_authorization", "device_authorization", "device_authorization", ["POST"]),
    ("/token", "token", "token", ["POST"]),
    ("/userinfo", "userinfo", "userinfo", ["GET", "POST"]),
    ("/revoke", "revocation", "revocation", ["POST"]),
    ("/introspect", "introspection", "introspection", ["POST"]),
    ("/register", "registration", "register", ["POST"]),
    ("/register/{client_id}", "registration", "configuration", ["GET", "PUT", "DELETE"]),
    ("/check_session", "check_session", "check_session", ["GET"]),
    ("/.well-known/webfinger", "webfinger", "webfinger", ["GET"]),
    ("/.well-known/oauth-protected-resource/admin/v1", "protected_resource", "protected_resource", ["GET"]),
    ("/logout", "end_session", "end_session", ["GET", "POST"]),
    ("/logout/confirm", "end_session", "confirm_logout", ["GET", "POST"]),
)
"""Path, module, function, methods."""


def routes(*, in_place: bool) -> list[Route]:
    """The routes. `in_place`: handlers run where they are called, see `idp.http.lazy`.

    Starlette answers HEAD as GET without the body (RFC 9110 §9.3.2), and 405 for other methods (RFC 9110 §15.5.6).
    """
    return [
        Route(path, lazy_endpoint(f"{__name__}.{module}", function, in_place=in_place), methods=methods)
        for path, module, function, methods in ENDPOINTS
    ]


CORS_PATHS = frozenset(
    {
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
        "/.well-known/oauth-protected-resource/admin/v1",
        "/.well-known/webfinger",
        "/jwks",
        "/par",
        "/device_authorization",
        "/token",
        "/userinfo",
        "/revoke",
        "/register",
    }
)
"""Paths with CORS headers for any origin, without credentials (F-13). These endpoints read no cookie."""
