"""An export in the form of another system: `idp export FOLDER --form NAME`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from idp.cli import data_key, export_notice, tables
from idp.cli.deployment import deployment
from idp.cli.export_folder import ExportFolder, FolderState
from idp.cli.progress import progress
from idp.cli.stopping import goes_on
from idp.domain.errors import Invalid
from idp.domain.moving.leaving.left_out import LEFT_OUT
from idp.services.moving import form_parts, other_forms
from idp.services.moving.exporter import Exporter

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.store.clients import Clients

_REALM = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


def write(folder: Path, form: str, *, realm: str, with_hashes: bool, resume: bool) -> None:
    """Write the folder, and print what it has and what is not in it.

    Raises:
        Invalid, Conflict: an option or the folder is wrong. Nothing was written.
    """
    if form not in other_forms.FORMS:
        raise Invalid("export.form_unknown", field="--form")
    if with_hashes and form not in other_forms.HASHES:
        raise Invalid("export.form_without_hashes", field="--with-hashes")
    if not _REALM.fullmatch(realm):
        raise Invalid("export.realm_malformed", field="--realm")
    with deployment() as services:
        database, settings = services.database, services.settings
        made_for = {
            "issuer": settings.issuer, "prefix": database.prefix, "data_key": data_key.fingerprint(database), "form": form, "realm": realm,
            "with_hashes": with_hashes,
        }  # fmt: skip
        target = ExportFolder(folder)
        state = target.go_on(made_for) if resume else target.begin(made_for)
        model = services.roles.model()
        exporter = Exporter(database, services.keyring, services.clients, model, None, secrets=with_hashes)
        head = other_forms.KeycloakHead(lambda: _apps(services.clients), model, exporter.live_roles)
        chosen = other_forms.form(form, realm=realm, rp_id=services.relying_party.configured, head=head)
        export_notice.tell(services, resumed=resume, form=form, with_hashes=with_hashes)
        with (
            goes_on("Add --resume to the same command, and it goes on here."),
            progress("export", tables.rough_size(database, "directory") or None) as seen,
        ):
            first = other_forms.head_part(chosen, realm)
            done = target.write(state, first, lambda number, after: form_parts.parts(chosen, exporter, number, after, seen))
    _tell(done, folder, with_hashes=with_hashes)


def _apps(clients: Clients) -> Iterator[Client]:
    """All apps that are registered, page by page."""
    page, more = clients.listing()
    yield from page
    while more:
        page, more = clients.listing(start=more)
        yield from page


def _tell(done: FolderState, folder: Path, *, with_hashes: bool) -> None:
    typer.echo(f"{done.files} files in {folder}: {', '.join(f'{count} {kind}s' for kind, count in sorted(done.records.items()))}", err=True)
    if with_hashes:
        typer.secho("The files have password hashes and keys of authenticators in clear. Delete them after the import.", err=True)
    missing = {name: count for name, count in done.left.items() if count}
    if missing:
        typer.secho("Not in it:", fg=typer.colors.YELLOW, err=True)
    for name in LEFT_OUT:
        if name in missing:
            typer.echo(f"  {missing[name]} {LEFT_OUT[name]}", err=True)
