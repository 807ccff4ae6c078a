"""How this provider uses DynamoDB. Every read is strongly consistent. Without an answer it raises Unavailable and never guesses."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from idp.domain.errors import Unavailable
from idp.store import expressions
from idp.store.calls import Calls
from idp.store.copies import Copies
from idp.store.expressions import chunks, key_of
from idp.store.faults import ConditionFailed
from idp.store.item_form import form_of
from idp.store.keys import Key
from idp.store.transport import Raw

if TYPE_CHECKING:
    from pynamodb.expressions.condition import Condition
    from pynamodb.expressions.update import Action

    from idp.store.tables import Item
    from idp.store.transport import Transport

__all__ = ["Database", "Raw", "Refused"]

I = TypeVar("I", bound="Item")  # noqa: E741  # the class of the item
T = TypeVar("T")

_BATCH_READ, _BATCH_WRITE = 100, 25
_PAGE = 1000
"""Items of a page when a whole partition is read. DynamoDB also ends a page at 1 MB."""


FEW = 4
"""Up to this number, items are written one by one, each on a condition. More items are written together without conditions."""


class Refused(NamedTuple):
    """A condition did not hold. `old` is the item that it met, or None if there was none, so the reason needs no second read."""

    old: Raw | None


class Database:
    """Three tables whose names begin with `prefix`. `pause` waits for a number of seconds between attempts. `clock`: epoch seconds."""

    def __init__(
        self, *, prefix: str, transport: Transport, pause: Callable[[float], None] = time.sleep, clock: Callable[[], float] = time.time
    ) -> None:
        self.prefix, self.transport = prefix, transport
        self.time_shards: bool | None = None
        """Whether new events are listed by time in shards, by the last read of the mark (`time_shards.is_on`). None: not read yet."""
        self.time_shards_until = inf
        """Epoch seconds from which on a mark that was not there is looked for again."""
        self.clock = clock
        self._calls = Calls(self.transport, pause)
        self._copies = Copies(clock)

    def table(self, model: type[Item]) -> str:
        """The full name of the table of this kind of item."""
        return f"{self.prefix}-{model.table}"

    def get(self, model: type[I], key: Key) -> I | None:
        """One item, or None. One call; one read unit per 4 KB. A second call reads the item itself if its copy was outdated (`copies`)."""
        place = self._copies.place(model, key)
        item: I | None = self._copies.item(model, key, place, self._one(model, place))
        return self._copies.item(model, key, key, self._one(model, key)) if item is None and place != key else item

    def batch_get(self, *wanted: tuple[type[Item], Key]) -> list[Any]:
        """Items of any tables in one call, in the given order; None for items that do not exist. A second call as in `get`."""
        items = self._items({each: self._copies.place(*each) for each in wanted})
        missed = {(model, key): key for (model, key), (place, item) in items.items() if item is None and place != key}
        items |= self._items(missed)
        return [items[each][1] for each in wanted]

    def _items(self, places: dict[tuple[type[Item], Key], Key]) -> dict[tuple[type[Item], Key], tuple[Key, Any]]:
        """The items by class and key, each with the place where it was read."""
        found = self._read((self.table(model), place) for (model, _), place in places.items())
        raws = {each: found.get((self.table(each[0]), place)) for each, place in places.items()}
        return {each: (place, self._copies.item(*each, place, raws[each])) for each, place in places.items()}

    def _one(self, model: type[Item], key: Key) -> Raw | None:
        answer = self._calls.one("GetItem", {"TableName": self.table(model), "Key": key_of(key), "ConsistentRead": True})
        found: Raw | None = answer.get("Item")
        return found

    def read_listed(self, model: type[I], found: Iterable[Raw]) -> list[I]:
        """Read the items whose keys an index returned. Items that are gone or cannot be read are left out."""
        places = [(self.table(model), Key(raw["pk"]["S"], raw["sk"]["S"])) for raw in found]
        now = self._read(places)
        return model.readable(now[place] for place in places if place in now)

    def read_raw(self, table: str, places: Iterable[Key]) -> list[Raw]:
        """Read raw items, 100 in a call, strongly. Those that do not exist are left out."""
        return list(self._read((f"{self.prefix}-{table}", place) for place in places).values())

    def put(self, item: Item, condition: Condition | None = None) -> Refused | None:
        """Write one item. Refused if the condition does not hold.

        A retry after a lost reply meets the item that it wrote itself. So it is no refusal if the stored item is equal to `item`. If two
        writers must not both succeed, their items need different values, for example an attempt id.
        """
        raw = item.raw()
        answer = self._conditional("PutItem", {"TableName": self.table(type(item)), "Item": raw}, condition)
        return answer if isinstance(answer, Refused) and answer.old != raw else None

    def rewrite(self, item: Item, condition: Condition) -> Refused | None:
        """Write one item that exists, as `rewrite_part`. Refused if the condition does not hold; a retry as of `put`."""
        wanted = self.rewrite_part(item, condition)["Update"]
        try:
            self._calls.one("UpdateItem", wanted)
        except ConditionFailed as failed:
            return None if self.was_written({"Item": failed.old}, item) else Refused(failed.old)
        return None

    def update(self, model: type[I], key: Key, actions: Sequence[Action], condition: Condition | None = None) -> I | Refused:
        """Change one item in one write. Returns the changed item, or Refused with the unchanged one."""
        wanted = {"TableName": self.table(model), "Key": key_of(key), "ReturnValues": "ALL_NEW"}
        answer = self._conditional("UpdateItem", wanted, condition, actions)
        if isinstance(answer, Refused):
            return answer
        changed = model.of(answer["Attributes"])
        if changed is None:
            raise Unavailable(detail=f"the updated item is not of the kind {model.kind_name}")
        return changed

    def mark_all(self, model: type[Item], places: Iterable[Key], name: str, value: int) -> set[Key]:
        """Set the number `name` on each existing item that does not have it. Returns the keys of the items that were marked.

        It reads 100 items strongly per call and then writes 25 per call without conditions. Concurrent changes between read and write are
        lost. So it is only for marks after which nothing else in the item counts, for example that it has ended.
        """
        table = f"{self.prefix}-{model.table}"
        found = self._read((table, place) for place in places)
        unmarked = {key: raw | {name: {"N": str(value)}} for (_, key), raw in found.items() if name not in raw}
        self._write_all([(table, {"PutRequest": {"Item": raw}}) for raw in unmarked.values()])
        return set(unmarked)

    def delete(self, model: type[Item], key: Key, condition: Condition | None = None) -> Refused | None:
        """Remove one item."""
        answer = self._conditional("DeleteItem", {"TableName": self.table(model), "Key": key_of(key)}, condition)
        return answer if isinstance(answer, Refused) else None

    def batch_write(
        self, *, puts: Iterable[Item] = (), deletes: Iterable[tuple[type[Item], Key]] = (), once: bool = False
    ) -> None:  # fmt: skip
        """Write and remove items without conditions, 25 per call. It is not atomic: some of the writes may be missing after a failure.

        The client may repeat such a write, and the first try may arrive after the second one. An item that is used once, or that can end,
        is therefore written by `anew` with `once`: a call that may have been applied is then not repeated.

        Raises:
            Unsure: with `once`, it is unknown what was written.
        """
        requests: list[tuple[str, Raw]] = [(self.table(type(item)), {"PutRequest": {"Item": item.raw()}}) for item in puts]
        requests += [(self.table(model), {"DeleteRequest": {"Key": key_of(key)}}) for model, key in deletes]
        self._write_all(requests, once=once)

    def anew(self, write: Callable[[], T]) -> T:
        """Return what `write` returns, which writes with `once`, under new keys each time that it is called (`Calls.anew`)."""
        return self._calls.anew(write)

    def write_raw(self, table: str, items: Iterable[Raw]) -> None:
        """Write raw items. Only for a restore."""
        self._write_all([(f"{self.prefix}-{table}", {"PutRequest": {"Item": item}}) for item in items])

    def transact(self, *writes: Raw, with_token: bool = True) -> list[Raw | None] | None:
        """Apply all of `writes` (from `put_part`, `update_part`, `delete_part`), or none of them.

        None if they were applied; else one entry per write: {"Code": "ConditionalCheckFailed", "Item"?: …} or None. A retry after a lost
        reply has the same token, by which DynamoDB recognises it for ten minutes. Other engines may not recognise it (see `was_written`).
        `with_token`: False if the conditions already distinguish a retry. With a token, long transactions take a third longer on dynoxide.

        Raises:
            Unavailable: cancelled for another reason than a condition (conflict, throttling). Nothing was written.
        """
        return self._calls.transaction(writes, with_token=with_token)

    @staticmethod
    def was_written(reason: Raw | None, item: Item) -> bool:
        """Whether a part was refused because its item is stored: an earlier try of this transaction was applied.

        Attributes that this release does not know, and those that stay, are not compared.
        """
        old, known = (reason or {}).get("Item"), form_of(type(item)).stored - item.stays
        return old is not None and _only(known, old) == _only(known, item.raw())

    def once_part(self, item: Item) -> Raw:
        """A put inside a transaction, of an item whose key is new in each attempt. It is the last part (see `was_applied`)."""
        return self.put_part(item, type(item).pk.does_not_exist())

    @staticmethod
    def was_applied(refused: list[Raw | None] | None) -> bool:
        """Whether a transaction whose last part is a `once_part` was applied, now or before a lost reply: only it writes that item."""
        return refused is None or refused[-1] is not None

    def put_part(self, item: Item, condition: Condition | Raw | None = None) -> Raw:
        """A put inside a transaction. A `Raw` has the members of a condition in DynamoDB's words."""
        return {"Put": expressions.write({"TableName": self.table(type(item)), "Item": item.raw()}, condition)}

    def rewrite_part(self, item: Item, condition: Condition) -> Raw:
        """The part of a transaction that writes every attribute of an item that exists. The condition must require that it exists.

        Attributes that this release does not know stay: a newer one wrote them, and works beside this one or is rolled back to it.
        """
        known = form_of(type(item)).stored - item.stays
        return {"Update": expressions.rewrite(self._place(item), _only(known, item.raw()), known, condition)}

    def update_part(self, model: type[Item], key: Key, actions: Sequence[Action], condition: Condition | None = None) -> Raw:
        """An update inside a transaction."""
        return {"Update": expressions.write({"TableName": self.table(model), "Key": key_of(key)}, condition, actions)}

    def delete_part(self, model: type[Item], key: Key, condition: Condition | None = None) -> Raw:
        """A delete inside a transaction."""
        return {"Delete": expressions.write({"TableName": self.table(model), "Key": key_of(key)}, condition)}

    def query(
        self,
        table: str,
        pk: str,
        *,
        sk_begins: str = "",
        index: tuple[str, str, str] | None = None,
        limit: int = 100,
        start: Raw | None = None,
        forward: bool = True,
        after: str | None = None,
        before: str | None = None,
        filtered: Raw | None = None,
        may_be_old: bool = False,
    ) -> tuple[list[Raw], Raw | None]:
        """One page of a partition in the order of the sort key: raw items, and the key of the next page.

        `table` is the short name. `index` is (name, partition attribute, sort attribute); it is never strongly consistent, so only for
        lists. `after` and `before` bound the sort key, both inclusive. They cannot be combined with `sk_begins`.
        `filtered`: a filter expression with its names and values; `limit` counts the items before it. `may_be_old`: at half the price, for
        a list whose objects are read afterwards.
        """
        if not expressions.can_begin_a_sort_key(sk_begins):
            return [], None
        name, pk_name, sk_name = index or ("", "pk", "sk")
        wanted: Raw = {"TableName": f"{self.prefix}-{table}", "Limit": limit, "ScanIndexForward": forward}
        wanted.update(expressions.query((pk_name, pk), sk_name, begins=sk_begins, after=after, before=before))
        if filtered:
            expressions.filter_query(wanted, filtered)
        wanted.update({"IndexName": name} if name else {"ConsistentRead": not may_be_old})
        if start:
            wanted["ExclusiveStartKey"] = start
        answer = self._calls.one("Query", wanted)
        return answer["Items"], answer.get("LastEvaluatedKey")

    def query_all(self, table: str, pk: str, *, sk_begins: str = "") -> Iterator[Raw]:
        """All raw items of a partition, page by page."""
        start: Raw | None = None
        while True:
            items, start = self.query(table, pk, sk_begins=sk_begins, limit=_PAGE, start=start)
            yield from items
            if not start:
                return

    def scan(self, table: str, *, after: Key | None = None) -> Iterator[Raw]:
        """All raw items of a table, page by page. Only for the command line: backups, exports, migrations, searches.

        `after`: the item after which it begins. The items of a partition follow one another, in the order of the sort key.
        A page has a limit, because the first page of 1 MB took longer than the time that a call has, on DynamoDB Local with 80,000 items.
        """
        wanted: Raw = {"TableName": f"{self.prefix}-{table}", "ConsistentRead": True, "Limit": _PAGE}
        if after:
            wanted["ExclusiveStartKey"] = key_of(after)
        while True:
            answer = self._calls.one("Scan", wanted)
            yield from answer["Items"]
            if not answer.get("LastEvaluatedKey"):
                return
            wanted["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def _place(self, item: Item) -> Raw:
        return {"TableName": self.table(type(item)), "Key": key_of(item.key)}

    def _read(self, places: Iterable[tuple[str, Key]]) -> dict[tuple[str, Key], Raw]:
        """Raw items by table and key."""
        found: dict[tuple[str, Key], Raw] = {}
        for chunk in chunks(list(dict.fromkeys(places)), _BATCH_READ):
            asked: dict[str, Any] = {}
            for table, key in chunk:
                asked.setdefault(table, {"ConsistentRead": True, "Keys": []})["Keys"].append(key_of(key))
            for answer in self._calls.batch("BatchGetItem", asked, "UnprocessedKeys"):
                for table, items in answer.get("Responses", {}).items():
                    found.update({(table, Key(item["pk"]["S"], item["sk"]["S"])): item for item in items})
        return found

    def _write_all(self, requests: Sequence[tuple[str, Raw]], *, once: bool = False) -> None:
        for chunk in chunks(requests, _BATCH_WRITE):
            asked: dict[str, Any] = {}
            for table, request in chunk:
                asked.setdefault(table, []).append(request)
            for _ in self._calls.batch("BatchWriteItem", asked, "UnprocessedItems", once=once):
                pass

    def _conditional(self, operation: str, wanted: Raw, condition: Condition | None, actions: Sequence[Action] | None = None) -> Any:
        try:
            return self._calls.one(operation, expressions.write(wanted, condition, actions))
        except ConditionFailed as failed:
            return Refused(failed.old)


def _only(names: Collection[str], raw: Raw) -> Raw:
    return {name: value for name, value in raw.items() if name in names}
