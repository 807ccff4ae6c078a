"""Client identifier URLs and how long their documents stay fresh: no text raises an exception, and no forbidden part is accepted."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.apps.client_id_url import host_of, is_among, is_url, problem
from idp.domain.freshness import LEAST, MOST, lifetime

URLISH = st.lists(
    st.sampled_from(
        ["https://", "http:", "agent", ".example", "/", ".", "..", "%2e", "@", ":", "443", "#", "?", "\\", "é", " ", "[::1]", "\t", "x"]
    ),
    max_size=10,
).map("".join)


@given(st.one_of(st.text(max_size=60), URLISH, URLISH.map("https://agent.example/".__add__)))
def test_what_passes_has_nothing_that_is_forbidden(text: str) -> None:
    """§2 of the draft, checked with another parser."""
    if problem(text) is not None:
        return
    parts = urlsplit(text)
    assert (parts.scheme, parts.fragment, parts.username, parts.password) == ("https", "", None, None)
    assert parts.hostname == host_of(text) or parts.hostname == host_of(text).strip("[]")
    assert len(parts.path) > 1
    assert not {".", "..", "%2e", "%2e%2e"} & set(parts.path.lower().split("/"))
    assert is_url(text)
    assert text.isascii()


@given(st.dictionaries(st.sampled_from(["cache-control", "expires", "date", "age"]), st.text(max_size=40)), st.integers(0, 2**33))
def test_freshness_stays_within_its_bounds(headers: dict[str, str], now: int) -> None:
    """For any headers of the host."""
    assert LEAST <= lifetime(headers, now) <= MOST


@pytest.mark.parametrize(
    ("host", "names", "among"),
    [
        ("agent.example", "agent.example", True), ("a.agent.example", "agent.example", True), ("notagent.example", "agent.example", False),
        ("agent.example", "a.agent.example", False), ("agent.example", "", False), ("agent.example", "x  Agent.Example", True),
        ("agent.example.evil", "agent.example", False), ("example", "agent.example", False),
    ],
)  # fmt: skip
def test_a_name_stands_for_itself_and_what_is_below(host: str, names: str, *, among: bool) -> None:
    """A name that only has the same ending does not match."""
    assert is_among(host, names) is among
