"""The three DynamoDB tables, and the base classes of items (docs/design.md, State)."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pynamodb.attributes import AttributeContainer, NumberAttribute, UnicodeAttribute

from idp.domain.errors import Unavailable
from idp.store.item_form import form_of
from idp.store.keys import Key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idp.store.transport import Raw

LISTING = ("listing", "listing_pk", "listing_sk")
"""Index of `directory`: users by email, clients by id. For listings, never for a decision."""
BY_TIME = ("by_time", "day", "at")
"""Index of `state`: audit events of a day in order. For listings, never for a decision."""

AUDIT_ATTRIBUTES = ("kind", "type", "outcome", "actor", "subject", "target", "client_id", "address", "request_id", "reason", "details")


class Item(AttributeContainer):
    """One item: pk, sk and its kind. Subclasses name their table and add attributes.

    It uses pynamodb's attributes and expressions without pynamodb's Model, which would import botocore and create a client for each table.
    `item_form` converts it.
    """

    table: ClassVar[str]
    kind_name: ClassVar[str]
    copied_as: ClassVar[type[Item] | None] = None
    """The class of copies of such an item (`idp.store.copies`). Then both classes have the numbers `version` and `copies`."""

    stays: ClassVar[frozenset[str]] = frozenset()
    """Attributes that a rewrite leaves as they were written first (`Database.rewrite`)."""

    always_written: ClassVar[tuple[str, ...]] = ()
    """Attributes with a default that every item has all the same. One without them is damaged: the default would seem to be its value."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    kind = UnicodeAttribute()

    def __init__(self, **attributes: Any) -> None:
        """With the defaults of the attributes that are not given.

        Raises:
            ValueError: the class has no such attribute.
        """
        form = form_of(type(self))
        if not attributes.keys() <= form.names:
            raise ValueError(f"{type(self).__name__} has no {', '.join(sorted(attributes.keys() - form.names))}")
        self.attribute_values = form.defaults | attributes

    @classmethod
    def new(cls, key: Key, **attributes: Any) -> Self:
        """A new item under `key`."""
        everything: dict[str, Any] = {"pk": key.pk, "sk": key.sk, "kind": cls.kind_name, **attributes}
        return cls(**everything)

    @classmethod
    def of(cls, raw: Raw | None) -> Self | None:
        """The item from DynamoDB's JSON form. None for None, and for an item of another kind.

        Raises:
            Unavailable: the item cannot be read. Only requests that need it are refused (threats FI-17).
        """
        if not raw or raw.get("kind") != {"S": cls.kind_name}:
            return None
        item = cls()
        try:
            item.attribute_values = form_of(cls).read(raw)
            item.check()
            for name in cls.always_written:
                raw[name]
        except (TypeError, ValueError, KeyError, AttributeError, RecursionError) as problem:
            place = "/".join(_redact_address(str(raw.get(name, {}).get("S"))) for name in ("pk", "sk"))
            raise Unavailable(detail=f"{place} cannot be read: {type(problem).__name__}") from problem
        return item

    @classmethod
    def readable(cls, raws: Iterable[Raw]) -> list[Self]:
        """The items of this kind that can be read. For lists, which should not fail because of one damaged item."""
        found = []
        for raw in raws:
            with contextlib.suppress(Unavailable):
                found.append(cls.of(raw))
        return [item for item in found if item]

    def raw(self) -> Raw:
        """The item in DynamoDB's JSON form."""
        return form_of(type(self)).write(self.attribute_values)

    def check(self) -> None:
        """Raise ValueError or TypeError if the item cannot be used. Here: an attribute is missing."""
        for name in form_of(type(self)).needed:
            if self.attribute_values.get(name) is None:
                raise ValueError(f"{name} is missing")

    @property
    def key(self) -> Key:
        """The primary key of the item."""
        return Key(self.pk, self.sk)


class DirectoryItem(Item):
    """Items of `directory`: users, emails, credentials, consents, clients. With point-in-time recovery and deletion protection."""

    table = "directory"


class StateItem(Item):
    """Items of `state`, which expire. TTL deletes late, so reads and conditions check the expiry themselves. `ttl` in epoch seconds."""

    table = "state"
    ttl = NumberAttribute(null=True)


class KeysItem(Item):
    """Items of `keys`: signing and sealing keys, the data key, the migration log. The table has permissions of its own."""

    table = "keys"


def _redact_address(key: str) -> str:
    """A part of a key for a log, without an e-mail address."""
    return f"{key.partition('#')[0]}#…" if "@" in key else key


def definitions(prefix: str) -> list[dict[str, Any]]:
    """The CreateTable requests of a deployment. TTL of `state` is switched on separately. A test compares this with serverless.yml."""

    def table(name: str, index: tuple[str, str, str] | None, projection: dict[str, Any]) -> dict[str, Any]:
        attributes = ["pk", "sk", *(index[1:] if index else ())]
        request: dict[str, Any] = {
            "TableName": f"{prefix}-{name}",
            "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": _schema("pk", "sk"),
            "AttributeDefinitions": [{"AttributeName": a, "AttributeType": "S"} for a in attributes],
        }
        if index:
            request["GlobalSecondaryIndexes"] = [{"IndexName": index[0], "KeySchema": _schema(*index[1:]), "Projection": projection}]
        return request

    return [
        table("directory", LISTING, {"ProjectionType": "KEYS_ONLY"}),
        table("state", BY_TIME, {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(AUDIT_ATTRIBUTES)}),
        table("keys", None, {}),
    ]


def _schema(pk: str, sk: str) -> list[dict[str, str]]:
    return [{"AttributeName": pk, "KeyType": "HASH"}, {"AttributeName": sk, "KeyType": "RANGE"}]
