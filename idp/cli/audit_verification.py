"""What `idp audit verify` and `idp audit save` do, with the tables, the bucket, or files."""

from __future__ import annotations

import contextlib
import json
import os
import time
from typing import TYPE_CHECKING

from idp.cli.deployment import deployment
from idp.domain.audit.head import HOUR, hour_of, start_of
from idp.domain.audit.report import FORKED, STATES, Finding
from idp.domain.errors import Invalid, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from idp.adapters.audit_bucket import AuditBucket
    from idp.domain.audit.report import HourReport
    from idp.wiring.all_services import AllServices

_LAST = "~"
_LOOK_BACK = 7 * 86400
"""Seconds before the first hour of the tables in which the bucket is asked for hours that the tables do not have any more."""


def of_deployment(first: str, last: str, *, bucket: bool) -> Iterator[HourReport]:
    """Yield the report of each hour: of the tables, or of the segments in the bucket. Empty bounds have no limit."""
    with deployment() as services:
        found: list[tuple[str, str, int, int]] = []
        for report in _of_bucket(services, first, last) if bucket else _of_tables(services, first, last):
            found.append((report.hour, report.state, report.events, report.faults))
            yield report
        if found:
            _keep(services, found, "bucket" if bucket else "tables")


def _of_tables(services: AllServices, first: str, last: str) -> Iterator[HourReport]:
    from idp.services.audit_chain.verification import Verification

    made = Verification(services.audit_chain, services.stored_events, services.head_signer.public, services.clock())
    yield from made.run(first, last)


def _keep(services: AllServices, found: Sequence[tuple[str, str, int, int]], source: str) -> None:
    """Store what was found, for the console. A verification may read only, so a refused write changes nothing."""
    from idp.store.audit_verification import LastVerification

    now, (hours, states, events, faults) = services.clock(), zip(*found, strict=True)
    made = LastVerification(now, source, min(hours), max(hours), min(states, key=STATES.index), sum(events), sum(faults))
    with contextlib.suppress(Unavailable):
        services.audit_verifications.keep(made, until=now + services.settings.event_retention.longest)


def of_files(files: Sequence[Path], key: Path | None) -> Iterator[HourReport]:
    """Yield the report of each file. `key`: a JWK. Nothing else is read.

    Raises:
        Invalid: the file of the key has no JWK.
    """
    from idp.services.audit_chain.segment_verification import SegmentVerification

    public = None
    if key:
        try:
            public = json.loads(key.read_text("utf-8"))
        except ValueError:
            public = None
        if not isinstance(public, dict):
            raise Invalid("audit.no_key", path=str(key))
    made = SegmentVerification(public, int(time.time()))
    for path in files:
        with path.open("rb") as file:
            yield made.take("", file)


def save(folder: Path, first: str, last: str) -> int:
    """Write the segments of sealed hours into a folder. Returns how many were written."""
    from idp.services.audit_chain.signing import read_head

    count = 0
    with deployment() as services:
        for hour, signed in services.audit_chain.heads(first, last or _LAST):
            path, head = folder / f"{hour}.ndjson.gz", read_head(signed, services.head_signer.public)
            if head is None or path.exists():
                continue
            part = path.with_name(path.name + ".part")
            with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "w+b") as file:
                services.audit_segments.write(head, signed, file)
            part.replace(path)
            count += 1
    return count


def _of_bucket(services: AllServices, first: str, last: str) -> Iterator[HourReport]:
    from idp.services.audit_chain.segment_verification import SegmentVerification

    store = services.audit_bucket
    if store is None:
        raise Invalid("audit.no_bucket", field="--bucket")
    heads = dict(services.audit_chain.heads(first, last or _LAST))
    begin = first or _begin(services, store, heads)
    if not begin:
        return
    made = SegmentVerification(services.head_signer.public, services.clock())
    end = start_of(last) if last else services.clock()
    for at in range(start_of(begin), end + 1, HOUR):
        hour = hour_of(at)
        file = store.open(hour)
        if file is None and hour > max(heads, default=""):
            return
        report = made.take(hour, file)
        if file:
            file.close()
        if made.signed and heads.get(hour) != made.signed:
            report.add(Finding(FORKED, "the tables have another head for this hour than the bucket, or none"))
        yield report


def _begin(services: AllServices, store: AuditBucket, heads: Mapping[str, str]) -> str:
    """Return the first hour to verify; empty if there is none.

    It is the first one of the tables. But before the first head of all, and without any, the bucket has nothing. If it does, the chain was
    removed from the tables and began anew: then that hour is the first.
    """
    from idp.services.audit_chain.signing import read_head

    found = min(heads, default="")
    head = read_head(heads[found], services.head_signer.public) if found else None
    if head and head.number > 1:  # earlier ones have expired
        return found
    end = start_of(found) if found else services.clock() // HOUR * HOUR + HOUR
    return next((hour for at in range(end - HOUR, end - _LOOK_BACK, -HOUR) if store.has(hour := hour_of(at))), found)
