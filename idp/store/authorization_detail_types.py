"""Types of authorization details (`directory`), registered by admins: few, and listed together."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.domain.requests.authorization_details import LISTS, DetailType, OwnMember
from idp.store import keys
from idp.store.attributes import ObjectAttribute
from idp.store.tables import DirectoryItem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idp.store.database import Database


class DetailTypeItem(DirectoryItem):
    """A type."""

    kind_name = "authorization_detail_type"
    type_name = UnicodeAttribute()
    definition = ObjectAttribute()
    version = NumberAttribute(default=1)

    def detail_type(self) -> DetailType:
        """As the domain sees it."""
        told = self.definition
        members = {name: OwnMember(**own) for name, own in told.get("members", {}).items()}
        lists = {name: tuple(told.get(name, ())) for name in LISTS}
        return DetailType(self.type_name, told["title"], told.get("description", ""), members=members, version=int(self.version), **lists)

    def check(self) -> None:
        """What nothing could be made of is found when it is read."""
        super().check()
        self.detail_type()


class DetailTypes:
    """Facts about types."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def put(self, made: DetailType) -> bool:
        """Write it in the place of the version before it, or as the first: False when somebody else was faster."""
        definition = {name: value for name, value in asdict(made).items() if name not in {"type", "version"}}
        key = keys.authorization_detail_type(made.type)
        last = DetailTypeItem.pk.does_not_exist() if made.version == 1 else DetailTypeItem.version == made.version - 1
        return self._db.put(DetailTypeItem.new(key, type_name=made.type, definition=definition, version=made.version), last) is None

    def of(self, names: Iterable[str]) -> dict[str, DetailType]:
        """Those of these types that there are. One call."""
        wanted = [(DetailTypeItem, keys.authorization_detail_type(name)) for name in dict.fromkeys(names)]
        return {item.type_name: item.detail_type() for item in self._db.batch_get(*wanted) if item}

    def all(self) -> list[DetailType]:
        """Every type, by name."""
        return [item.detail_type() for item in DetailTypeItem.readable(self._db.query_all("directory", keys.DETAIL_TYPES))]

    def delete(self, made: DetailType) -> bool:
        """Forget it; False when it is gone, or somebody changed it since it was read."""
        return self._db.delete(DetailTypeItem, keys.authorization_detail_type(made.type), DetailTypeItem.version == made.version) is None
