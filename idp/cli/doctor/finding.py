"""What a check found: well, wrong and what to do, or not applicable and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """`about` is a short name, such as `table state`; `says` a sentence."""

    about: str
    state: Literal["ok", "wrong", "skipped"]
    says: str


def ok(about: str, says: str) -> Finding:
    """It is as it should be."""
    return Finding(about, "ok", says)


def wrong(about: str, says: str) -> Finding:
    """It is not; `says` ends with what to do."""
    return Finding(about, "wrong", says)


def skipped(about: str, why: str) -> Finding:
    """It does not apply here, or cannot be looked at."""
    return Finding(about, "skipped", why)
