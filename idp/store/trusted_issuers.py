"""Issuers whose assertions are taken (`directory`), made by admins: few, and listed together."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.domain.access.trusted_issuer import TrustedIssuer
from idp.store import keys
from idp.store.attributes import ObjectAttribute
from idp.store.tables import DirectoryItem

if TYPE_CHECKING:
    from idp.store.database import Database

_LISTS = frozenset(f.name for f in fields(TrustedIssuer) if f.type == "tuple[str, ...]")


class TrustedIssuerItem(DirectoryItem):
    """An issuer."""

    kind_name = "trusted_issuer"
    issuer = UnicodeAttribute()
    definition = ObjectAttribute()
    version = NumberAttribute(default=1)

    def trusted(self) -> TrustedIssuer:
        """As the domain sees it. Members that this version does not know are left out: a newer one wrote them."""
        known = {f.name: _value(f.name, self.definition[f.name]) for f in fields(TrustedIssuer) if f.name in self.definition}
        return TrustedIssuer(**{**known, "issuer": self.issuer, "version": int(self.version)})

    def check(self) -> None:
        """What nothing could be made of is found when it is read."""
        super().check()
        self.trusted()


def _value(name: str, value: Any) -> Any:
    if name == "incarnations" and not (
        value is None or (isinstance(value, dict) and all(isinstance(each, str) for each in value.values()))
    ):
        raise TypeError(f"{name} is no map of text")
    if name not in _LISTS:
        return value
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise TypeError(f"{name} is no list of text")
    return tuple(value)


class TrustedIssuers:
    """Facts about them."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def create(self, made: TrustedIssuer) -> bool:
        """Write a new one; False when it is there already."""
        return self._db.put(_item(made), TrustedIssuerItem.pk.does_not_exist()) is None

    def replace(self, made: TrustedIssuer) -> TrustedIssuer | None:
        """Write it in the place of the version that was read: as written, or None when somebody else was faster."""
        written = replace(made, version=made.version + 1)
        return None if self._db.put(_item(written), TrustedIssuerItem.version == made.version) else written

    def get(self, issuer_id: str) -> TrustedIssuer | None:
        """The issuer, or None."""
        found = self._db.get(TrustedIssuerItem, keys.trusted_issuer(issuer_id))
        return found.trusted() if found else None

    def all(self) -> list[TrustedIssuer]:
        """Every one."""
        return [item.trusted() for item in TrustedIssuerItem.readable(self._db.query_all("directory", keys.ISSUERS))]

    def delete(self, made: TrustedIssuer) -> bool:
        """Forget it; False when it is gone, or somebody changed it since it was read."""
        return self._db.delete(TrustedIssuerItem, keys.trusted_issuer(made.id), TrustedIssuerItem.version == made.version) is None


def _item(made: TrustedIssuer) -> TrustedIssuerItem:
    definition = {name: value for name, value in asdict(made).items() if name not in {"issuer", "version"}}
    return TrustedIssuerItem.new(keys.trusted_issuer(made.id), issuer=made.issuer, definition=definition, version=made.version)
