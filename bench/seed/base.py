"""The deployment without its people: tables, keys, apps, a role and a group, made by the product's services."""

from __future__ import annotations

from pathlib import Path

from bench.heat.measure import SETTINGS
from bench.seed.people import Base
from idp.domain.access.tenancy import DEPLOYMENT
from idp.settings import Settings
from idp.store.time_shards import switch_on
from tests.support.people import PASSWORD
from tests.support.world import World

APPS = 20
PREFIX = "seed"


def settings_of(folder: Path) -> Settings:
    """The settings of the deployment whose key is in this folder. Argon2 has its least parameters."""
    return Settings(
        issuer="https://idp.example", env="dev", table_prefix=PREFIX, key_file=str(folder / "key"), argon2_memory_kib=8,
        argon2_iterations=1, console="on", log_level="ERROR", **SETTINGS,
    )  # fmt: skip


def begin(world: World) -> Base:
    """Make everything but the people. The engine is empty."""
    world.begun()
    services = world.services
    switch_on(services.database, world.clock())  # as bootstrap does in a new deployment
    services.keyring.reload()
    services.database.time_shards = True
    apps = [
        services.client_service.create(
            {"client_name": f"App {number}", "redirect_uris": [f"https://app{number}.example/cb"], "scope": "openid email offline_access"},
            scope=DEPLOYMENT,
        )[0]
        for number in range(APPS)
    ]
    services.role_service.create("reader", permissions=["documents:read"], scope=DEPLOYMENT)
    group = services.group_service.create("staff", roles=["reader"], scope=DEPLOYMENT)
    return Base([[app.id, app.stamp] for app in apps], [group.name, group.id], services.passwords.hash(PASSWORD))
