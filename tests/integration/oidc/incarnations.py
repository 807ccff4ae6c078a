"""Apps that end: deleted and registered again under the same id, or disabled and enabled again, all in the same second."""

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
    """An app as the admin API makes it, with an incarnation of its own."""
    name = f"app.{next(_numbers)}"
    chosen = {"redirect_uris": [f"https://{name}.example/cb"], "first_party": True, "scope": STANDARD, **metadata}
    client, secret = idp.services.client_service.create({"client_id": name, **chosen}, scope=DEPLOYMENT)
    return App(client, secret or "")


def from_before(idp: Deployment, **metadata: Any) -> App:
    """An app as it was stored before there were incarnations."""
    made = registered(idp, **metadata)
    old = {name: value for name, value in asdict(made.client).items() if name not in {"incarnation", "secrets"}}
    assert idp.services.clients.delete(made.id)
    assert idp.services.clients.create(Client(**old, secrets=made.client.secrets))
    return App(idp.services.client_service.get(made.id, scope=DEPLOYMENT), made.secret)


def recreated(idp: Deployment, app: App) -> App:
    """Deleted, and another one registered with the same id and the same metadata."""
    told = client_metadata.describe(idp.services.client_service.get(app.id, scope=DEPLOYMENT))
    same = {name: value for name, value in told.items() if value is not None}
    idp.services.client_service.delete(app.id, scope=DEPLOYMENT)
    client, secret = idp.services.client_service.create({"client_id": app.id, **same}, scope=DEPLOYMENT)
    return App(client, secret or "")


def enabled_again(idp: Deployment, app: App) -> App:
    """Disabled, and enabled again. Its secret stays."""
    idp.services.client_service.patch(app.id, {"disabled": True}, scope=DEPLOYMENT)
    return App(idp.services.client_service.patch(app.id, {"disabled": False}, scope=DEPLOYMENT), app.secret)


End = Callable[[Deployment, App], App]
Make = Callable[..., App]
ENDS: dict[str, End] = {"recreated": recreated, "enabled again": enabled_again}
MADE: dict[str, Make] = {"new": registered, "from before": from_before}
