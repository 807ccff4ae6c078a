"""Access tokens of a running provider for an example's API."""

from __future__ import annotations

import base64

import httpx

from tests.support.served_provider import ServedProvider

ORDERS = "https://orders.example.com"


def service(idp: ServedProvider, *, scope: str = "orders:read orders:write", resources: tuple[str, ...] = (ORDERS,)) -> tuple[str, str]:
    """Create a client for client credentials. Returns its id and secret."""
    client, secret = idp.client(grant_types=["client_credentials"], scope=scope, resources=list(resources))
    assert secret
    return client.id, secret


def token(idp: ServedProvider, *, scope: str = "orders:read", resource: str = ORDERS) -> str:
    """Return a token by client credentials."""
    client_id, secret = service(idp, scope=scope, resources=(resource,))
    basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    form = {"grant_type": "client_credentials", "scope": scope, "resource": resource}
    answer = httpx.post(f"{idp.issuer}/token", data=form, headers={"Authorization": f"Basic {basic}"})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


def broken(right: str) -> dict[str, str | None]:
    """Return invalid values for the Authorization header: nothing, other values, and a valid token with a part changed."""
    header, payload, signature = right.split(".")
    return {
        "missing": None, "empty": "Bearer ", "malformed": "Bearer x.y", "no signature": f"Bearer {header}.{payload}.",
        "other signature": f"Bearer {header}.{payload}.{signature[:-6]}AAAAAA", "basic": "Basic eDp5",
        "other payload": f"Bearer {header}.{payload[:-4]}AAAA.{signature}",
    }  # fmt: skip
