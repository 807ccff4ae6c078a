"""Everything that is stored about a person, for the person (GDPR Articles 15 and 20) or for an admin who answers a request of theirs.

It is read for each answer and kept nowhere. It has no secret and nothing about other people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.errors import NotFound, Unavailable
from idp.domain.people import former_emails
from idp.services.people.export.exported import EXPORTED
from idp.services.people.export.others import without_others
from idp.services.people.export.values import moment
from idp.store.clients import place as client_place
from idp.store.events import EventItem
from idp.store.invitations import InvitationItem
from idp.store.organisation_items import MembershipItem, organisation_place
from idp.store.tickets import TicketItem
from idp.store.user_items import EmailItem, UserItem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock
    from idp.services.audit.recorder import Actor, Audit
    from idp.services.people.export.row import Exported
    from idp.services.tickets.tickets import Tickets
    from idp.settings import Settings
    from idp.store.database import Database, Raw
    from idp.store.person_reader import PersonReader
    from idp.store.tables import Item

    Sections = dict[str, list[dict[str, Any]]]

FORMAT, VERSION = "idp-person", 1
"""The name of the format, and its version: a member that changes its meaning gets another one."""
_BY_KIND = {row.model.kind_name: row for row in EXPORTED}


class PersonExport:
    """Reads what is stored about a person."""

    def __init__(
        self, settings: Settings, database: Database, reader: PersonReader, tickets: Tickets, audit: Audit, clock: Clock
    ) -> None:  # fmt: skip
        self._settings, self._db, self._reader = settings, database, reader
        self._tickets, self._audit, self._clock = tickets, audit, clock

    def export(self, user_id: str, *, scope: Scope, by: Actor) -> dict[str, Any]:
        """Return what `read` returns, and write the audit event `user.exported`. `by`: the person, or an admin.

        Raises:
            NotFound: there is no such user.
        """
        scope.require_deployment()
        found = self.read(user_id, scope=scope)
        self._audit.act("user.exported", by, subject=user_id, scope=scope)
        return found

    def read(self, user_id: str, *, scope: Scope) -> dict[str, Any]:
        """Return all sections by name, each a list of rows, with the names of the apps in them. `account` is one row.

        Three Queries (more if a partition is larger than 1 MB), and two BatchGetItem.

        Raises:
            NotFound: there is no such user.
            Unavailable: the item of the user, or of an app, cannot be read.
        """
        scope.require_deployment()
        stored = self._reader.partitions(user_id)
        user = next((item.user() for raw in stored.items if (item := UserItem.of(raw))), None)
        if user is None:
            raise NotFound("user.unknown")
        now = self._clock()
        items, unreadable = _read(stored.items)
        more, broken = _read(self._reader.tickets(self._tickets.address_owner(user.email)))
        details = [item.details for item in more if isinstance(item, TicketItem) and item.details]
        invitations = [(each["invitation"], each.get("organization", "")) for each in details if "invitation" in each]
        found = self._reader.found_by([user.email, *former_emails.list_reserved(user.former_emails, now)], invitations)
        mine = [item for item in found if not (isinstance(item, EmailItem) and item.user_id != user_id)]
        mine = [item for item in mine if not (isinstance(item, InvitationItem) and item.email != user.email)]
        sections = _sections([*items, *more, *mine], user_id)
        return {
            "format": FORMAT, "version": VERSION, "issuer": self._settings.issuer, "created_at": moment(now),
            "complete": stored.complete and not unreadable + broken, "account": sections.pop("account")[0], **sections,
            **self._names([*items, *more, *mine]),
        }  # fmt: skip

    def _names(self, items: Sequence[Item]) -> dict[str, dict[str, str]]:
        """Return the names of the apps and organisations that the items mention, by id. Those that do not exist any more are left out."""
        rows = ((item, _BY_KIND[item.kind].clients) for item in items)
        ids = sorted({client for item, name in rows if name and (client := getattr(item, name))})
        joined = sorted(item.org_id for item in items if isinstance(item, MembershipItem))
        wanted = [*map(client_place, ids), *map(organisation_place, joined)]
        found = self._db.batch_get(*wanted) if wanted else []
        apps = {id_: (item.client().name or id_) for id_, item in zip(ids, found, strict=False) if item}
        names = {id_: item.name for id_, item in zip(joined, found[len(ids) :], strict=True) if item}
        return {"apps": apps, "organization_names": names}


def _read(raws: Iterable[Raw]) -> tuple[list[Item], int]:
    """Return the items of the kinds in the table, and how many of them are damaged."""
    items: list[Item] = []
    damaged = 0
    for raw in raws:
        row = _BY_KIND.get(raw.get("kind", {}).get("S", ""))
        try:
            item = row.model.of(raw) if row else None
        except Unavailable:
            damaged += 1
            continue
        if item is not None:
            items.append(item)
    return items, damaged


def _sections(items: Iterable[Item], user_id: str) -> Sections:
    """Return the rows of all sections, also of empty ones."""
    sections: Sections = {row.section: [] for row in EXPORTED}
    for item in items:
        row = _BY_KIND[item.kind]
        shown = _row(item, row)
        sections[row.section].append(without_others(shown, user_id) if isinstance(item, EventItem) else shown)
    return sections


def _row(item: Item, row: Exported) -> dict[str, Any]:
    return {name: convert(getattr(item, attribute)) for attribute, (name, convert) in row.shown.items()}
