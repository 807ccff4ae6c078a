"""From flows and behaviour to what a number of people causes: requests, busy environments, units by table and by key, mails."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.heat import READ_LIMIT, WRITE_LIMIT
from bench.heat.shared import ALL, APP, CONNECTION, SHARD, shards
from bench.scale import behaviour as b
from bench.scale.figures import START, Flow
from tools import costs

DAY = 86_400
POPULAR = 1 / sum(1 / rank for rank in range(1, b.APPS + 1))
"""The share of the most popular app by Zipf's law."""


@dataclass
class Load:
    """Of so many people. `flows`: runs a day. Everything with `peak` is of the busiest second."""

    people: int
    flows: dict[str, float]
    requests: float = 0.0
    reads: float = 0.0
    writes: float = 0.0
    ms: float = 0.0
    mails: float = 0.0
    log_bytes: float = 0.0
    peak_by_place: dict[tuple[str, bool], float] = field(default_factory=dict)
    """Units by table or index, and whether they are written."""
    peak_by_key: dict[tuple[str, str, bool], float] = field(default_factory=dict)
    """Units of the most used partition key of its kind, who shares it, and whether they are written."""

    def peak(self, a_day: float) -> float:
        """So many a day, in the busiest second."""
        return a_day / DAY * b.PEAK

    @property
    def busy(self) -> float:
        """Environments that serve a request at the same time in the busiest second: requests a second × seconds of each (Little's law)."""
        return self.peak(self.ms) / 1000

    @property
    def environments(self) -> float:
        """With room for uneven arrivals."""
        return math.ceil(self.busy * b.HEADROOM)

    @property
    def starts(self) -> float:
        """Starts of environments a day, each with a call of KMS."""
        return self.environments * 24 / b.ENVIRONMENT_HOURS

    def rate(self, *names: str) -> float:
        """Runs of these flows in the busiest second."""
        return sum(self.peak(self.flows[name]) for name in names)


def load(people: int, flows: Mapping[str, Flow], a_day: Mapping[str, float] = b.A_DAY) -> Load:
    """What so many people cause."""
    found = Load(people, {name: people * count for name, count in a_day.items()})
    for name, times in found.flows.items():
        flow = flows[name]
        found.requests += times * flow.requests
        found.reads += times * flow.reads
        found.writes += times * flow.writes
        found.ms += times * flow.ms
        found.mails += times * flow.mails
        found.log_bytes += times * flow.log_bytes
    by_place: dict[tuple[str, bool], float] = defaultdict(float)
    by_key: dict[tuple[str, str, bool], float] = defaultdict(float)
    shares = {ALL: 1.0, CONNECTION: 1.0, APP: POPULAR}
    for name, times in (*found.flows.items(), (START, found.starts)):
        for use in flows[name].keys:
            for units, writes in ((use.reads, False), (use.writes, True)):
                if units:
                    by_place[use.place, writes] += found.peak(times) * units
                    share = 1 / shards(use.key) if use.shared_by == SHARD else shares.get(use.shared_by)
                    if share:
                        by_key[use.key, use.shared_by, writes] += found.peak(times) * units * share
    found.peak_by_place, found.peak_by_key = dict(by_place), dict(by_key)
    return found


def limit(*, writes: bool) -> int:
    """Units a second that one partition key bears."""
    return WRITE_LIMIT if writes else READ_LIMIT


def stored_gb(people: int) -> dict[str, float]:
    """By table."""
    return {table: people * kb / 1e6 for table, kb in costs.STORED_KB.items()}
