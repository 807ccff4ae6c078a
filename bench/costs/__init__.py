"""What each flow of accounts, upstream, console and SCIM costs: DynamoDB calls, units, Lambda's milliseconds, dollars."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.world import World

Prepare = Callable[["World"], Callable[[], object]]
"""Does what is not counted, and returns what is. It is called before each run, so a flow may use its person up."""


def expect(reached: object, problem: str) -> None:
    """End the measurement unless a flow came to its end."""
    if not reached:
        raise SystemExit(problem)
