"""What admins do with connections, of the deployment or of one organisation: the same calls, so pages and commands need no two ways."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.connections.connection import Connection
    from idp.services.connections.connections import ConnectionService
    from idp.services.connections.organisation_connections import OrganisationConnections


class Managed(NamedTuple):
    """Functions with the arguments of `ConnectionService`, without an organisation. They refuse as the service does that they come from."""

    listing: Callable[..., list[Connection]]
    get: Callable[..., Connection]
    must_be_free: Callable[..., None]
    create: Callable[..., Connection]
    patch: Callable[..., Connection]
    discover: Callable[..., Connection]
    rotate_certificate: Callable[..., Connection]
    delete: Callable[..., None]


def of_deployment(it: ConnectionService) -> Managed:
    """Return the calls for the connections of the deployment, by their ids."""
    return Managed(it.listing, it.get, it.must_be_free, it.create, it.patch, it.discover, it.rotate_certificate, it.delete)


def of_organisation(it: OrganisationConnections, org_id: str) -> Managed:
    """Return the calls for the connections of the organisation, by their own ids (`Connection.own_id`)."""
    return Managed(
        partial(it.listing, org_id), partial(it.get, org_id), partial(it.must_be_free, org_id), partial(it.create, org_id),
        partial(it.patch, org_id), partial(it.discover, org_id), partial(it.rotate_certificate, org_id), partial(it.delete, org_id),
    )  # fmt: skip
