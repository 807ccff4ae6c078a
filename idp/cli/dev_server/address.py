"""Adapts stored data to the address of the development server, which may differ from the last run in port or issuer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from idp.cli.first_run import demo
from idp.cli.first_run.run import ADMIN_CLIENT
from idp.domain.access.tenancy import DEPLOYMENT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.wiring.all_services import AllServices

_LOCAL = re.compile(r"http://localhost:\d+/(?:callback)?")
_ADMIN_API = "/admin/v1"


def follow(services: AllServices, port: int) -> None:
    """Change the demo apps' redirect URIs, the admin client's audience and the RP ID to the present address. What an admin added stays.

    Raises:
        Conflict: another RP ID is stored, and there are passkeys under it.
    """
    if services.relying_party.read_stored() not in {None, services.relying_party.configured}:
        services.relying_party.reset()
    for app in demo.apps(port):
        client = services.clients.get(app["client_id"])
        if client:
            wanted = {
                "redirect_uris": _move(client.redirect_uris, app["redirect_uris"]),
                "post_logout_redirect_uris": _move(client.post_logout_redirect_uris, app["post_logout_redirect_uris"]),
            }
            services.client_service.patch(client.id, wanted, scope=DEPLOYMENT)
    admin = services.clients.get(ADMIN_CLIENT)
    if admin:
        others = [resource for resource in admin.resources if not resource.endswith(_ADMIN_API)]
        services.client_service.patch(admin.id, {"resources": [services.settings.admin_resource, *others]}, scope=DEPLOYMENT)


def _move(registered: Sequence[str], now: Sequence[str]) -> list[str]:
    return [*now, *(uri for uri in registered if not _LOCAL.fullmatch(uri))]
