"""`idp theme …`: check the folder of a theme before it is deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from idp.http.theme_check import Checked

group = typer.Typer(no_args_is_help=True, help="The look of pages and mails of the whole deployment (IDP_THEME).")


@group.command()
def check(folder: Annotated[str, typer.Argument(metavar="FOLDER", help="The folder with theme.json.")]) -> None:
    """Check a theme: its members, files, templates, and the contrast of its colours. Needs no settings and no deployment.

    idp theme check examples/theme
    """
    from idp.http.theme_check import check_theme

    for line in _lines(check_theme(folder)):
        typer.echo(line)


def _lines(found: Checked) -> list[str]:
    contrasts = [
        f"  {scheme:5}  {one.shown:>5}  {one.first} {one.first_colour} on {one.second} {one.second_colour} (at least {one.least})"
        for scheme, figures in found.contrasts.items()
        for one in figures
    ]
    files = [f"  {len(content):>7} bytes  {name}" for name, content in sorted(found.theme.files.items())]
    name = found.theme.look.name or "A theme without a name"
    contrasts = contrasts or ["  the built-in colours"]
    return [f"{name}: the theme is right.", "Contrast (WCAG 2.2):", *contrasts, "Files:", *files, f"Templates: {found.templates}"]
