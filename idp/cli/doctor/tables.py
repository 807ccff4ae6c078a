"""Tables: they exist with their keys and indexes; `state` expires and has no recovery, the others have; all have deletion protection."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from idp.cli.doctor.finding import Finding, ok, skipped, wrong
from idp.cli.environment import is_own_engine
from idp.domain.errors import Unavailable
from idp.store.tables import definitions
from idp.store.transport import NoAnswer, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.wiring.all_services import AllServices

_MAKE = "Deploy the stack, or on an engine of your own run: idp migrate"
_SHAPE = ("KeySchema", "AttributeDefinitions")


def check(services: AllServices) -> Iterator[Finding]:
    """Check each of the three."""
    for wanted in definitions(services.settings.table_prefix):
        yield from _table(services, wanted)


def _table(services: AllServices, wanted: dict[str, Any]) -> Iterator[Finding]:
    name: str = wanted["TableName"]
    short = name.rpartition("-")[2]
    about = f"table {short}"
    found = _ask(services, "DescribeTable", name)
    if found is None:
        yield wrong(about, f"{name} is not there. {_MAKE}")
        return
    table = found["Table"]
    if problem := _shape(table, wanted):
        yield wrong(
            about, f"{name} has {problem}: it was not made by this project. Set IDP_TABLE_PREFIX to another prefix, or make it anew."
        )
        return
    if table.get("TableStatus") != "ACTIVE":
        yield wrong(about, f"{name} is {table.get('TableStatus')}. Wait until it is ACTIVE.")
        return
    yield ok(about, f"{name} exists, with its keys and indexes")
    if short == "state":
        yield _expiry(services, name)
    if is_own_engine(os.environ) or services.settings.dev:
        yield skipped(f"{about}, protection", "an engine of your own has neither point-in-time recovery nor deletion protection")
        return
    yield _recovery(services, name, wanted=short != "state")
    protected = table.get("DeletionProtectionEnabled", False)
    advice = (
        f"{name} is protected against deletion" if protected else f"{name} can be deleted. Set DeletionProtectionEnabled, or deploy again"
    )
    yield (ok if protected else wrong)(f"{about}, deletion", advice)


def _shape(table: dict[str, Any], wanted: dict[str, Any]) -> str:
    for member in _SHAPE:
        if _sort(table.get(member)) != _sort(wanted[member]):
            return f"another {member}"
    indexes = {index["IndexName"]: index for index in table.get("GlobalSecondaryIndexes") or []}
    for index in wanted.get("GlobalSecondaryIndexes", []):
        if index["KeySchema"] != indexes.get(index["IndexName"], {}).get("KeySchema"):
            return f"no index {index['IndexName']}"
    return ""


def _sort(members: Any) -> list[str]:
    return sorted(map(str, (sorted(member.items()) for member in members or [])))


def _expiry(services: AllServices, name: str) -> Finding:
    answer = (_ask(services, "DescribeTimeToLive", name) or {}).get("TimeToLiveDescription", {})
    on = answer.get("TimeToLiveStatus") in {"ENABLED", "ENABLING"} and answer.get("AttributeName", "ttl") == "ttl"
    if on:
        return ok("table state, expiry", "DynamoDB deletes expired items")
    return wrong("table state, expiry", f"Expired items of {name} are never deleted, and it grows. Switch TTL on, on the attribute ttl.")


def _recovery(services: AllServices, name: str, *, wanted: bool) -> Finding:
    about = f"table {name.rpartition('-')[2]}, recovery"
    answer = (_ask(services, "DescribeContinuousBackups", name) or {}).get("ContinuousBackupsDescription", {})
    on = answer.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus") == "ENABLED"
    if on == wanted:
        return ok(about, f"{name} can be restored to any second" if on else f"{name} has no recovery, so that revocations stay in force")
    if wanted:
        return wrong(about, f"{name} cannot be restored. Switch point-in-time recovery on, or deploy the stack again.")
    return wrong(about, f"{name} can be restored, which would bring revoked tokens back. Switch point-in-time recovery off.")


def _ask(services: AllServices, operation: str, name: str) -> dict[str, Any] | None:
    try:
        answer: dict[str, Any] = services.database.transport.call(operation, {"TableName": name})
    except Refusal as refusal:
        if refusal.code == "ResourceNotFoundException":
            return None
        raise Unavailable(detail=f"{operation}: {refusal.code}") from refusal
    except NoAnswer as silence:
        raise Unavailable(detail=f"{operation}: {silence}") from silence
    return answer
