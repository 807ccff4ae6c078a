"""The development server on another port than in its last run."""

from __future__ import annotations

import pytest

from idp.cli.dev_server.address import _move


@pytest.mark.parametrize(
    ("registered", "now"),
    [
        ([], ["http://localhost:9001/callback"]),
        (["http://localhost:8001/callback"], ["http://localhost:9001/callback"]),
        (["https://app.example/cb", "http://localhost:8001/callback"], ["http://localhost:9001/callback", "https://app.example/cb"]),
        (["http://localhost:8001/other"], ["http://localhost:9001/callback", "http://localhost:8001/other"]),
        (["http://localhost:8001/"], ["http://localhost:9001/callback"]),
    ],
)
def test_demo_redirect_uris_follow_the_address_and_added_ones_stay(registered: list[str], now: list[str]) -> None:
    """The first URI is always that of the present address."""
    assert _move(registered, ["http://localhost:9001/callback"]) == now
