"""The traffic of a day: of a hundred flows so many sign-ins, visits, refreshes and others, at random and the same in each run."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import httpx

from bench.flows import Relying
from bench.held.visitors import Visitor

SIGN_IN, WITH_TOTP, VISIT, REFRESH = "sign-in with a password", "sign-in with a password and TOTP", "SSO visit", "refresh"
CREDENTIALS, USER_INFO, ADMIN = "client credentials", "UserInfo", "admin API: reads"
SHARES = {SIGN_IN: 14, VISIT: 14, REFRESH: 42, CREDENTIALS: 13, USER_INFO: 12, ADMIN: 5}
"""Of a hundred flows. A sign-in of a person with an authenticator is one with TOTP."""
READS = ("/admin/v1/users?limit=20", "/admin/v1/clients?limit=20", "/admin/v1/audit?limit=20")
_LONGEST = 200


@dataclass
class Tally:
    """Milliseconds by flow, of all time and since the last `take`, and errors by their words."""

    taken: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _told: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def timed(self, name: str, act: Callable[[], object], *, since: float | None = None) -> None:
        """Run a flow and count it. `since`: when it was due, by `time.perf_counter`."""
        started = time.perf_counter() if since is None else since
        try:
            act()
        except Exception as error:  # noqa: BLE001  # every error is counted and reported
            with self._lock:
                self.errors[f"{name}: {type(error).__name__}: {str(error)[:_LONGEST]}"] += 1
            return
        with self._lock:
            self.taken[name].append((time.perf_counter() - started) * 1e3)

    def take(self) -> dict[str, list[float]]:
        """The milliseconds since the last call, sorted, by flow."""
        with self._lock:
            found = {name: sorted(taken[self._told[name] :]) for name, taken in self.taken.items()}
            self._told.update({name: len(taken) for name, taken in self.taken.items()})
        return found


def sign_in_next(people: list[Visitor], tally: Tally) -> None:
    """Sign in the person whose last time is longest ago."""
    people.append(people.pop(0))
    tally.timed(SIGN_IN, people[-1].sign_in)


def sign_in_all(people: Sequence[Visitor], tally: Tally) -> None:
    """Sign in all people, one after the other."""
    for each in people:
        tally.timed(SIGN_IN, each.sign_in)


class Worker:
    """One caller at a time: it takes one of its people, or its service, and runs a flow."""

    def __init__(self, people: Sequence[Visitor], service: Relying, tally: Tally, seed: int) -> None:
        self._people, self._service, self._tally = people, service, tally
        self._dice = random.Random(seed)  # noqa: S311  # the same traffic in each run
        self._reads = 0

    def begin(self) -> None:
        """Sign all people in, and fetch the service's token, so that each flow is possible from the start."""
        for each in self._people:
            if not each.signed_in:
                self._tally.timed(WITH_TOTP if each.totp else SIGN_IN, each.sign_in)
        self._tally.timed(CREDENTIALS, self._service.client_credentials)

    def step(self) -> None:
        """Run one flow."""
        [name] = self._dice.choices(list(SHARES), weights=list(SHARES.values()))
        if name == CREDENTIALS:
            self._tally.timed(name, self._service.client_credentials)
        elif name == ADMIN:
            self._tally.timed(name, self._read)
        else:
            self._as_person(name, self._dice.choice(self._people))

    def _as_person(self, name: str, person: Visitor) -> None:
        if name == SIGN_IN or not person.signed_in:
            if person.may_sign_in():
                self._tally.timed(WITH_TOTP if person.totp else SIGN_IN, person.sign_in)
        else:
            acts = {VISIT: person.app.sso_visit, REFRESH: person.app.refresh, USER_INFO: person.user_info}
            self._tally.timed(name, acts[name])

    def _read(self) -> None:
        """Read the next list as the service, which is an admin."""
        self._reads += 1
        headers = {"Authorization": f"Bearer {self._service.access_token}"}
        answer: httpx.Response = self._service.http.get(READS[self._reads % len(READS)], headers=headers)
        answer.raise_for_status()
