"""Opens the deployment that the settings name, for one command."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from idp.cli import environment
from idp.store.database import Database

if TYPE_CHECKING:
    from idp.wiring.all_services import AllServices


@contextmanager
def deployment(*, tables: bool = False, dev: bool = False, stands_by: bool = False) -> Iterator[AllServices]:
    """Yield the services of the deployment. `tables`: create missing tables on an engine of one's own.

    In development without an engine this is the embedded store. If a server runs in this folder, the command uses the server's store;
    otherwise the store is loaded before the command and saved after it. `dev`: the caller is the server, which shares its store.
    `stands_by`: the command may run in a region while the other one serves.

    Raises:
        NewerSchemaError: a newer release has migrated the store. Nothing was changed.
        StandsBy: another region serves.
    """
    settings = environment.settings(dev=dev)
    folder = Path(environment.DATA)
    from idp.wiring import build_services

    services = build_services(settings)
    if settings.dev and not environment.endpoint(os.environ):
        from idp.cli.local.shared_store import find_running_store, share_store

        beside = None if dev else find_running_store(folder)
        if beside:
            vars(services)["database"] = Database(prefix=settings.table_prefix, transport=beside)
            _check(services)
            yield services
            return
        from idp.cli.local.embedded_store import embedded_store

        with embedded_store(folder) as store:
            store.serve(services)
            _check(services)
            with share_store(store, folder) if dev else nullcontext():
                yield services
        return
    if tables and environment.is_own_engine(os.environ):
        from idp.cli.tables import ensure

        ensure(services.database)
    _check(services)
    if services.settings.region and not stands_by:
        services.keyring.require_serving()
    yield services


def _check(services: AllServices) -> None:
    from idp.cli.migrations_runner import pending_of

    pending_of(services.database)
