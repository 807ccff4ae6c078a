"""The time zones that people choose from are names of the IANA database."""

from __future__ import annotations

import zoneinfo

from idp.domain.people import standard_claims, time_zones

EVERY = [name for names in time_zones.AREAS.values() for name in names]


def test_each_is_a_time_zone_that_a_profile_may_have() -> None:
    """A browser and an app can look each of them up."""
    assert len(EVERY) == len(set(EVERY)) > 400
    assert set(EVERY) <= zoneinfo.available_timezones()
    for name in EVERY:
        assert standard_claims.check_claims({"zoneinfo": name})


def test_each_is_in_the_area_that_its_name_begins_with() -> None:
    """The page shows the rest of the name under the area."""
    for area, names in time_zones.AREAS.items():
        assert all(name.startswith(area + "/") for name in names)
        assert list(names) == sorted(names)
