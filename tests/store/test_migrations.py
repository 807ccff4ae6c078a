"""The log of migrations, and the creation of tables."""

from __future__ import annotations

from typing import Any

from idp.store.create import create_tables
from idp.store.database import Database
from idp.store.migrations import Migrations
from idp.store.tables import definitions
from tests.store.examples import NOW


def test_migrations_that_ran_are_listed_in_order(fresh: Database) -> None:
    """A second record of the same name is refused."""
    log = Migrations(fresh)
    assert log.ran() == []
    assert log.record("0002_second", NOW)
    assert log.record("0001_first", NOW)
    assert not log.record("0001_first", NOW + 1)
    assert log.record("0010_tenth", NOW)
    assert log.ran() == ["0001_first", "0002_second", "0010_tenth"]


def test_only_what_was_recorded_as_expanding_is_known_to_expand(fresh: Database) -> None:
    """An entry of an earlier release does not say it."""
    log = Migrations(fresh)
    log.record("0001_unsaid", NOW)
    log.record("0002_expands", NOW, expands=True)
    assert log.entries() == {"0001_unsaid": False, "0002_expands": True}


def test_tables_are_created_once_with_indexes_and_ttl(fresh: Database) -> None:
    """A second run changes nothing and accepts that TTL is switched on."""
    create_tables(fresh)

    def ask(operation: str, name: str) -> Any:
        return fresh.transport.call(operation, {"TableName": name})

    ttl = ask("DescribeTimeToLive", f"{fresh.prefix}-state")["TimeToLiveDescription"]
    assert (ttl["TimeToLiveStatus"], ttl["AttributeName"]) == ("ENABLED", "ttl")
    for wanted in definitions(fresh.prefix):
        made = ask("DescribeTable", wanted["TableName"])["Table"]
        assert made["TableStatus"] == "ACTIVE"
        indexes = {index["IndexName"] for index in made.get("GlobalSecondaryIndexes", [])}
        assert indexes == {index["IndexName"] for index in wanted.get("GlobalSecondaryIndexes", [])}
