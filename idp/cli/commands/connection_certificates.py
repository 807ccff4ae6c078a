"""`idp connections rotate-certificate`: our own keys for a SAML identity provider."""

from __future__ import annotations

from typing import Annotated

import typer

from idp.cli.commands.connections import AsJson, Id, Org, facts, managed, print_facts
from idp.domain.access.tenancy import DEPLOYMENT


def rotate_certificate(
    connection_id: Id,
    activate: Annotated[bool, typer.Option("--activate", help="Use the next keys from now on.")] = False,
    organization: Org = "",
    as_json: AsJson = False,
) -> None:
    """Replace the keys of this provider for a SAML connection, in two steps, so that no sign-in fails.

    First without --activate: the next certificates are in our metadata, beside the ones in use. When the identity provider has read the
    metadata again, run it with --activate.
    """
    from idp.cli.deployment import deployment
    from idp.services.audit.recorder import SYSTEM

    with deployment() as services:
        changed = managed(services, organization).rotate_certificate(connection_id, activate=activate, scope=DEPLOYMENT, by=SYSTEM)
        known = facts(services.settings.issuer, changed)
    if as_json:
        print_facts(known, as_json=True)
        return
    if activate:
        typer.echo(f"{connection_id} uses the new keys.")
        return
    typer.echo(f"The next certificates are in {known['own_metadata_uri']}")
    of = f" --organization {organization}" if organization else ""
    typer.echo(f"When the identity provider has them: idp connections rotate-certificate {connection_id} --activate{of}")
