"""Apps of a first run: created if absent, otherwise compared and not changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from idp.cli.first_run import secrets
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Conflict
from idp.services.apps.client_secrets import digest
from idp.services.apps.clients import ClientService

if TYPE_CHECKING:
    from idp.cli.first_run.secrets import Source
    from idp.domain.apps.client import Client
    from idp.wiring.all_services import AllServices

Tell = Callable[[str], None]


def ensure(services: AllServices, source: Source, metadata: Mapping[str, Any], tell: Tell) -> tuple[Client, str | None]:
    """Return the client of this metadata (names of RFC 7591, with `client_id`), and its secret, or None if it is unknown."""
    client_id = metadata["client_id"]
    found = services.clients.get(client_id)
    if found is None:
        try:
            return _made(services, source, metadata)
        except Conflict:  # another bootstrap was faster
            found = services.clients.get(client_id)
    if found is None:
        raise Conflict("command.removed_meanwhile", name=client_id)
    return found, None if found.is_public else _check_known(services, source, found, tell)


def _made(services: AllServices, source: Source, metadata: Mapping[str, Any]) -> tuple[Client, str | None]:
    def secret() -> str:
        return secrets.client_secret(source, metadata["client_id"]) or ""

    known = (services.settings, services.clients, services.audit, services.clock, services.new_id)
    maker = ClientService(*known, lambda: services.outgoing, services.roles, lambda: services.client_organisations, new_secret=secret)
    return maker.create(metadata, scope=DEPLOYMENT)


def _check_known(services: AllServices, source: Source, client: Client, tell: Tell) -> str | None:
    secret, now = secrets.client_secret(source, client.id, again=True), services.clock()
    if client.disabled:
        tell(f"{client.id} has been disabled.")
    if secret is None:
        tell(f"{client.id} exists. Its secret was printed when it was made; make a new one with: idp clients rotate-secret {client.id}")
        return None
    if digest(secret) not in {each.digest for each in client.secrets if each.expires_at is None or now < each.expires_at}:
        tell(f"The secret of {client.id} has been changed since it was made.")
        return None
    return secret
