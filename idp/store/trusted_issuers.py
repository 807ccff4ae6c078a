"""Issuers whose assertions are accepted (`directory`), registered by admins. They are few and in one partition."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.domain.access.trusted_issuer import TrustedIssuer
from idp.store import issuer_keys
from idp.store.attributes import ObjectAttribute
from idp.store.tables import DirectoryItem

if TYPE_CHECKING:
    from idp.store.database import Database

_LISTS = frozenset(f.name for f in fields(TrustedIssuer) if f.type == "tuple[str, ...]")


class TrustedIssuerItem(DirectoryItem):
    """The item of an issuer."""

    kind_name = "trusted_issuer"
    issuer = UnicodeAttribute()
    definition = ObjectAttribute()
    version = NumberAttribute(default=1)

    def trusted(self) -> TrustedIssuer:
        """Convert it to the domain's class. Members that a newer release wrote are ignored."""
        known = {f.name: _value(f.name, self.definition[f.name]) for f in fields(TrustedIssuer) if f.name in self.definition}
        return TrustedIssuer(**{**known, "issuer": self.issuer, "version": int(self.version)})

    def check(self) -> None:
        """Raise ValueError or TypeError if the item cannot be converted."""
        super().check()
        self.trusted()


def _value(name: str, value: Any) -> Any:
    if name == "incarnations" and not (
        value is None or (isinstance(value, dict) and all(isinstance(each, str) for each in value.values()))
    ):
        raise TypeError(f"{name} is not a map of text")
    if name not in _LISTS:
        return value
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise TypeError(f"{name} is not a list of text")
    return tuple(value)


class TrustedIssuers:
    """Reads and writes trusted issuers."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def create(self, made: TrustedIssuer) -> bool:
        """Write a new issuer. False if it exists."""
        return self._db.put(_item(made), TrustedIssuerItem.pk.does_not_exist()) is None

    def replace(self, made: TrustedIssuer) -> TrustedIssuer | None:
        """Write it if it was not written since it was read. Returns the written one, else None."""
        written = replace(made, version=made.version + 1)
        return None if self._db.put(_item(written), TrustedIssuerItem.version == made.version) else written

    def get(self, issuer_id: str) -> TrustedIssuer | None:
        """The issuer, or None."""
        found = self._db.get(TrustedIssuerItem, issuer_keys.trusted_issuer(issuer_id))
        return found.trusted() if found else None

    def all(self) -> list[TrustedIssuer]:
        """All issuers."""
        return [item.trusted() for item in TrustedIssuerItem.readable(self._db.query_all("directory", issuer_keys.ISSUERS))]

    def delete(self, made: TrustedIssuer) -> bool:
        """Remove the issuer. False if it does not exist, or was changed since it was read."""
        return self._db.delete(TrustedIssuerItem, issuer_keys.trusted_issuer(made.id), TrustedIssuerItem.version == made.version) is None


def _item(made: TrustedIssuer) -> TrustedIssuerItem:
    definition = {name: value for name, value in asdict(made).items() if name not in {"issuer", "version"}}
    return TrustedIssuerItem.new(issuer_keys.trusted_issuer(made.id), issuer=made.issuer, definition=definition, version=made.version)
