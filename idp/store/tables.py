"""The three tables, by lifecycle and blast radius, as pynamodb declares them (DESIGN: State)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from idp.store.keys import Key

if TYPE_CHECKING:
    from idp.store.database import Raw

LISTING = ("listing", "listing_pk", "listing_sk")
"""Index of `directory`: users by email, clients by id. For listings, never for a decision."""
BY_TIME = ("by_time", "day", "at")
"""Index of `state`: audit events of a day in order. For listings, never for a decision."""

AUDIT_ATTRIBUTES = ("kind", "type", "outcome", "actor", "subject", "target", "client_id", "address", "request_id", "reason", "details")


class Item(Model):
    """One item: pk, sk and its kind. Subclasses name their table and add attributes."""

    table: ClassVar[str]
    kind_name: ClassVar[str]

    class Meta:
        """pynamodb wants a table name here; the database puts the deployment's prefix before it."""

        table_name = "item"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    kind = UnicodeAttribute()

    @classmethod
    def new(cls, key: Key, **attributes: Any) -> Self:  # noqa: ANN401  # as the attributes say
        """A new item under `key`."""
        return cls(key.pk, key.sk, kind=cls.kind_name, **attributes)

    @classmethod
    def of(cls, raw: Raw) -> Self:
        """The item from DynamoDB's own form."""
        item = cls()
        item.deserialize(raw)
        return item

    def raw(self) -> Raw:
        """The item in DynamoDB's own form."""
        return self.serialize()

    @property
    def key(self) -> Key:
        """Its primary key."""
        return Key(self.pk, self.sk)


class DirectoryItem(Item):
    """`directory`: users, emails, credentials, consents, clients. Point-in-time recovery, deletion protection."""

    table = "directory"


class StateItem(Item):
    """`state`: what expires. TTL deletes late, so every read and condition checks the expiry itself; `ttl` epoch seconds."""

    table = "state"
    ttl = NumberAttribute(null=True)


class KeysItem(Item):
    """`keys`: signing and sealing keys, the data key, the migration log. Its own IAM."""

    table = "keys"


def definitions(prefix: str) -> list[dict[str, Any]]:
    """CreateTable requests for a deployment, each with `ttl` (attribute or None) beside it; serverless.yml is tested against this."""

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
