"""What people do on their account page and with other providers, and what directories send, writes to no common key that is not named.

`test_hot_keys` measures the flows of many people; these are rarer, so only who shares a written key is compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.costs import accounts, scim, upstream
from bench.costs.measure import deployment, prepared
from bench.heat.meter import HeatMeter
from bench.heat.shared import in_shards, shape
from idp.store.time_shards import AGAIN, switch_on

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.heat.units import Place
    from tests.integration.scim.provisioning import Provisioning

NAMED = {
    "state DELETIONS",  # an account is deleted: by its owner, an admin or a directory
    "state ADMIN",  # events that are about neither a user nor an app: a directory makes or changes a group
}
"""The keys that all people or all directories write (docs/scale.md)."""


@pytest.fixture(scope="module")
def meter(quick_endpoint: str) -> Iterator[HeatMeter]:
    with HeatMeter(quick_endpoint) as running:
        yield running


@pytest.fixture(scope="module")
def world(meter: HeatMeter, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provisioning]:
    """A new deployment, with shards."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_DYNAMODB", meter.url)
        made = prepared(deployment(tmp_path_factory.mktemp("hot"), meter.url))
        switch_on(made.services.database, made.clock())
        made.clock.advance(AGAIN)  # SCIM reads no keys
        yield made


def written(meter: HeatMeter, run: Callable[[], object]) -> set[Place]:
    meter.take()
    run()
    return {place for place in meter.take().writes if not in_shards(place)}


def test_flows_of_two_people_write_to_no_common_key_but_the_named_ones(world: Provisioning, meter: HeatMeter) -> None:
    """Two people in two networks before two apps, and two directories. A name that no flow needs any more fails, too."""
    directories = [scim.flows(world), scim.flows(world)]
    pairs = {f"SCIM: {name}": [each[name] for each in directories] for name in directories[0]}
    pairs |= {name: [prepare] * 2 for part in (accounts, upstream) for name, prepare in part.flows(world).items()}
    common: dict[str, str] = {}
    for name, both in pairs.items():
        places = []
        for number, prepare in enumerate(both):
            world.address = f"203.0.113.{number + 1}"
            places.append(written(meter, prepare(world)))
        common |= {shape(place): name for place in places[0] & places[1]}
    assert {key: name for key, name in common.items() if key not in NAMED} == {}
    assert NAMED - common.keys() == set()
