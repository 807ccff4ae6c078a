"""Standard claims of an imported person, where the other system did not check them. A wrong one is left out; the person is imported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.errors import Invalid
from idp.domain.people import standard_claims

if TYPE_CHECKING:
    from collections.abc import Mapping

LEFT_OUT = "malformed claims"


def fitting(found: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the claims that can be stored, and what to report. A claim that is "" or None is absent."""
    there = {name: value for name, value in found.items() if value not in ("", None)}
    fits = {name: value for name, value in there.items() if _fits({name: value})}
    if not _fits(fits):  # each one is well-formed, but together they are too large
        fits = {}
    return fits, () if len(fits) == len(there) else (LEFT_OUT,)


def _fits(claims: Mapping[str, Any]) -> bool:
    try:
        standard_claims.check_claims(claims)
    except Invalid:
        return False
    return True
