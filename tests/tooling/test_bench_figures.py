"""The figures that `make bench` computes itself."""

from __future__ import annotations

import pytest

from bench.tells_apart import auc


@pytest.mark.parametrize(
    ("some", "others", "area"),
    [
        ([2.0, 3.0], [0.0, 1.0], 1.0),
        ([0.0, 1.0], [2.0, 3.0], 0.0),
        ([1.0, 1.0], [1.0], 0.5),
        ([0.0, 3.0], [1.0, 2.0], 0.5),
        ([1.0, 3.0], [0.0, 2.0], 0.75),
    ],
)
def test_the_area_is_the_chance_that_one_is_above_the_other(some: list[float], others: list[float], area: float) -> None:
    """0.5 where the two sorts cannot be told apart, 0 or 1 where each answer tells."""
    assert auc(some, others) == area
