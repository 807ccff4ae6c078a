"""The challenge of the sign-up page: work that a browser does before a mail is sent, so that a flood of mails costs its sender something.

A deployment can put another implementation in its place (`idp/wiring/people/sign_up.py`). None asks a third party.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from idp.domain.clock import NewId
    from idp.services.keys.keyring import Keyring
    from idp.store.used_once import UsedOnce

PURPOSE = "challenge"
BITS = 16
"""Zero bits that the hash of a solution begins with. A browser needs about 65,000 hashes: a second or two on a phone."""
LIFETIME = 900
_LONGEST = 20


class Puzzle(NamedTuple):
    """What the page contains: the sealed puzzle, and the number of zero bits."""

    text: str
    bits: int


class Challenge(Protocol):
    """Makes puzzles and checks solutions. A person whose browser cannot solve one may still go on, within narrower limits."""

    def new(self, now: int) -> Puzzle | None:
        """Return a new puzzle for a page; None if the page needs none."""
        ...

    def is_solved(self, puzzle: str, solution: str, *, now: int) -> bool:
        """Return whether the solution is right and the puzzle was not used before. It is used up."""
        ...


class NoChallenge:
    """The page needs no puzzle."""

    def new(self, now: int) -> Puzzle | None:
        """Return None."""
        del now
        return None  # the signature of `Challenge`

    def is_solved(self, puzzle: str, solution: str, *, now: int) -> bool:
        """Return True."""
        del puzzle, solution, now
        return True


class ProofOfWork:
    """Puzzles that a browser solves by hashing: SHA-256 of `puzzle:solution` begins with BITS zero bits. Each counts once."""

    def __init__(self, keyring: Keyring, used_once: UsedOnce, new_id: NewId) -> None:
        self._keyring, self._used_once, self._new_id = keyring, used_once, new_id

    def new(self, now: int) -> Puzzle | None:
        """Return a new puzzle. It is valid for LIFETIME seconds."""
        return Puzzle(self._keyring.sealer().seal(PURPOSE, [secrets.token_urlsafe(16), now + LIFETIME]), BITS)

    def is_solved(self, puzzle: str, solution: str, *, now: int) -> bool:
        """Return whether the solution is right and the puzzle was not used before. A wrong one costs no call."""
        payload = self._keyring.sealer().open(PURPOSE, puzzle) if puzzle else None
        if not isinstance(payload, list) or now >= payload[1] or not is_solution(puzzle, solution, BITS):
            return False
        return self._used_once.use(PURPOSE, payload[0], expires_at=payload[1], attempt=self._new_id())


def is_solution(puzzle: str, solution: str, bits: int) -> bool:
    """Return whether the hash of the puzzle and this solution begins with so many zero bits."""
    if not 0 < len(solution) <= _LONGEST or not solution.isascii() or not solution.isdigit():
        return False
    digest = hashlib.sha256(f"{puzzle}:{solution}".encode()).digest()
    return int.from_bytes(digest) >> (256 - bits) == 0
