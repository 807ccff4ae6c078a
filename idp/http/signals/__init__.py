"""Shared signals (OpenID Shared Signals Framework 1.0): one module per endpoint, loaded when it is first called.

The addresses exist only if IDP_SHARED_SIGNALS is on.
"""

from __future__ import annotations

from starlette.routing import Route

from idp.http.lazy import lazy_endpoint

ENDPOINTS = (
    ("/.well-known/ssf-configuration", "configuration", "configuration", ["GET"]),
    ("/.well-known/oauth-protected-resource/signals/v1", "configuration", "protected_resource", ["GET"]),
    ("/signals/v1/streams", "streams", "streams", ["GET", "POST", "PATCH", "PUT", "DELETE"]),
    ("/signals/v1/status", "status", "status", ["GET", "POST"]),
    ("/signals/v1/subjects/add", "subjects", "add", ["POST"]),
    ("/signals/v1/subjects/remove", "subjects", "remove", ["POST"]),
    ("/signals/v1/verification", "verification", "verification", ["POST"]),
    ("/signals/v1/poll/{stream_id}", "poll", "poll", ["POST"]),
)
"""Path, module, function, methods."""


def routes(*, in_place: bool) -> list[Route]:
    """The routes. `in_place`: handlers run where they are called, see `idp.http.lazy`."""
    return [
        Route(path, lazy_endpoint(f"{__name__}.{module}", function, in_place=in_place), methods=methods)
        for path, module, function, methods in ENDPOINTS
    ]
