"""What clients saw of one run: each request with its answer, and what it means for a code, a token, a password, an account.

Places in time are numbers that only grow: an event that ended before another began happened before it. Two that overlap have no order.
"""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal["ok", "refused", "unknown"]
"""`refused`: the provider said no. `unknown`: it said that it is unavailable, or nothing. Then the act may have happened or not."""


@dataclass(frozen=True)
class Event:
    """One act. Which members it has, depends on `act`.

    | act        | about                       | value                                   |
    |------------|-----------------------------|-----------------------------------------|
    | `request`  | method and path             | the error code of the answer            |
    | `redeem`   | the authorization code      | the tokens                              |
    | `rotate`   | the refresh token sent      | the refresh token got                   |
    | `accept`   | a user, client or grant     | a token of it that was accepted         |
    | `end`      | a user, client or grant     | it was disabled, revoked or deleted     |
    | `write`    | what is stored              | what is stored from now on              |
    | `read`     | what is stored              | what was found, or tried with success   |
    | `use`      | an artefact of one use      | who used it                             |
    | `fail`     | a user                      | `wrong`, or `locked`                    |

    `due`: the credential was valid, so a refusal is a fault. `principal`: who sent the request; `subject`: who is in the answer.
    """

    act: str
    about: str = ""
    value: str = ""
    outcome: Outcome = "ok"
    start: int = 0
    end: int = 0
    status: int = 0
    retry_after: bool = False
    due: bool = False
    principal: str = ""
    subject: str = ""


@dataclass
class History:
    """The events of one run, the secrets that were in it, and the lines that the provider logged."""

    events: list[Event] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)
    logged: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)
    """Items without an owner, found in the tables at the end."""
    attempts: int = 0
    """Wrong passwords after which an account is locked. 0: not a matter of this run."""
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def tick(self) -> int:
        """The next place in time."""
        with self._lock:
            return next(self._numbers)

    def add(self, event: Event) -> Event:
        """Append an event."""
        with self._lock:
            self.events.append(event)
        return event

    def secret(self, *values: str) -> None:
        """Note values that no log may contain."""
        self.secrets.update(value for value in values if value)

    def of(self, act: str) -> list[Event]:
        """The events of an act, in the order in which they ended."""
        return sorted((event for event in self.events if event.act == act), key=lambda event: event.end)
