"""Damaged items, early deletion of items with a TTL, and the restore of what belongs to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.cli import archive
from idp.store import keys
from idp.store.tables import BY_TIME, LISTING

if TYPE_CHECKING:
    from bench.faults.flows.flow import Flow
    from bench.faults.run import Run
    from bench.faults.site import Site
    from tests.support.people import Person

LARGE = 390_000
"""Bytes of a text that fills an item almost to DynamoDB's limit of 400 KB."""
NEEDED = {"pk", "sk", "kind", *LISTING[1:], *BY_TIME[1:]}
"""Attributes that are keys of a table or an index, whose type DynamoDB checks, and the kind, without which nothing is read."""
Raw = dict[str, Any]


def person_of(flow: Flow) -> Person | None:
    """The person of a flow."""
    visit = getattr(flow, "visit", None)
    found: Person | None = getattr(flow, "person", None) or getattr(visit, "person", None)
    return found


def items_of(site: Site, flow: Flow, *tables: str) -> list[tuple[str, Raw]]:
    """The items in the partition of the flow's person, with the table of each."""
    person = person_of(flow)
    if person is None:
        return []
    partition = keys.user_pk(person.user.id)
    return [(table, item) for table in tables for item in site.services.database.query_all(table, partition)]


def directory_of(site: Site, flow: Flow) -> list[Raw]:
    """What `directory` has of the flow's person."""
    return [item for _, item in items_of(site, flow, "directory")]


def poison(run: Run, flow: Flow) -> str:
    """Damage an item of the person: an attribute is gone, has another type, or fills the item. Undone when the fault is over."""
    database = run.site.services.database
    found = [(table, item) for table, item in items_of(run.site, flow, "directory", "state") if item["kind"]["S"] != "event"]
    if not found:
        return "nothing to damage"
    table, item = run.random.choice(found)
    names = sorted(set(item) - NEEDED)
    name, how = run.random.choice(names), run.random.choice(("missing", "wrong type", "large"))
    damaged = {key: value for key, value in item.items() if key != name}
    if how == "wrong type":
        damaged[name] = {"L": [{"NULL": True}]}
    elif how == "large":
        damaged["ballast"] = {"S": "x" * LARGE}
        damaged[name] = item[name]
    database.write_raw(table, [damaged])

    def undo() -> None:
        now = next((each for each in database.query_all(table, item["pk"]["S"]) if each["sk"] == item["sk"]), None)
        if now is not None and (now.get(name) == damaged.get(name) or "ballast" in now):
            kept = {key: value for key, value in now.items() if key != "ballast"}
            database.write_raw(table, [kept | ({name: item[name]} if how != "large" else {})])

    run.undo.append(undo)
    return how


def delete_early(run: Run) -> None:
    """Delete every item of `state` that has a TTL, as if DynamoDB's clock were far ahead."""
    database = run.site.services.database
    for item in list(database.scan("state")):
        if "ttl" in item:
            database.transport.call("DeleteItem", {"TableName": f"{database.prefix}-state", "Key": {"pk": item["pk"], "sk": item["sk"]}})


def restore_directory(run: Run) -> None:
    """Write the items of before back, as `idp restore` does."""
    archive.write_items(run.site.services.database, "directory", run.backup)
