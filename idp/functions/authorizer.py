"""A Lambda authorizer for API Gateway (docs/authorizer.md): REST, WebSocket and HTTP APIs. It runs beside an API, not in the provider."""

from __future__ import annotations

from idp.functions import cold_start  # isort: split

from typing import Any

from idp.wiring.authorizer import build_authorizer

authorizer = build_authorizer()
cold_start.over()


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer an event with a policy or a simple response. AuthorizerError becomes 401 or 500."""
    del context
    return authorizer(event)
