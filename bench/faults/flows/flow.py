"""What a flow is: `prepare` without a fault, `act` under it, `again` after it if `act` did not end, `after` to look at the result."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bench.faults.run import NotReached

if TYPE_CHECKING:
    from bench.faults.run import Run


class Flow:
    """One flow of one run."""

    name: ClassVar[str]

    def __init__(self, run: Run) -> None:
        self.run, self.site, self.history = run, run.site, run.history

    def prepare(self) -> None:
        """Make people and apps."""

    def act(self) -> None:
        """Go through the flow. Raises NotReached if it does not end."""
        raise NotImplementedError

    def again(self) -> None:
        """Begin anew, without a fault."""
        self.act()

    def after(self) -> None:
        """Without a fault: what was acknowledged holds, what was used is used."""


def expect(reached: object, problem: object) -> None:
    """Raise NotReached unless the flow came here."""
    if not reached:
        raise NotReached(str(problem)[:400])
