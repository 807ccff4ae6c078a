"""Names that a dry run has seen."""

from __future__ import annotations

import tracemalloc

from idp.services.moving.seen_names import SeenNames


def test_a_name_is_known_from_the_second_time_on() -> None:
    """Of 50,000 names none is taken for another one, and each is known again."""
    seen = SeenNames()
    names = [f"person{number}@people.example" for number in range(50_000)]
    assert [name for name in names if seen.see(name)] == []
    assert all(seen.see(name) for name in names)


def test_the_memory_does_not_grow() -> None:
    """It is all taken at the beginning, whatever comes."""
    seen = SeenNames()
    tracemalloc.start()
    for number in range(1000):
        seen.see(f"{number}" * 100)
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < 10_000
