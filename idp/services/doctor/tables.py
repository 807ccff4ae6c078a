"""Tables: they exist with keys, indexes and streams; `state` expires and has no recovery, the others have; all have deletion protection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.doctor.finding import ok, skipped, wrong
from idp.domain.texts import marked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.domain.doctor.finding import Finding
    from idp.services.doctor.parts import Parts

_VIEWS = {"directory": ("NEW_AND_OLD_IMAGES",), "state": ("NEW_IMAGE", "NEW_AND_OLD_IMAGES")}
"""What the stream of a table must contain (deploy/stream/on.yml). A global table has both images."""


def check(parts: Parts) -> Iterator[Finding]:
    """Check each of the three."""
    for wanted in parts.tables.wanted():
        yield from _table(parts, wanted)


def _table(parts: Parts, wanted: dict[str, Any]) -> Iterator[Finding]:
    name: str = wanted["TableName"]
    short = name.rpartition("-")[2]
    about = f"table {short}"
    table = parts.tables.describe(short)
    if table is None:
        yield wrong(about, marked("{table} is not there. Deploy the stack, or on an engine of your own run: idp migrate"), table=name)
        return
    if different := _difference(table, wanted):
        yield wrong(
            about,
            marked("{table} was not made by this project: its {what} differs. Set IDP_TABLE_PREFIX to another prefix, or make it anew."),
            table=name, what=different,
        )  # fmt: skip
        return
    if table.get("TableStatus") != "ACTIVE":
        yield wrong(about, marked("{table} is {status}. Wait until it is ACTIVE."), table=name, status=table.get("TableStatus"))
        return
    yield ok(about, marked("{table} exists, with its keys and indexes"), table=name)
    if short == "state":
        yield _expiry(parts, name)
    if not parts.in_aws:
        no_need = marked("An engine of your own has neither point-in-time recovery nor deletion protection")
        yield skipped(f"{about}, protection", no_need)
        return
    yield from _protection(parts, short, table, name)


def _protection(parts: Parts, short: str, table: dict[str, Any], name: str) -> Iterator[Finding]:
    yield _recovery(parts, short, name)
    about = f"table {short}, deletion"
    if table.get("DeletionProtectionEnabled", False):
        yield ok(about, marked("{table} is protected against deletion"), table=name)
    else:
        yield wrong(about, marked("{table} can be deleted. Set DeletionProtectionEnabled, or deploy again."), table=name)
    if parts.settings.webhook_function and short in _VIEWS:  # the parameter stream=on sets it
        yield _stream(short, table, name)


def _difference(table: dict[str, Any], wanted: dict[str, Any]) -> str:
    for member in ("KeySchema", "AttributeDefinitions"):
        if _sort(table.get(member)) != _sort(wanted[member]):
            return member
    indexes = {index["IndexName"]: index for index in table.get("GlobalSecondaryIndexes") or []}
    for index in wanted.get("GlobalSecondaryIndexes", []):
        if index["KeySchema"] != indexes.get(index["IndexName"], {}).get("KeySchema"):
            return f"index {index['IndexName']}"
    return ""


def _sort(members: Any) -> list[str]:
    return sorted(map(str, (sorted(member.items()) for member in members or [])))


def _expiry(parts: Parts, name: str) -> Finding:
    if parts.tables.expires("state"):
        return ok("table state, expiry", marked("DynamoDB deletes expired items"))
    grows = marked("Expired items of {table} are never deleted, and it grows. Switch TTL on, on the attribute ttl.")
    return wrong("table state, expiry", grows, table=name)


def _recovery(parts: Parts, short: str, name: str) -> Finding:
    about, on, wanted = f"table {short}, recovery", parts.tables.can_be_restored(short), short != "state"
    if on and wanted:
        return ok(about, marked("{table} can be restored to any second"), table=name)
    if wanted:
        lacks = marked("{table} cannot be restored. Switch point-in-time recovery on, or deploy the stack again.")
        return wrong(about, lacks, table=name)
    if on:
        revives = marked("{table} can be restored, which would bring revoked tokens back. Switch point-in-time recovery off.")
        return wrong(about, revives, table=name)
    return ok(about, marked("{table} has no recovery, so that revocations stay in force"), table=name)


def _stream(short: str, table: dict[str, Any], name: str) -> Finding:
    told = table.get("StreamSpecification") or {}
    if told.get("StreamEnabled") and told.get("StreamViewType") in _VIEWS[short]:
        return ok(f"table {short}, stream", marked("{table} has its stream of changes"), table=name)
    none = marked("{table} has no stream with {view}, so webhooks, search and the numbers get no changes. Deploy again with stream=on.")
    return wrong(f"table {short}, stream", none, table=name, view=_VIEWS[short][0])
