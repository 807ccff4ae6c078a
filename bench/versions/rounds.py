"""The orders in which the two versions answer, and the states of the tables meanwhile."""

from __future__ import annotations

import itertools
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random

from bench.versions import administration, sign_ins
from bench.versions.checkout import Version
from bench.versions.half_migration import leave_links, migrate_half
from bench.versions.pair import NEWER, OLDER, Choose, pair
from bench.versions.reading import Found, read_all
from bench.versions.site import Site

Flow = Callable[[Site], Iterator[None]]
FLOWS: dict[str, Flow] = {**sign_ins.FLOWS, **administration.FLOWS, **administration.ONLY_HERE}
BEFORE, HALF, AFTER = "not migrated", "migration half done", "migrated"
_MOST_STOPS = 12


@dataclass
class Tally:
    """Of one flow in one round: how often it ran, its requests, how often the version changed between two requests, and what failed."""

    runs: int = 0
    requests: list[int] = field(default_factory=lambda: [0, 0])
    changes: int = 0
    failures: list[str] = field(default_factory=list)


@dataclass
class Result:
    """By round and flow. `found`: by version, what it read at the end of all rounds."""

    tallies: dict[tuple[str, str], Tally] = field(default_factory=dict)
    found: tuple[Found, Found] = field(default_factory=lambda: (Found(), Found()))
    notes: list[str] = field(default_factory=list)

    @property
    def failures(self) -> list[str]:
        """Everything that failed."""
        told = [f"{place}, {flow}: {each}" for (place, flow), tally in self.tallies.items() for each in tally.failures]
        return told + [f"the version {name} cannot read {kind}: {why}" for name, each in zip(("before", "of now"), self.found, strict=True)
                       for kind, why in each.failed]  # fmt: skip


def turns(first: int) -> Choose:
    """One request each, beginning with this version."""
    numbers = itertools.count(first)
    return lambda: next(numbers) % 2


def at_random(seed: str) -> Choose:
    """Either version for each request. The seed makes the same choices again."""
    random = Random(seed)  # noqa: S311  # choices that can be repeated, no secret
    return lambda: random.randrange(2)


def _chosen(seed: str, name: str) -> Choose:
    return at_random(f"{seed} {name}")


def run(
    engine: str, versions: tuple[Version, Version], work: Path, *, seeds: list[int], flows: dict[str, Flow], tell: Callable[[str], None]
) -> Result:  # fmt: skip
    """All rounds, on tables that the version before made."""
    result = Result()
    with ExitStack() as stack:
        tell("starting both versions")
        both = stack.enter_context(pair(engine, versions, work, made_by=OLDER))
        site = Site(both, stack.enter_context(both.client()))
        site.warm()
        common = _Rounds(site, {name: flow for name, flow in flows.items() if name not in administration.ONLY_HERE}, result, tell)
        whole = _Rounds(site, flows, result, tell)
        leave_links(site)
        common.all("by turns, the older first", BEFORE, lambda _: turns(OLDER))
        common.all("by turns, the newer first", BEFORE, lambda _: turns(NEWER))
        migrate_half(both)
        for seed in seeds:
            common.all("at random", HALF, partial(_chosen, f"half {seed}"))
        both.done(NEWER, "migrate", "--before-deploy")
        both.done(NEWER, "bootstrap", "--json", "--demo")  # the admin client gets the scopes of this version
        site.forget()
        for seed in seeds:
            whole.all("at random", AFTER, partial(_chosen, f"{seed}"))
        whole.halves("the older, then the newer", AFTER, OLDER, NEWER)
        whole.halves("rolled back: the newer, then the older", AFTER, NEWER, OLDER)
        tell("reading everything by both versions")
        for version in (OLDER, NEWER):
            result.found[version].add(read_all(both, version))
        tried = both.run(OLDER, "migrate")
        said = (tried.stderr or tried.stdout).strip()[:300]
        result.notes.append(f"idp migrate of the version before ends with {tried.returncode}: {said}")
    return result


class _Rounds:
    """Runs flows and counts."""

    def __init__(self, site: Site, flows: dict[str, Flow], result: Result, tell: Callable[[str], None]) -> None:
        self._site, self._flows, self._result, self._tell = site, flows, result, tell

    def all(self, order: str, state: str, choose: Callable[[str], Choose]) -> None:
        """Each flow once, from its beginning to its end."""
        place = f"{order}; {state}"
        for number, (name, flow) in enumerate(self._flows.items(), 1):
            self._tell(f"{place}: {name} ({number}/{len(self._flows)})")
            self._site.pair.choose = choose(name)
            self._count(place, name, partial(self._whole, flow))

    def halves(self, order: str, state: str, first: int, then: int) -> None:
        """Each flow as often as it has stops: up to the stop by one version, and from there on by the other one."""
        place = f"{order}; {state}"
        for number, (name, flow) in enumerate(self._flows.items(), 1):
            for stop in range(1, _MOST_STOPS):
                self._tell(f"{place}: {name}, stop {stop} ({number}/{len(self._flows)})")
                if not self._count(place, name, partial(self._half, flow, stop, first, then)):
                    break

    def _whole(self, flow: Flow) -> bool:
        return _finish(flow(self._site))

    def _half(self, flow: Flow, stop: int, first: int, then: int) -> bool:
        """False if the flow has no such stop."""
        self._site.pair.choose, begun = lambda: first, flow(self._site)
        for _ in range(stop):
            if next(begun, self) is self:
                return False
        self._site.pair.choose = lambda: then
        return _finish(begun)

    def _count(self, place: str, name: str, act: Callable[[], bool]) -> bool:
        """Run it and count. Returns whether it was worth counting."""
        tally, sent = self._result.tallies.setdefault((place, name), Tally()), self._site.pair.sent
        sent.clear()
        try:
            if not act():
                return False
        except Exception as problem:  # noqa: BLE001  # each is counted and reported
            where = traceback.extract_tb(problem.__traceback__)
            line = next((each.lineno for each in where if "versions/" in each.filename and each.name in name_of(self._flows[name])), 0)
            last = sent[-1] if sent else None
            tally.failures.append(f"{type(problem).__name__} at line {line}: {str(problem)[:300]} (after {last})")
        tally.runs += 1
        for each in sent:
            tally.requests[each.version] += 1
        tally.changes += sum(one.version != other.version for one, other in itertools.pairwise(sent))
        faults = [each for each in sent if each.status >= 500 and "organisation" not in name]
        tally.failures += [f"{each.status} of {each.method} {each.path} at version {each.version}" for each in faults]
        return True


def name_of(flow: Flow) -> set[str]:
    """The name of the function, as a traceback has it."""
    return {getattr(flow, "__name__", "")}


def _finish(flow: Iterator[None]) -> bool:
    for _ in flow:
        pass
    return True
