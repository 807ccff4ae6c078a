"""`idp export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

_FILE = "The file to write, such as everything.ndjson, or with --form the folder. It must not exist."
_FORM = "Write the form of another system: keycloak, auth0 or scim. Some things have no place there; the command counts them."
_WITH_HASHES = "With --form: also password hashes and keys of authenticators. They are in clear, because the other system reads them."
_REALM = "With --form keycloak: the name of the realm."
_TO = "The public key of those who take the export, as a JWK or PEM file. Passwords, authenticators and secrets are encrypted for it."
_WITH_KEYS = (
    "Also the signing keys and the key of pairwise subjects, encrypted for --to. A person who can decrypt them can sign as this issuer."
)


def export(
    file: Annotated[Path, typer.Argument(help=_FILE)],
    everything: Annotated[bool, typer.Option("--everything", help="All people, apps and settings in our own form.")] = False,
    to: Annotated[Path | None, typer.Option("--to", metavar="KEY", help=_TO, exists=True, dir_okay=False, readable=True)] = None,
    with_keys: Annotated[bool, typer.Option("--with-keys", help=_WITH_KEYS)] = False,
    form: Annotated[str, typer.Option("--form", metavar="NAME", help=_FORM)] = "",
    with_hashes: Annotated[bool, typer.Option("--with-hashes", help=_WITH_HASHES)] = False,
    realm: Annotated[str | None, typer.Option("--realm", metavar="NAME", help=_REALM, show_default="idp")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an export that was interrupted.")] = False,
) -> None:
    """Write everything in an open format, to move to another system: JSON lines, described by docs/schemas/export-1.json.

    Without --to the file has no password hashes, second factors or secrets. The file has personal data and is readable for you only.

    With --form it is a folder of files that Keycloak, Auth0 or a SCIM client imports.

    The audit trail gets an event, and each admin a mail, before the first line is written. To restore this deployment, use idp backup.
    """
    from idp.domain.errors import Invalid

    if form:
        from idp.cli import export_form

        if everything or to or with_keys:
            raise Invalid("export.form_alone", field="--form")
        export_form.write(file, form, realm=realm or "idp", with_hashes=with_hashes, resume=resume)
        return
    if with_hashes or realm:
        raise Invalid("export.form_needed", field="--form")
    if not everything:
        raise Invalid("export.everything_only")
    if with_keys and to is None:
        raise Invalid("export.keys_need_a_key", field="--with-keys")
    _own_form(file, to, with_keys=with_keys, resume=resume)


def _own_form(file: Path, to: Path | None, *, with_keys: bool, resume: bool) -> None:
    from idp.cli import data_key, export_notice, tables
    from idp.cli.deployment import deployment
    from idp.cli.export_file import ExportFile
    from idp.cli.progress import progress
    from idp.cli.stopping import goes_on
    from idp.services.moving.exporter import Exporter
    from idp.services.moving.taker_key import TakerKey

    taker = TakerKey(to.read_text("utf-8", "replace")) if to else None
    thumbprint = taker.thumbprint if taker else ""
    with deployment() as services:
        database, settings = services.database, services.settings
        made_for = {
            "issuer": settings.issuer, "prefix": database.prefix, "data_key": data_key.fingerprint(database), "to": thumbprint,
            "with_keys": with_keys,
        }  # fmt: skip
        target = ExportFile(file)
        state = target.go_on(made_for) if resume else target.begin(made_for)
        exporter = Exporter(database, services.keyring, services.clients, services.roles.model(), taker)
        rp_id = services.relying_party.configured
        head = exporter.head(issuer=settings.issuer, rp_id=rp_id, at=services.clock(), with_keys=with_keys)
        export_notice.tell(services, encrypted_to=thumbprint, with_keys=with_keys, resumed=resume)
        total = tables.rough_size(database, "directory")
        with goes_on("Add --resume to the same command, and it goes on here."), progress("export", total or None) as seen:
            counts = target.write(state, head, exporter.groups(state.after), seen)
    typer.echo(f"{counts.total()} lines in {file}: {counts['user']} users, {counts['client']} apps", err=True)
    if taker is None:
        typer.secho("Without --to: password hashes, second factors and secrets are not in it.", fg=typer.colors.YELLOW, err=True)
    if damaged := counts["unreadable"]:
        typer.secho(f"{damaged} items cannot be read. Their lines are of the type unreadable.", fg=typer.colors.YELLOW, err=True)
