"""The table of the runs: a row for each delay, and for each delay the control without homes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.regions.walk import CHANGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bench.regions.walk import Found

HEAD = (
    "delay", "runs", "used twice", "reuse undetected", "revocations undone", "codes typed twice", *(f"lost: {kind}" for kind in CHANGES),
    "signed out",
)  # fmt: skip


def by_delay(found: Mapping[tuple[float, bool], Found]) -> list[tuple[str, ...]]:
    """The rows. A key is the delay in seconds and whether there are homes."""
    return [HEAD, *(_row(f"{delay:g} s{'' if homes else ', no homes'}", each) for (delay, homes), each in found.items())]


def _row(name: str, found: Found) -> tuple[str, ...]:
    return (
        name, f"{found.runs:,}", _of(found.twice.total(), found.tries), _of(found.undetected, found.rotated),
        _of(found.undone, found.revoked), _of(found.typed_twice, found.typed),
        *(_of(found.lost[kind], found.runs) for kind in CHANGES), _of(found.signed_out, found.signed_in),
    )  # fmt: skip


def _of(number: int, total: int) -> str:
    return f"{number:,} of {total:,}"
