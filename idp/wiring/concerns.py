"""The table of concerns: the classes that build services and stores beyond the protocol.

A cold start imports none of them. The first use of a service imports the concerns in this order, until one has the service.
So a concern that needs few others stands before those that need many.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

CONCERNS = (
    "idp.wiring.stores.people.PeopleStores",
    "idp.wiring.stores.factors.FactorStores",
    "idp.wiring.stores.admin.AdminStores",
    "idp.wiring.stores.organisations.OrganisationStores",
    "idp.wiring.hooks.HookServices",
    "idp.wiring.admin.apps.AppAdminServices",
    "idp.wiring.admin.access.AccessAdminServices",
    "idp.wiring.organisations.OrganisationServices",
    "idp.wiring.admin.organisation_connections.OrganisationConnectionServices",
    "idp.wiring.admin.provisioning.ProvisioningServices",
    "idp.wiring.search.SearchServices",
    "idp.wiring.people.organisations.OrganisationSignInServices",
    "idp.wiring.people.tickets.TicketServices",
    "idp.wiring.people.sessions.SessionServices",
    "idp.wiring.mail_services.MailServices",
    "idp.wiring.admin.webhooks.WebhookServices",
    "idp.wiring.signals.SignalServices",
    "idp.wiring.people.factors.FactorServices",
    "idp.wiring.people.passkeys.PasskeyServices",
    "idp.wiring.people.sign_up.SignUpServices",
    "idp.wiring.people.recovery.RecoveryServices",
    "idp.wiring.people.account.AccountServices",
    "idp.wiring.people.own_data.OwnDataServices",
    "idp.wiring.people.upstream.UpstreamServices",
    "idp.wiring.admin.people.UserAdminServices",
    "idp.wiring.admin.imports.ImportServices",
    "idp.wiring.admin.declared.DeclaredServices",
    "idp.wiring.scim.ScimServices",
    "idp.wiring.audit_chain.AuditChainServices",
    "idp.wiring.stream.StreamServices",
    "idp.wiring.doctor.DoctorServices",
)


def classes() -> Iterator[type]:
    """Import the concerns one after the other, and yield the class of each."""
    for place in CONCERNS:
        module, _, name = place.rpartition(".")
        yield getattr(import_module(module), name)


def find(name: str) -> Any:
    """Return the descriptor (a property or a method) with this name of the first concern that has it. None if no concern has it."""
    return next((vars(concern)[name] for concern in classes() if name in vars(concern)), None)
