"""Apps that an admin changes in the console."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.access.tenancy import DEPLOYMENT

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from tests.support.world import World

MARKUP = '"><img src=x onerror=alert(1)>'


def web(world: World, **members: Any) -> Client:
    """A web app."""
    shop = {"redirect_uris": ["https://a.example/cb"], "client_name": "Shop", **members}
    return world.services.client_service.create(shop, scope=DEPLOYMENT)[0]


def now(world: World, client: Client) -> Client:
    """The app as it is stored."""
    return world.services.client_service.get(client.id, scope=DEPLOYMENT)
