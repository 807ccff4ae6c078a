"""What a flow is: `prepare` without a fault, `act` under it, `again` after it if `act` did not end, `after` to look at the result."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bench.faults.run import NotReached

if TYPE_CHECKING:
    from bench.faults.run import Run


MANY_ENVIRONMENTS = frozenset({"FI-13", "FI-14", "FI-15"})
"""Faults that start environments. The admin API and SCIM take a second of a core to start."""


OF_REQUESTS = frozenset({"FI-6", "FI-7", "FI-17"}) | MANY_ENVIRONMENTS
"""Faults that are not tried on functions that no client calls: they end with what a person has, or begin with a request."""
RECEIVER = "receiver"


class Flow:
    """One flow of one run."""

    name: ClassVar[str]
    without: ClassVar[frozenset[str]] = frozenset()
    """Faults that are not tried on it."""

    share: ClassVar[int] = 3
    """Its part of the runs of a fault."""

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

    restorable: ClassVar[bool] = False
    """Whether a restore of `directory` is tried after it (FI-16)."""
    needs: ClassVar[tuple[str, ...]] = ("KMS", "mail", "upstream")
    """What may not answer (FI-12)."""
    unique: str = ""
    """What only one of two rivals gets (FI-5)."""

    def rival(self) -> Flow | None:
        """Another flow that wants the same at the same moment, prepared; None if nothing is unique here."""
        return None

    def replay(self) -> None:
        """Use again what was used, after its items expired or were deleted early (FI-7). Nothing of it works."""

    def restored(self) -> None:
        """After a restore of `directory`: what had ended has still ended (FI-16)."""
        self.after()

    def after(self) -> None:
        """Without a fault: what was acknowledged holds, what was used is used."""


def expect(reached: object, problem: object) -> None:
    """Raise NotReached unless the flow came here."""
    if not reached:
        raise NotReached(str(problem)[:400])
