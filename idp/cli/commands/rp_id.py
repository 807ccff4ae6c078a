"""`idp rp-id …`: the domain that passkeys are bound to."""

from __future__ import annotations

from typing import Annotated

import typer

group = typer.Typer(no_args_is_help=True, help="The RP ID, which is the domain that passkeys are bound to: show, reset.")


@group.command()
def show() -> None:
    """Print the stored RP ID and the one of the settings. While they differ, the provider answers 503 to every request that needs a key.

    Ends with status 1 when they differ.
    """
    from idp.cli.deployment import deployment
    from idp.cli.error_sentences import REFUSED

    with deployment() as services:
        stored, configured = services.relying_party.read_stored(), services.relying_party.configured
    typer.echo(f"stored    {stored or '(none; the next start stores the one of its settings)'}")
    typer.echo(f"settings  {configured}")
    if stored not in {None, configured}:
        raise typer.Exit(REFUSED)


@group.command()
def reset(yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False) -> None:
    """Remove the stored RP ID, so that the next start stores the one of its settings.

    Refused while there are passkeys, because they work only under the RP ID that they were made with. This release cannot make passkeys.

    To change the RP ID: run this command, then deploy or start with the new IDP_RP_ID or IDP_ISSUER.

    Asks first. Without a terminal it needs --yes.
    """
    from idp.cli import asking
    from idp.cli.deployment import deployment

    with deployment() as services:
        stored = services.relying_party.require_resettable()
        asking.confirm(f"The stored RP ID {stored} will be removed. Remove it?", yes=yes)
        removed = services.relying_party.reset()
    typer.echo(f"{removed} is removed. The next start stores the RP ID of its settings.")
