"""`idp region …`: which of two regions serves."""

from __future__ import annotations

from typing import Annotated

import typer

group = typer.Typer(no_args_is_help=True, help="Which of two regions serves: show, start, activate.")


@group.command()
def show() -> None:
    """Print the region that serves and the one of the settings. Ends with status 1 if this one does not serve."""
    from idp.cli.deployment import deployment
    from idp.cli.error_sentences import REFUSED
    from idp.services.keys.serving import StandsBy

    with deployment(stands_by=True) as services:
        home = services.regions.stored()
        typer.echo(f"serves    {home.region if home else '(not stored; there is one region)'}")
        typer.echo(f"settings  {services.regions.here or '(IDP_REGION is not set)'}")
        try:
            services.keyring.require_serving()
        except StandsBy as reason:
            typer.echo(str(reason))
            raise typer.Exit(REFUSED) from None


@group.command()
def start(region: Annotated[str, typer.Argument(help="The name of the region that serves now, such as eu-central-1.")]) -> None:
    """Store that this region serves, before there is a second one. No person is signed out.

    Then deploy with IDP_REGION set to the same name. Until then the provider answers 503.
    """
    from idp.cli.deployment import deployment
    from idp.services.audit.recorder import SYSTEM

    with deployment(stands_by=True) as services:
        home = services.regions.start(region, by=SYSTEM)
    typer.echo(f"{home.region} serves. Deploy with IDP_REGION={home.region}: until then it answers 503.")


@group.command()
def activate(yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False) -> None:
    """Let the region of the settings serve, five minutes from now, and the other one no longer.

    Codes, sessions, refresh tokens and links in mails of before are refused for ever: every person signs in again.

    Asks first. Without a terminal it needs --yes.
    """
    from idp.cli import asking
    from idp.cli.deployment import deployment
    from idp.services.audit.recorder import SYSTEM
    from idp.services.keys.region_home import QUIET

    with deployment(stands_by=True) as services:
        before = services.regions.require_activatable()
        asking.confirm(
            f"{services.regions.here} will serve instead of {before.region}, and every person signs in again. Activate it?", yes=yes
        )
        home = services.regions.activate(by=SYSTEM)
    typer.echo(f"{home.region} serves in {QUIET} seconds. Then point the domain to it.")
