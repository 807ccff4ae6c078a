"""`idp import`: everything from a file of `idp export --everything`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from idp.cli.commands.user_import import NOT_THERE, RATE, STOPPED, keep_inputs, print_result, reporting
from idp.cli.error_sentences import REFUSED

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable
    from typing import Any, BinaryIO

    from idp.services.moving.opening_key import OpeningKey
    from idp.services.moving.own_keys import OwnKeys
    from idp.services.moving.own_settings import OwnSettings, SettingsResult
    from idp.wiring.all_services import AllServices

_KEY = "The private key for which the export was encrypted, as a JWK or PEM file. Without it nothing secret is imported."
_ADMINS = "Who is an admin there is an admin here, too. Without it nobody is: idp users update EMAIL --admin"
_KEYS = (
    "Also keys, from an export --with-keys, into an empty deployment: pairwise subjects stay the same, and tokens of the old deployment "
    "stay valid until they expire. Imported keys do not sign."
)
_REPORT = "Write each refused line and its reason to this file, as JSON lines. Otherwise they are printed."


def import_(
    file: Annotated[Path, typer.Argument(help="A file of idp export --everything.", exists=True, dir_okay=False, readable=True)],
    key: Annotated[Path | None, typer.Option("--key", help=_KEY, exists=True, dir_okay=False)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=NOT_THERE)] = False,
    with_admins: Annotated[bool, typer.Option("--with-admins", help=_ADMINS)] = False,
    with_keys: Annotated[bool, typer.Option("--with-keys", help=_KEYS)] = False,
    report: Annotated[Path | None, typer.Option("--report", help=_REPORT, dir_okay=False)] = None,
    rate: Annotated[int, typer.Option("--rate", min=0, help=RATE + " 0: as fast as the tables bear.")] = 0,
    workers: Annotated[int, typer.Option("--workers", min=1, max=32, help="Transactions at once.")] = 4,
) -> None:
    """Import everything from a file of `idp export --everything`: apps, settings, people and organisations, with their ids.

    Safe to stop and to run again. What exists here is never replaced: neither an app, a role or a connection, nor an account. A file
    that is cut off is refused. The status is 1 if a line was refused.

    The file decides about apps, connections, roles and policies. Import only what you trust as much as a backup.
    """
    from idp.cli import audit_event
    from idp.cli.deployment import deployment
    from idp.cli.progress import progress
    from idp.cli.stopping import goes_on
    from idp.domain.moving import own_export
    from idp.services.moving.choices import Choices
    from idp.services.moving.own_people import SYSTEM, person
    from idp.services.moving.pace import paced
    from idp.services.moving.refused_people import RefusedPeople

    keep_inputs(report, file, key)
    opening = _opening(key)
    with file.open("rb") as content, deployment() as services, reporting(report) as refuse:
        head, counts, code_key = _checked(content, opening)
        found = _keys(services, content, opening, head) if with_keys else None
        keys = found.write() if found and not dry_run else None
        choices = Choices(True, True, True, {}, True, True, True, own=True, with_admins=with_admins, code_key=code_key)  # all
        refused = RefusedPeople(refuse)
        imported = refused.not_among if dry_run else _imported(services)
        writer = _settings(services, opening, imported, dry_run=dry_run, with_admins=with_admins)
        settings = writer.run(content, refuse)
        rows = paced((person(line, head["rp_id"], opening) for line in own_export.of_types(content, "user")), rate)
        with goes_on(STOPPED), progress("import", counts["user"]) as seen:
            result = services.importer.run(rows, SYSTEM, choices, refused=refused, seen=seen, dry_run=dry_run, workers=workers)
            writer.run_after_people(content, refuse, settings)
        told = {"created": str(result.created), "refused": str(result.refused + settings.refused)}
        words = choices.words + " with_keys" * with_keys
        if not dry_run:
            audit_event.write_event(services, "users.imported", source=SYSTEM, options=words, **told)
    if keys:
        typer.echo(f"signing keys: {keys.signing} verify here, {keys.there} there before")
        typer.echo(f"pairwise subjects: {'as there' if keys.pairwise else 'as before'}")
    _print_settings(settings, dry_run=dry_run)
    print_result(result, dry_run=dry_run)
    if opening is None:
        typer.secho("Without --key: password hashes, second factors and secrets are not imported.", fg=typer.colors.YELLOW, err=True)
    if result.refused or result.broken or settings.refused:
        raise typer.Exit(REFUSED)


def _opening(key: Path | None) -> OpeningKey | None:
    from idp.services.moving.opening_key import OpeningKey

    return OpeningKey(key.read_text("utf-8", "replace")) if key else None


def _keys(services: AllServices, content: BinaryIO, opening: OpeningKey | None, head: dict[str, Any]) -> OwnKeys:
    from idp.services.moving.own_keys import OwnKeys

    return OwnKeys(
        content, opening, services.keyring, services.key_items, services.key_rotation, services.clients,
        same_issuer=head.get("issuer") == services.settings.issuer,
    )  # fmt: skip


def _imported(services: AllServices) -> Callable[[str], bool]:
    """Return what tells whether the person with an id was imported from our own export."""
    from idp.services.moving.own_people import SYSTEM
    from idp.services.moving.preparation import PURPOSE, source_mark
    from idp.store.people_imports import PeopleImports

    store, key = PeopleImports(services.database), services.keyring.derive(PURPOSE)
    return lambda user_id: store.imported(SYSTEM, source_mark(key, SYSTEM, user_id))


def _settings(
    services: AllServices, opening: OpeningKey | None, imported: Callable[[str], bool], *, dry_run: bool, with_admins: bool
) -> OwnSettings:
    """Return what writes the settings. In a dry run the services see from now on what would be written, because people refer to it."""
    from idp.services.moving.own_organisations import OrganisationStores
    from idp.services.moving.own_settings import OwnSettings, Stores

    of_organisations = OrganisationStores(
        services.organisations, services.organisation_roles, services.organisation_domains, services.memberships
    )  # fmt: skip
    stores = Stores(
        services.roles, services.clients, services.connections, services.scope_texts, services.detail_types, services.trusted_issuers,
        services.policies, of_organisations,
    )  # fmt: skip
    if dry_run:
        from idp.services.moving.dry_stores import covered

        stores = covered(stores)
        services.roles, services.clients = stores.roles, stores.clients
    return OwnSettings(stores, services.keyring, opening, imported, services.new_id, with_admins=with_admins)


def _checked(content: BinaryIO, opening: OpeningKey | None) -> tuple[dict[str, Any], Counter[str], bytes]:
    """Return the first line, the number of lines by type, and the key of the digests of recovery codes, b"" if there is none.

    Raises:
        Invalid: the file is not whole, or was encrypted for another key.
    """
    from idp.domain.errors import Invalid
    from idp.domain.moving import own_export
    from idp.domain.moving.person import BrokenFileError, RowError

    try:
        head = own_export.head(content)
        if opening:
            opening.check(head)
        return head, own_export.check_complete(content), _code_key(content, opening)
    except (BrokenFileError, RowError) as error:
        raise Invalid(error.message) from None


def _code_key(content: BinaryIO, opening: OpeningKey | None) -> bytes:
    from base64 import urlsafe_b64decode

    from idp.domain.moving import own_export

    for line in own_export.of_types(content, "derived_key") if opening else ():
        if opening and line.members.get("purpose") == "recovery_codes":
            encoded = str(opening.open(line.members).get("key", ""))
            return urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    return b""


def _print_settings(result: SettingsResult, *, dry_run: bool) -> None:
    for kind in sorted({*result.created, *result.there}):
        typer.echo(f"{kind}: {result.created[kind]} {'would be created' if dry_run else 'created'}, {result.there[kind]} there before")
    if result.refused:
        typer.echo(f"{result.refused} lines of settings refused")
