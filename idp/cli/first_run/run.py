"""`idp bootstrap` without its output. Safe to run twice, and by two processes at once: each thing is one conditional write."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from idp.cli import environment, migrations_runner
from idp.cli.first_run import apps, demo, people, secrets
from idp.cli.first_run.people import Person
from idp.domain.access import admin_scopes
from idp.domain.access.tenancy import DEPLOYMENT
from idp.services.apps.client_rules.power import admin_power
from idp.services.people import user_changes
from idp.settings import SettingsError
from idp.store import time_shards

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.wiring.all_services import AllServices

ADMIN_CLIENT = "admin-client"


def bootstrap(services: AllServices, *, with_demo: bool, admin_email: str, tell: Callable[[str], None]) -> dict[str, Any]:
    """Create what is missing. Returns issuer, admin, admin_client, and with `with_demo` users and clients."""
    if with_demo and not services.settings.dev:
        msg = "Demo users and apps are for development: their passwords lie in the key file. Leave --demo away, or set IDP_ENV to dev."
        raise SettingsError(msg)
    migrations_runner.run(services.database, services.clock(), tell=lambda name: tell(f"Migration {name}"))
    if services.key_items.load().data_key is None:  # a new deployment: no older release runs that would not list what it writes
        time_shards.switch_on(services.database, services.clock())
    services.key_rotation.ensure()
    source = secrets.source(services.settings)
    email = admin_email or default_email(services.settings.issuer, dev=services.settings.dev)
    admin = people.ensure(services, source, Person(user_changes.parse_email(email), admin=True), tell)
    client, secret = apps.ensure(services, source, _admin_client(services.settings.admin_resource), tell)
    client = _whole(services, client, tell)
    made: dict[str, Any] = {
        "issuer": services.settings.issuer,
        "admin": admin,
        "admin_client": {"client_id": client.id, "client_secret": secret, "scopes": sorted(admin_scopes.ALL & set(client.scopes))},
    }
    if with_demo:
        made["users"] = [people.ensure(services, source, person, tell) for person in demo.people()]
        found = [apps.ensure(services, source, app, tell) for app in demo.apps(environment.port(os.environ))]
        made["clients"] = [
            {"client_id": c.id, **({} if c.is_public else {"client_secret": s}), "redirect_uris": list(c.redirect_uris)} for c, s in found
        ]
    return made


def _whole(services: AllServices, client: Client, tell: Callable[[str], None]) -> Client:
    """Add the scopes of this release to an admin client that had every earlier one. A client that an admin restricted is not changed."""
    power = admin_power(client, services.settings.admin_resource)
    since = admin_scopes.ALL - power
    if not since or not power >= admin_scopes.FIRST:
        return client
    tell(f"{client.id} gets the scopes of this release: {' '.join(sorted(since))}")
    return services.client_service.patch(client.id, {"scope": " ".join((*client.scopes, *sorted(since)))}, scope=DEPLOYMENT)


def default_email(issuer: str, *, dev: bool) -> str:
    """Return the default address of the first admin."""
    return "admin@example.com" if dev else f"admin@{urlsplit(issuer).hostname}"


def _admin_client(resource: str) -> dict[str, Any]:
    return {
        "client_id": ADMIN_CLIENT,
        "client_name": "Admin API",
        "auth_methods": ["client_secret_basic", "client_secret_post"],
        "grant_types": ["client_credentials"],
        "scope": " ".join(sorted(admin_scopes.ALL)),
        "resources": [resource],
    }
