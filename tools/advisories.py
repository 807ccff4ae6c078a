"""Checks the locked libraries against published advisories. `make advisories`.

    make advisories                                 asks osv.dev about each library and version, by `uv audit`
    make advisories ARGS="--snapshot all.zip"       reads a snapshot instead, on a machine without access to osv.dev

A snapshot is the export of osv.dev for PyPI: a zip archive of records in the OSV schema 1.x, one JSON file each. Its date is the newest
`modified` of its records. One that is older than `--days` is refused, as is one without records: it would find nothing and say so.
The command ends with 1 if an advisory concerns a locked version and is not in `ACCEPTED`, and with 2 if it could not check.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

from tools.licences import canonical
from tools.locked import ROOT, locked
from tools.package import UV

ACCEPTED: dict[str, str] = {}
"""Ids of advisories that do not concern this project, each with the reason. `make advisories` names those that no longer apply."""
DAYS = 30


class Unusable(Exception):
    """A snapshot that cannot be read, has no records, or is too old."""


def records(snapshot: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of a snapshot. Raises Unusable if a file in it is no JSON object."""
    try:
        with zipfile.ZipFile(snapshot) as whole:
            for name in whole.namelist():
                if name.endswith(".json"):
                    record = json.loads(whole.read(name))
                    if not isinstance(record, dict):
                        raise Unusable(f"{snapshot}: {name} is no record")
                    yield record
    except (OSError, zipfile.BadZipFile, ValueError) as problem:
        raise Unusable(f"{snapshot} cannot be read: {problem}") from problem


def concerning(found: Iterable[dict[str, Any]], versions: dict[str, str], now: datetime, days: int) -> dict[str, list[str]]:
    """Return the ids of the advisories that concern a version, by library. Raises Unusable if the newest record is older than `days`."""
    newest, hit = datetime.min.replace(tzinfo=UTC), dict[str, list[str]]()
    for record in found:
        newest = max(newest, datetime.fromisoformat(str(record["modified"])).astimezone(UTC))
        if record.get("withdrawn"):
            continue
        for part in record.get("affected", []):
            name = canonical(part.get("package", {}).get("name", ""))
            if part.get("package", {}).get("ecosystem") == "PyPI" and name in versions and affects(part, versions[name]):
                hit.setdefault(name, []).append(str(record["id"]))
    if newest < now - timedelta(days=days):
        raise Unusable(f"the newest record is of {newest:%Y-%m-%d}, more than {days} days ago: fetch a new snapshot")
    return hit


def affects(part: dict[str, Any], version: str) -> bool:
    """Say whether an `affected` object of OSV concerns a version: it is listed, or in a range (OSV schema, Evaluation). Unreadable: yes."""
    try:
        return version in part.get("versions", []) or any(
            _within(one["events"], Version(version)) for one in part.get("ranges", []) if one["type"] in {"ECOSYSTEM", "SEMVER"}
        )
    except (InvalidVersion, KeyError):
        return True


def _within(events: list[dict[str, str]], version: Version) -> bool:
    """Say whether the last event that is not above the version begins the range. `last_affected` ends it after its version."""
    inside = False
    for kind, at in sorted(((kind, at) for event in events for kind, at in event.items()), key=_place):
        if kind == "introduced" and (at == "0" or version >= Version(at)):
            inside = True
        elif (kind == "fixed" and version >= Version(at)) or (kind == "last_affected" and version > Version(at)):
            inside = False
    return inside


def _place(event: tuple[str, str]) -> tuple[Version, bool]:
    kind, at = event
    return Version(at), kind != "fixed"  # a range that ends where the next begins goes on


def ask(*options: str) -> int:
    """Ask osv.dev by `uv audit`, which prints what it finds. Returns its exit status: 0, 1 for a finding, 2 if it could not ask."""
    command = [UV, "audit", "--frozen", "--preview-features", "audit-command", *options]
    for one in ACCEPTED:
        command += ["--ignore", one]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def check(snapshot: Path, now: datetime, days: int = DAYS) -> int:
    """Print what a snapshot has about the locked versions. Returns the exit status: 0, 1 for a finding, 2 if it could not check."""
    versions = locked()
    try:
        hit = concerning(records(snapshot), versions, now, days)
    except (Unusable, KeyError, TypeError, ValueError, AttributeError) as problem:
        print(f"Not checked: {problem!r}", file=sys.stderr)
        return 2
    for one in sorted(ACCEPTED.keys() - {one for ids in hit.values() for one in ids}):
        print(f"{one} in ACCEPTED of tools/advisories.py concerns no locked version any more")
    unanswered = {name: left for name, ids in sorted(hit.items()) if (left := sorted(set(ids) - ACCEPTED.keys()))}
    for name, ids in unanswered.items():
        print(f"{name} {versions[name]}: {', '.join(ids)}", file=sys.stderr)
    if unanswered:
        return 1
    print(f"{len(versions)} locked libraries: the snapshot has no advisory that concerns them")
    return 0


def main() -> None:
    """Check by the network or by a snapshot."""
    parser = argparse.ArgumentParser(
        prog="make advisories ARGS=…", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--snapshot", type=Path, metavar="FILE", help="the export of osv.dev for PyPI, instead of the network")
    parser.add_argument("--days", type=int, default=DAYS, help=f"how old a snapshot may be ({DAYS})")
    chosen = parser.parse_args()
    if chosen.snapshot:
        sys.exit(check(chosen.snapshot, datetime.now(UTC), chosen.days))
    if status := ask():
        print("Advisories were found." if status == 1 else "Not checked: osv.dev was not reached. With a snapshot: --snapshot FILE.")
    sys.exit(status)


if __name__ == "__main__":
    main()
