"""The policy decision point (OpenID AuthZEN, Authorization API 1.0): one module per endpoint, loaded when it is first called."""

from __future__ import annotations

from starlette.routing import Route

from idp.http.lazy import lazy_endpoint

ENDPOINTS = (
    ("/.well-known/authzen-configuration", "configuration", "configuration", ["GET"]),
    ("/.well-known/oauth-protected-resource/access/v1", "configuration", "protected_resource", ["GET"]),
    ("/access/v1/evaluation", "evaluation", "evaluation", ["POST"]),
    ("/access/v1/evaluations", "evaluation", "evaluations", ["POST"]),
)
"""Path, module, function, methods."""


def routes(*, in_place: bool) -> list[Route]:
    """The routes. `in_place`: handlers run where they are called, see `idp.http.lazy`."""
    return [
        Route(path, lazy_endpoint(f"{__name__}.{module}", function, in_place=in_place), methods=methods)
        for path, module, function, methods in ENDPOINTS
    ]
