"""Apps that are deleted and registered again under the same id, or disabled and enabled again, in the same second."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from itertools import count
from typing import Any

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.apps.client import Client
from idp.services.apps import client_metadata
from tests.support.deployment import App, Deployment

STANDARD = "openid profile email offline_access"
_numbers = count(1)


def registered(idp: Deployment, **metadata: Any) -> App:
    """Create an app through the service of the admin API. It gets its own incarnation."""
    name = f"app.{next(_numbers)}"
    chosen = {"redirect_uris": [f"https://{name}.example/cb"], "first_party": True, "scope": STANDARD, **metadata}
    client, secret = idp.services.client_service.create({"client_id": name, **chosen}, scope=DEPLOYMENT)
    return App(client, secret or "")


def from_before(idp: Deployment, **metadata: Any) -> App:
    """Create an app whose stored item has no incarnation, like items from before incarnations existed."""
    made = registered(idp, **metadata)
    old = {name: value for name, value in asdict(made.client).items() if name not in {"incarnation", "secrets"}}
    assert idp.services.clients.delete(made.id)
    assert idp.services.clients.create(Client(**old, secrets=made.client.secrets))
    return App(idp.services.client_service.get(made.id, scope=DEPLOYMENT), made.secret)


def recreated(idp: Deployment, app: App) -> App:
    """Delete the app, and register another with the same id and metadata."""
    told = client_metadata.describe(idp.services.client_service.get(app.id, scope=DEPLOYMENT))
    same = {name: value for name, value in told.items() if value is not None}
    idp.services.client_service.delete(app.id, scope=DEPLOYMENT)
    client, secret = idp.services.client_service.create({"client_id": app.id, **same}, scope=DEPLOYMENT)
    return App(client, secret or "")


def enabled_again(idp: Deployment, app: App) -> App:
    """Disable the app and enable it again. Its secret does not change."""
    idp.services.client_service.patch(app.id, {"disabled": True}, scope=DEPLOYMENT)
    return App(idp.services.client_service.patch(app.id, {"disabled": False}, scope=DEPLOYMENT), app.secret)


End = Callable[[Deployment, App], App]
Make = Callable[..., App]
ENDS: dict[str, End] = {"recreated": recreated, "enabled again": enabled_again}
MADE: dict[str, Make] = {"new": registered, "from before": from_before}
