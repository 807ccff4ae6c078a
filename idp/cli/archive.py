"""Backup and restore: copies tables to and from one file item by item, so that memory does not limit their size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from idp.cli import archive_file, data_key
from idp.cli.archive_file import ArchiveError, Contents, Raw
from idp.domain.home import Home
from idp.services.moving.workers import Workers
from idp.store import deployment_keys, keys
from idp.store.migrations import Migrations
from idp.store.signing_keys import KeyItems, home_of
from idp.store.tables import KeysItem
from idp.store.user_items import UserItem

if TYPE_CHECKING:
    from idp.store.database import Database

__all__ = ["ArchiveError", "backup", "restore", "write_items"]

_STAMPS = ("security_stamp", "factor_stamp")


def backup(database: Database, path: Path, now: int, *, with_keys: bool, with_state: bool = True, seen: Callable[[], None]) -> int:
    """Write `directory`, and the other tables as asked. Returns the number of items. `seen` is called for each."""
    left_out = {"keys": not with_keys, "state": not with_state}
    tables = [table for table in archive_file.TABLES if not left_out.get(table)]
    facts = {
        "migrations": Migrations(database).ran(),
        "data_key": data_key.fingerprint(database),
        "rp_id": KeyItems(database).load().rp_id or "",
    }
    header = {"prefix": database.prefix, "at": now, "tables": tables, **facts}

    def items() -> Iterator[tuple[str, Raw]]:
        for table in tables:
            for item in database.scan(table):
                seen()
                yield table, item

    return archive_file.write(path, header, items())


def restore(
    database: Database, path: Path, contents: Contents, now: int, *, tables: Collection[str], seen: Callable[[], None],
    instead: Mapping[str, Raw] | None = None, workers: int = 1,
) -> Counter[str]:  # fmt: skip
    """Write the items of `tables` back. Returns the number of items per table. Items that were made since the backup stay.

    Keys that the backup does not have are removed, because there can be only one data key. The stored RP ID stays if the backup has none.
    Of the stored home and that of the backup the later one counts, because handles of an earlier one would count again. The stored region
    stays.
    `instead`: items of `keys` that are written in place of those in the file, by sort key. `workers` write at once.
    """
    done: Counter[str] = Counter()
    if "keys" in tables:
        theirs = next((home for item in contents.keys if (home := home_of(item))), None)
        kept = {deployment_keys.rp_id(), deployment_keys.region_home(), *((item["pk"]["S"], item["sk"]["S"]) for item in contents.keys)}
        there = [keys.Key(raw["pk"]["S"], raw["sk"]["S"]) for raw in database.query_all("keys", "KEYS")]
        database.batch_write(deletes=[(KeysItem, key) for key in there if key not in kept])
        if theirs:
            _keep_later_home(database, theirs)
    for table in tables:
        with Workers[Raw](partial(write_items, database, table), workers) as pool:
            for item in _read_live(path, table, now, seen):
                if table == "keys" and item["sk"]["S"] == deployment_keys.region_home().sk:
                    continue
                written = (instead or {}).get(item["sk"]["S"], item) if table == "keys" else item
                pool.give(item["pk"]["S"], written)
                done[table] += 1
    return done


def _keep_later_home(database: Database, theirs: Home) -> None:
    """Store the home of the backup, if it is later than the stored one. The stored region stays."""
    items = KeyItems(database)
    stored = items.load().home
    if theirs.since > (stored.since if stored else 0):
        serves_from = max(theirs.serves_from, stored.serves_from if stored else 0)
        items.put_home(Home(stored.region if stored else theirs.region, theirs.since, serves_from), before=stored)


def write_items(database: Database, table: str, items: Sequence[Raw]) -> None:
    """Write items of a backup. A user keeps the later of the stored stamps and those of the backup.

    One write of the security stamp ends all sessions and grants of a user. They are in `state`, so an earlier stamp would let those of
    before live again (threats FI-16). With the factor stamp it is the same for remembered devices.
    """
    users = [keys.Key(item["pk"]["S"], item["sk"]["S"]) for item in items if _is_user(item)] if table == "directory" else []
    there = {item["pk"]["S"]: item for item in database.read_raw(table, users)}
    database.write_raw(
        table, [_with_later_stamps(item, there[item["pk"]["S"]]) if _is_user(item) and item["pk"]["S"] in there else item for item in items]
    )


def _is_user(item: Raw) -> bool:
    return bool(item["kind"] == {"S": UserItem.kind_name})


def _with_later_stamps(item: Raw, stored: Raw) -> Raw:
    def later(name: str) -> dict[str, str]:
        return {"N": str(max(int(each.get(name, {"N": "0"})["N"]) for each in (item, stored)))}

    return item | {name: later(name) for name in _STAMPS if name in item or name in stored}


def _read_live(path: Path, table: str, now: int, seen: Callable[[], None]) -> Iterator[Raw]:
    for name, item in archive_file.items(path):
        if name == table:
            seen()
            # An expired item has no effect any more, and DynamoDB would delete it within two days.
            if "ttl" not in item or int(item["ttl"]["N"]) > now:
                yield item
