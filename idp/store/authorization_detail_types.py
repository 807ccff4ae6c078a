"""Types of authorization details (`directory`, RFC 9396), registered by admins. They are few and in one partition."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.domain.requests.authorization_details import LISTS, DetailType, OwnMember
from idp.store import app_keys
from idp.store.attributes import ObjectAttribute
from idp.store.tables import DirectoryItem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idp.store.database import Database


class DetailTypeItem(DirectoryItem):
    """The item of a type."""

    kind_name = "authorization_detail_type"
    type_name = UnicodeAttribute()
    definition = ObjectAttribute()
    version = NumberAttribute(default=1)

    def detail_type(self) -> DetailType:
        """Convert it to the domain's class."""
        definition = self.definition
        members = {name: OwnMember(**own) for name, own in definition.get("members", {}).items()}
        lists = {name: tuple(definition.get(name, ())) for name in LISTS}
        return DetailType(
            self.type_name, definition["title"], definition.get("description", ""), members=members, version=int(self.version), **lists
        )

    def check(self) -> None:
        """Raise ValueError or TypeError if the item cannot be converted."""
        super().check()
        self.detail_type()


class DetailTypes:
    """Reads and writes types of authorization details."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def put(self, made: DetailType) -> bool:
        """Write a type instead of the version before it, or as its first version. False if another writer was faster."""
        definition = {name: value for name, value in asdict(made).items() if name not in {"type", "version"}}
        key = app_keys.authorization_detail_type(made.type)
        last = DetailTypeItem.pk.does_not_exist() if made.version == 1 else DetailTypeItem.version == made.version - 1
        return self._db.put(DetailTypeItem.new(key, type_name=made.type, definition=definition, version=made.version), last) is None

    def of(self, names: Iterable[str]) -> dict[str, DetailType]:
        """The types with these names that exist, by name. One call."""
        wanted = [(DetailTypeItem, app_keys.authorization_detail_type(name)) for name in dict.fromkeys(names)]
        return {item.type_name: item.detail_type() for item in self._db.batch_get(*wanted) if item}

    def all(self) -> list[DetailType]:
        """All types, sorted by name."""
        return [item.detail_type() for item in DetailTypeItem.readable(self._db.query_all("directory", app_keys.DETAIL_TYPES))]

    def delete(self, made: DetailType) -> bool:
        """Remove the type. False if it does not exist, or was changed since it was read."""
        return (
            self._db.delete(DetailTypeItem, app_keys.authorization_detail_type(made.type), DetailTypeItem.version == made.version) is None
        )
