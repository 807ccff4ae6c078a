"""Everything of a deployment as lines of an open format (docs/moving.md, docs/schemas/export-1.json), in bounded memory.

One pass over `directory`. Each page is read strongly; the pages are read one after another, so a line is as its item was when its page was
read. Nothing is written. A line has no secret except in `encrypted`, which only the taker can open (threats R-13).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any, NamedTuple

from idp.domain.access.roles import RoleModel
from idp.domain.errors import Unavailable
from idp.domain.factors.recovery_codes import PURPOSE
from idp.services.apps.subjects import PAIRWISE
from idp.services.moving.export_objects import LEFT_OUT, Object, Objects
from idp.services.moving.export_organisations import LiveOrganisations
from idp.services.moving.export_person import PERSON_ITEMS, Person, base64url
from idp.store.keys import Key
from idp.store.organisation_keys import ORGANISATION
from idp.store.signing_keys import KeyItems

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.people.consent import Consent
    from idp.services.keys.keyring import Keyring
    from idp.services.moving.taker_key import TakerKey
    from idp.store.clients import Clients
    from idp.store.database import Database, Raw
    from idp.store.tables import Item

VERSION = 1
_TOGETHER = 500
"""Items of one organisation that are in memory at once. It can have as many members as there are people."""
_PERSON = {each.kind_name: each for each in PERSON_ITEMS}

Line = dict[str, Any]


class Group(NamedTuple):
    """The lines of one partition, or of a part of an organisation. `last`: its last item, after which a later pass goes on."""

    lines: list[Line]
    last: Key


class Found(NamedTuple):
    """What one partition has, before it is written: lines whose secrets are in clear. `last`: as of `Group`."""

    objects: list[Object]
    last: Key


class Exporter:
    """Reads a deployment. `taker`: None leaves every secret out of the lines. `secrets`: whether `objects` has them although."""

    def __init__(
        self, database: Database, keyring: Keyring, clients: Clients, roles: RoleModel, taker: TakerKey | None, *, secrets: bool = False
    ) -> None:
        self._db, self._keyring, self._clients, self._model, self._taker = database, keyring, clients, roles, taker
        self._secrets = secrets or taker is not None
        self._organisations = LiveOrganisations(database)
        self._objects = Objects(keyring if self._secrets else None, self.live_roles, self._organisations.roles)
        self._apps: dict[str, Any] = {}

    def head(self, *, issuer: str, rp_id: str, at: int, with_keys: bool) -> list[Line]:
        """The first lines: what the export is, and with `with_keys` the keys. `at`: epoch seconds."""
        first = {"version": VERSION, "issuer": issuer, "rp_id": rp_id, "at": at}
        to = {"encrypted_to": self._taker.thumbprint} if self._taker else {}
        return [{"type": "export", **first, **to}, *map(self._line, self._keys(with_keys=with_keys))]

    def groups(self, after: Key | None = None) -> Iterator[Group]:
        """The lines of all partitions of `directory`, from the one after this item on."""
        for found in self.objects(after):
            yield Group([self._line(each) for each in found.objects], found.last)

    def objects(self, after: Key | None = None) -> Iterator[Found]:
        """What all partitions of `directory` have, from the one after this item on. An organisation comes in parts.

        What is left out is dropped before: among a million people, a partition of search rows alone takes hundreds of MB.
        """
        wanted = (raw for raw in self._db.scan("directory", after=after) if _kind(raw) not in LEFT_OUT)
        for pk, items in groupby(wanted, lambda raw: str(raw["pk"]["S"])):
            most = _TOGETHER if pk.startswith(ORGANISATION) else None
            while raws := list(islice(items, most)):
                yield Found(list(self._convert(raws)), Key(raws[-1]["pk"]["S"], raws[-1]["sk"]["S"]))

    def _convert(self, raws: list[Raw]) -> Iterator[Object]:
        pk = str(raws[0]["pk"]["S"])
        if pk.startswith(ORGANISATION) and self._organisations.roles(pk.removeprefix(ORGANISATION)) is None:
            return
        items: list[Item] = []
        for raw in raws:
            kind = _kind(raw)
            try:
                made = self._read(kind, raw)
            except Unavailable as trouble:
                if "cannot be read" not in trouble.detail and "does not open" not in trouble.detail:
                    raise
                made = None
            if made is None:
                yield Object("unreadable", {"kind": kind, "pk": raw["pk"]["S"], "sk": raw["sk"]["S"]})
            elif isinstance(made, Object):
                yield made
            else:
                items.append(made)
        if items:
            yield from self._person(Person(items))

    def _read(self, kind: str, raw: Raw) -> Object | Item | None:
        """The line of an item, or the item if it becomes a part of a person's line. None for an unknown kind.

        Raises:
            Unavailable: the item, or a secret in it, cannot be read.
        """
        if kind in _PERSON:
            return _PERSON[kind].of(raw)
        model = self._objects.kinds.get(kind)
        item = model.of(raw) if model else None
        return self._objects.line(item) if item else None

    def _person(self, person: Person) -> Iterator[Object]:
        user = person.user
        if user is None:
            return
        public = person.public(user, roles=self.live_roles, groups=self._live_groups, holds=self._holds)
        yield Object("user", public, person.secret(user, self._keyring) if self._secrets else None)
        for kind in person.unreadable:
            yield Object("unreadable", {"kind": kind, "pk": f"USER#{user.id}", "sk": kind.upper()})

    def _keys(self, *, with_keys: bool) -> Iterator[Object]:
        if self._taker:
            yield _derived("recovery_codes", self._keyring.derive(PURPOSE))
        if not (self._taker and with_keys):
            return
        yield _derived("pairwise", self._keyring.derive(PAIRWISE))
        for item in KeyItems(self._db).load().signing:
            if item.sealed:
                private = self._keyring.reveal(f"signing:{item.kid}", item.sealed)
                members = {"kid": item.kid, "alg": item.alg, "state": item.state, "public": json.loads(item.public)}
                yield Object("signing_key", members, {"type": "signing_key", "id": item.kid, "pkcs8": base64url(private)})

    def _line(self, made: Object) -> Line:
        line = {"type": made.type, **made.members}
        if self._taker and made.secret:
            line["encrypted"] = self._taker.encrypt(made.secret)
        return line

    def live_roles(self, assigned: Mapping[str, str]) -> list[str]:
        """The names of the roles that are still there. Assignments of a removed one must not begin to count elsewhere."""
        roles = self._model.roles
        return sorted(name for name, role_id in assigned.items() if name in roles and roles[name].id == role_id)

    def _live_groups(self, assigned: Mapping[str, str]) -> list[str]:
        groups = self._model.groups
        return sorted(name for name, group_id in assigned.items() if name in groups and groups[name].id == group_id)

    def _holds(self, consent: Consent) -> bool:
        """Whether the consent was given to the app that has this id now. Each app is read once."""
        if consent.client_id not in self._apps:
            self._apps[consent.client_id] = self._clients.get(consent.client_id)
        app = self._apps[consent.client_id]
        return bool(app and app.holds_consent(consent))


def _kind(raw: Raw) -> str:
    return str(raw.get("kind", {}).get("S"))


def _derived(purpose: str, key: bytes) -> Object:
    return Object("derived_key", {"purpose": purpose}, {"type": "derived_key", "id": purpose, "key": base64url(key)})
