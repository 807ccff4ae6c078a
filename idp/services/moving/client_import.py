"""Registers apps of another system, with the ids and secrets that they have. Every rule of registration holds for them (threats R-10)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.apps.redirect_uri import registration_problem
from idp.domain.errors import Conflict, Invalid
from idp.domain.message import Message
from idp.domain.moving.person import BrokenFileError, RefusedRow
from idp.services.audit.recorder import SYSTEM

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from idp.domain.moving.clients.client import ImportedClient
    from idp.services.apps.clients import ClientService
    from idp.services.audit.recorder import Actor
    from idp.settings import Settings
    from idp.store.clients import Clients

SHORTEST_SECRET = 32
"""Characters. Only the SHA-256 of a secret is stored, so it must be one that a machine made (`client_secrets.new_secret`)."""
_ALGORITHM = "id_token_signed_response_alg"
_URIS = ("redirect_uris", "post_logout_redirect_uris")


@dataclass(frozen=True, slots=True)
class ImportedApp:
    """What became of an app. `new_secret`: one that was made because the file has none, "" otherwise. `notes`: what it lost."""

    client_id: str
    known: bool = False
    new_secret: str = field(default="", repr=False)
    notes: tuple[Message, ...] = ()


class ClientImport:
    """Imports apps. An app with an id that is here already is not changed, so the same file can be imported again."""

    def __init__(self, clients: ClientService, store: Clients, settings: Settings) -> None:
        self._clients, self._store, self._settings = clients, store, settings

    def run(
        self, rows: Iterable[ImportedClient | RefusedRow], *, by: Actor = SYSTEM, dry_run: bool = False
    ) -> Iterator[ImportedApp | RefusedRow]:
        """Register one app after the other, and tell what became of it. `dry_run`: nothing is written.

        A file that cannot be read on ends with a refused row; apps before that place are registered.
        """
        seen: set[str] = set()
        number = 0
        try:
            for row in rows:
                number = row.row
                done = row if isinstance(row, RefusedRow) else self._one(row, by, seen if dry_run else None)
                if isinstance(done, ImportedApp):
                    seen.add(done.client_id)
                yield done
        except BrokenFileError as error:
            yield RefusedRow(number + 1, "", error.message)

    def _one(self, row: ImportedClient, by: Actor, seen: set[str] | None) -> ImportedApp | RefusedRow:
        """Register the app. `seen`: the ids of a dry run so far."""
        metadata, notes = self._registrable(row)
        try:
            if row.client_id in (seen or ()) or self._store.get(row.client_id):
                return ImportedApp(row.client_id, known=True)
            if row.secret and len(row.secret) < SHORTEST_SECRET:
                return RefusedRow(row.row, row.client_id, Message("moving.secret_too_short", minimum=SHORTEST_SECRET), "client_secret")
            if seen is not None:
                return ImportedApp(self._clients.preview(metadata, scope=DEPLOYMENT).id, notes=notes)
            client, made = self._clients.create(metadata, scope=DEPLOYMENT, by=by, secret=row.secret or None)
        except Conflict:  # another import was faster
            return ImportedApp(row.client_id, known=True)
        except Invalid as error:
            return RefusedRow(row.row, row.client_id, error.message, error.field or "", notes)
        return ImportedApp(client.id, new_secret=made or "", notes=notes)

    def _registrable(self, row: ImportedClient) -> tuple[dict[str, Any], tuple[Message, ...]]:
        """Return the metadata without URIs and an algorithm that cannot be registered, and a note for each of them."""
        metadata, notes = {**row.metadata, "client_id": row.client_id}, list(row.notes)
        native = metadata.get("application_type") == "native"
        for name in _URIS:
            problems = {uri: registration_problem(uri, native=native, dev=self._settings.dev) for uri in metadata.get(name, ())}
            notes += [Message("moving.client_uri", uri=ascii(uri[:200])[1:-1], problem=each) for uri, each in problems.items() if each]
            if name in metadata:
                metadata[name] = [uri for uri, each in problems.items() if each is None]
        algorithm = metadata.get(_ALGORITHM, "RS256")
        if algorithm not in self._settings.algorithms:
            del metadata[_ALGORITHM]
            notes.append(Message("moving.client_algorithm", algorithm=ascii(algorithm[:20])[1:-1]))
        return metadata, tuple(notes)
