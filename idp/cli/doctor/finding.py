"""The result of a check: ok, wrong with what to do, or skipped with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """`about`: a short name, such as `table state`. `says`: a sentence."""

    about: str
    state: Literal["ok", "wrong", "skipped"]
    says: str


def ok(about: str, says: str) -> Finding:
    """Return a finding of a passed check."""
    return Finding(about, "ok", says)


def wrong(about: str, says: str) -> Finding:
    """Return a finding of a failed check. `says` ends with what to do."""
    return Finding(about, "wrong", says)


def skipped(about: str, why: str) -> Finding:
    """Return a finding of a check that does not apply or cannot be made."""
    return Finding(about, "skipped", why)
