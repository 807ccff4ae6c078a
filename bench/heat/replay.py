"""Replays the measured flows as a million people: which keys get how many units, and at which rate the first one reaches its limit.

The people are drawn evenly, apps and networks by Zipf's law: the one of rank r in proportion to 1/r. Nothing is sent anywhere.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping
from itertools import accumulate
from typing import NamedTuple

from bench.heat import READ_LIMIT, WRITE_LIMIT
from bench.heat.shared import ALL, APP, CONNECTION, NETWORK, PERSON, SHARD, USE, Demand, Key, shards
from idp.store.time_shards import SHARDS

PEOPLE, APPS, NETWORKS = 1_000_000, 1_000, 100_000
POPULAR = 10
"""How many of the apps have copies."""
MIX = {
    "sign-in with a password": 8, "sign-in with a password and TOTP": 3, "sign-in with a code from a mail": 1,
    "sign-in with another provider": 2, "SSO visit": 16,
    "refresh": 50, "client credentials": 15, "UserInfo": 3, "sign-up": 1, "sign-out": 1,
}  # fmt: skip
"""Of a hundred requests of a day, how many are which flow."""
STUFFING = {"failed sign-in without an account": 4, "failed sign-in": 1}
"""Of five attempts of a stuffing attack, one is at an address that has an account."""


class Hot(NamedTuple):
    """A key, whether it is written, its units a flow, and the flows a second at which it reaches its limit."""

    key: Key
    writes: bool
    units: float
    most: float


def hottest(
    demands: Mapping[str, Demand], mix: Mapping[str, int], *, flows: int, seed: int = 1, one_app: bool = False, copies: int = 0
) -> list[Hot]:
    """The hottest member of each kind of key that runs share, the hottest first, after so many flows. `one_app`: all go to one app.

    `copies`: of the most popular apps, `POPULAR` of them, and of the one connection that all use.
    """
    draw = random.Random(seed)  # noqa: S311  # figures, not secrets
    counted: dict[tuple[Key, bool, int, int], float] = defaultdict(float)
    apps, networks = _zipf(APPS), _zipf(NETWORKS)
    names = draw.choices(list(mix), list(mix.values()), k=flows)
    of_app = [0] * flows if one_app else draw.choices(range(APPS), cum_weights=apps, k=flows)
    of_network = draw.choices(range(NETWORKS), cum_weights=networks, k=flows)
    wanted = {name: list(_units(demands[name])) for name in mix}
    for name, app, network in zip(names, of_app, of_network, strict=True):
        of_copy = draw.randrange(copies + 1) if app < POPULAR else 0
        members = {
            ALL: 0, SHARD: draw.randrange(SHARDS), APP: APPS * of_copy + app, NETWORK: network, PERSON: draw.randrange(PEOPLE),
            CONNECTION: draw.randrange(copies + 1),
        }  # fmt: skip
        for key, writes, place, units in wanted[name]:
            member = members[key.shared_by]
            counted[key, writes, place, member % shards(key.shape) if key.shared_by == SHARD else member] += units
    best: dict[tuple[Key, bool, int], float] = {}
    for (key, writes, place, _), units in counted.items():
        best[key, writes, place] = max(best.get((key, writes, place), 0.0), units)
    found = [Hot(key, w, units / flows, (WRITE_LIMIT if w else READ_LIMIT) * flows / units) for (key, w, _), units in best.items()]
    return sorted(found, key=lambda hot: hot.most)


def _units(wanted: Demand) -> list[tuple[Key, bool, int, float]]:
    """Key, whether it is written, its number among those of its kind (shards are one kind), and units."""
    both = ((wanted.reads, False), (wanted.writes, True))
    shared = [(key, writes, units) for side, writes in both for key, units in side.items() if key.shared_by != USE]
    return [(key, writes, 0 if key.shared_by == SHARD else n, u) for key, writes, units in shared for n, u in enumerate(units)]


def _zipf(number: int) -> list[float]:
    return list(accumulate(1 / rank for rank in range(1, number + 1)))
