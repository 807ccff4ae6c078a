"""One run: people act in the region that serves, it is cut off, another one takes over, and everything is tried again there."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.regions import acts
from bench.regions.acts import Once, Visit

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from bench.regions.pair import Pair, Region
    from tests.support.people import Person

TYPED = frozenset({"typed code", "recovery code"})
"""What has no handle, and so no home."""
CHANGES = ("new password", "disabled account", "new account", "new app")
PERIOD = 30
"""Seconds of a code of an authenticator (RFC 6238)."""


@dataclass
class Found:
    """What came of runs. `tries`: things that may give once. `lost`: acknowledged changes that the other region does not know, by kind."""

    runs: int = 0
    tries: int = 0
    twice: Counter[str] = field(default_factory=Counter)
    typed: int = 0
    typed_twice: int = 0
    rotated: int = 0
    undetected: int = 0
    revoked: int = 0
    undone: int = 0
    lost: Counter[str] = field(default_factory=Counter)
    signed_in: int = 0
    signed_out: int = 0

    def add(self, other: Found) -> None:
        """Add the figures of other runs."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


class _Walk:
    """What a run has: acts that are once, and what they changed."""

    def __init__(self, pair: Pair, random: Random) -> None:
        self.pair, self.random, self.found = pair, random, Found(runs=1)
        self.used: list[Once] = []
        self.unused: list[Once] = []
        self.ended: list[str] = []
        self.words: list[str] = []

    def person(self, *, totp: bool = False) -> Person:
        return self.pair.here.person(password=f"nine wet walruses {self.random.getrandbits(32):08x}", totp=totp)

    def prepare(self) -> None:
        """People, sign-ins and links that both regions know. Nothing of it is used."""
        pair, here = self.pair, self.pair.here
        _ = pair.service  # a cached property that creates the client
        ada, self.bob, self.cleo, dora = self.person(), self.person(), self.person(totp=True), self.person()
        self.eve = self.person()
        self.visit = Visit(pair, here, ada)
        rotated, revoked, disabled, live = (
            Visit(pair, here, person).tokens(here)["refresh_token"] for person in (ada, ada, dora, self.eve)
        )  # fmt: skip
        self.rotated, self.revoked, self.dora, self.disabled, self.live = rotated, revoked, dora, disabled, live
        self.link = acts.link_once(here, self.bob, self.words)
        self.recovery = acts.recovery_once(self.cleo)
        pair.settle()
        self.code = acts.code_once(pair, self.visit.code())
        other = Visit(pair, here, ada).tokens(here)["refresh_token"]
        self.unused = [acts.code_once(pair, self.visit.code()), acts.refresh_once(pair, other)]
        pair.settle()

    def act(self) -> None:
        """Use everything in the last two delays before the cut, in any order, and change accounts and apps."""
        pair, here, until = self.pair, self.pair.here, 2 * self.pair.replicator.delay
        self.made = f"new-{self.random.getrandbits(32):08x}@example.com"
        todo: list[Callable[[], object]] = [
            lambda: self._use(self.code), lambda: self._use(self.link), lambda: self._use(self.recovery), self._push, self._assert,
            self._type, self._rotate, lambda: acts.disable(here, self.dora), self._revoke, lambda: here.person(self.made), self._app,
        ]  # fmt: skip
        self.random.shuffle(todo)
        begin = pair.clock()
        for seconds, do in zip(sorted(self.random.uniform(0, until) for _ in todo), todo, strict=True):
            pair.clock.now = max(pair.clock.now, begin + int(seconds))
            do()

    def again(self) -> None:
        """Try everything in the other region; what is new there, and what was left, in both."""
        pair, here, there, found = self.pair, self.pair.here, self.pair.there, self.found
        self._look()
        found.undetected += bool(acts.refreshed(pair, there, self.rotated))
        found.undone += sum(bool(acts.refreshed(pair, there, each)) for each in self.ended)
        found.signed_in += 1
        found.signed_out += not acts.refreshed(pair, there, self.live)
        new = acts.code_once(pair, Visit(pair, there, self.eve).code())
        for once in (*self.used, *self.unused, new):
            for region in self._either(there, here) if once in self.unused else (there, here):
                once.tried(region)
        self.unused.append(new)

    def finish(self) -> Found:
        """Try everything once more after the partition, and count."""
        found = self.found
        for once in (*self.used, *self.unused):
            for region in self._either(self.pair.here, self.pair.there):
                once.tried(region)
        found.rotated, found.revoked = 1, len(self.ended)
        for once in (*self.used, *self.unused):
            if once.name in TYPED:
                found.typed += 1
                found.typed_twice += len(once.gave) > 1
            else:
                found.tries += 1
                found.twice[once.name] += len(once.gave) > 1
        return found

    def _either(self, *regions: Region) -> list[Region]:
        return self.random.sample(regions, len(regions))

    def _use(self, once: Once) -> None:
        self.used.append(once)
        if not once.tried(self.pair.here):
            logging.getLogger(__name__).warning("%s gave nothing the first time", once.name)

    def _push(self) -> None:
        self._use(acts.pushed_once(self.pair, self.pair.here, self.visit))

    def _assert(self) -> None:
        self._use(acts.assertion_once(self.pair))

    def _type(self) -> None:
        self._use(acts.totp_once(self.cleo, self.pair.clock()))

    def _rotate(self) -> None:
        acts.refreshed(self.pair, self.pair.here, self.rotated)

    def _revoke(self) -> None:
        acts.browser(self.pair.here).http.post("/revoke", data={"token": self.revoked, "client_id": self.pair.shop.id}).raise_for_status()
        self.ended.append(self.revoked)

    def _app(self) -> None:
        self.app = self.pair.here.client()

    def _look(self) -> None:
        """Which acknowledged changes the region knows that took over."""
        there, lost = self.pair.there.services, self.found.lost
        dora = there.users.get(self.dora.user.id)
        lost["new password"] += not acts.opens(self.pair.there, self.bob, self.words[0])
        lost["disabled account"] += not (dora and dora.disabled)
        lost["new account"] += there.users.id_of(self.made) is None
        lost["new app"] += there.clients.get(self.app.id) is None
        self.ended.append(self.disabled)


def walk(pair: Pair, random: Random) -> Found:
    """One run. The pair is as before afterwards, but for more people."""
    run = _Walk(pair, random)
    run.prepare()
    run.act()
    pair.cut()
    pair.take_over()
    run.again()
    pair.heal()
    found = run.finish()
    pair.give_back()
    return found
