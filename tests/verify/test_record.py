"""Values with named members (idp.verify.record)."""

from __future__ import annotations

from typing import Any

import pytest

from idp.verify import HttpRequest, Requirement
from idp.verify.record import Record


class Point(Record):
    """Two numbers and a name."""

    x: int
    y: int = 0
    name: str = "point"


def test_a_record_is_made_by_position_and_by_name() -> None:
    for point in (Point(1, 2), Point(1, y=2), Point(y=2, x=1), Point(1, 2, "point")):
        assert (point.x, point.y, point.name) == (1, 2, "point")
        assert point == Point(1, 2)
        assert hash(point) == hash(Point(1, 2))
    assert Point(1) != Point(2)
    assert Point(1) != (1, 0, "point")
    assert Point._fields == ("x", "y", "name")


@pytest.mark.parametrize(
    ("values", "named"),
    [((), {}), ((1, 2, "a", 4), {}), ((1,), {"x": 1}), ((1,), {"z": 1}), ((), {"y": 1})],
    ids=["too few", "too many", "twice", "unknown", "one is missing"],
)
def test_a_record_with_wrong_arguments_is_refused(values: tuple[Any, ...], named: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="Point has x, y, name"):
        Point(*values, **named)


def test_a_record_is_immutable() -> None:
    """A verified value stays unchanged."""
    point = Point(1)
    with pytest.raises(AttributeError):
        point.x = 2  # type: ignore[misc]  # that is what is tried
    with pytest.raises(AttributeError):
        point.z = 2
    with pytest.raises(AttributeError):
        del point.x
    assert point.x == 1


def test_a_printed_request_shows_no_token() -> None:
    """Neither in a traceback nor in a log."""
    assert repr(HttpRequest("GET", "https://api.example/", [("Authorization", "Bearer canary")])).find("canary") < 0
    assert "scopes" in repr(Requirement(scopes=("orders:read",)))
