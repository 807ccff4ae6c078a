"""The FastAPI service with tokens of the running provider."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import httpx
import pytest

from tests.examples.tokens import ORDERS, broken, token
from tests.support.in_process import InProcess
from tests.support.served_provider import ServedProvider


@pytest.fixture
def api(idp: ServedProvider, example: Callable[..., ModuleType]) -> httpx.Client:
    module = example("fastapi_service.app", ISSUER=idp.issuer, AUDIENCE=ORDERS, BASE_URL=ORDERS)
    return httpx.Client(transport=InProcess(module.app), base_url=ORDERS)


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def test_each_route_has_its_scope(idp: ServedProvider, api: httpx.Client) -> None:
    """Reading and writing; deleting needs a second factor."""
    reader, writer = token(idp, scope="orders:read"), token(idp, scope="orders:write")
    assert api.get("/orders", headers=bearer(reader)).json() == {"orders": []}
    assert api.put("/orders/1", headers=bearer(writer)).status_code == 200
    for method, path, held, needed in (("GET", "/orders", writer, "orders:read"), ("PUT", "/orders/1", reader, "orders:write")):
        refused = api.request(method, path, headers=bearer(held))
        assert (refused.status_code, f'scope="{needed}"' in refused.headers["www-authenticate"]) == (403, True)
    stepped = api.delete("/orders/1", headers=bearer(writer))
    assert (stepped.status_code, 'acr_values="aal2"' in stepped.headers["www-authenticate"]) == (401, True)


def test_a_request_without_a_valid_token_is_refused(idp: ServedProvider, api: httpx.Client) -> None:
    """Missing, malformed, forged, for another API, expired."""
    for sent in (*broken(token(idp)).values(), f"Bearer {token(idp, resource='https://other.example.com')}"):
        answer = api.get("/orders", headers={} if sent is None else {"Authorization": sent})
        assert answer.status_code == 401, sent
        assert answer.headers["www-authenticate"].startswith("Bearer"), sent
    idp.clock.advance(-3600)
    try:
        old = token(idp)
    finally:
        idp.clock.advance(3600)
    assert api.get("/orders", headers=bearer(old)).status_code == 401
