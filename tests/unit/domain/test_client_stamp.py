"""Stamps of clients: which grants and tokens belong to a client, and which of them are valid."""

from __future__ import annotations

import pytest

from idp.domain.apps.client import Client
from idp.domain.apps.client_stamp import is_of, is_valid, stamp
from idp.domain.tokens.grant import Grant

NOW = 1_800_000_000
OLD = Client(id="shop", created_at=NOW)
NEW = Client(id="shop", created_at=NOW, incarnation="i")


def test_a_stamp_has_incarnation_and_count() -> None:
    """It is empty without an incarnation until the first disabling, so that stored items from before stay readable."""
    assert (stamp("", 0), stamp("", 1), stamp("i", 0), stamp("i", 2)) == ("", ".1", "i.0", "i.2")


@pytest.mark.parametrize(
    ("given", "since", "valid", "about"),
    [
        ("i.0", NOW, True, True), ("i.0", NOW - 5, True, True), ("i.1", NOW, False, True), ("i.", NOW, False, True),
        ("i.00", NOW, False, True),
        ("", NOW, False, False), ("i", NOW, False, False), (".0", NOW, False, False), ("j.0", NOW, False, False),
        ("i.0.0", NOW, False, False), ("I.0", NOW, False, False), (" i.0", NOW, False, False),
    ],
)  # fmt: skip
def test_a_stamp_with_the_incarnation_belongs_to_the_client(given: str, since: int, *, valid: bool, about: bool) -> None:
    """Only the same stamp is valid. The time is not compared."""
    assert is_valid(given, since, incarnation="i", security_stamp=0, created_at=NOW) is valid
    assert is_of(given, since, incarnation="i", created_at=NOW) is about


@pytest.mark.parametrize(
    ("given", "since", "valid", "about"),
    [
        ("", NOW, True, True), ("", NOW + 1, True, True), ("", NOW - 1, False, False), (".1", NOW, False, True), (".0", NOW, False, True),
        ("i.0", NOW, False, False),
    ],
)  # fmt: skip
def test_an_empty_stamp_is_compared_by_time(given: str, since: int, *, valid: bool, about: bool) -> None:
    """A grant of a client without an incarnation has no stamp and is not older than the client."""
    assert is_valid(given, since, incarnation="", security_stamp=0, created_at=NOW) is valid
    assert is_of(given, since, incarnation="", created_at=NOW) is about


@pytest.mark.parametrize("client", [OLD, NEW], ids=["old", "new"])
def test_a_client_holds_its_own_grants(client: Client) -> None:
    """A grant with its stamp, unless the client is disabled; no grant of another client."""

    def grant(client_id: str, client_stamp: str) -> Grant:
        return Grant("g", "u", client_id, (), NOW, NOW, "", (), "s", client_stamp=client_stamp)

    assert client.holds(grant("shop", client.stamp))
    assert not client.holds(grant("shop", "k.0"))
    assert not client.holds(grant("other", client.stamp))
    disabled = Client(id="shop", created_at=NOW, incarnation=client.incarnation, disabled=True)
    assert not disabled.holds(grant("shop", disabled.stamp))
    assert disabled.knows(disabled.stamp, NOW)
