"""JSON has one interpretation here, whatever parser the sender used (I-JSON, RFC 7493)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.errors import Invalid
from idp.http.admin.strict_json import MOST_DEPTH, parse

WHOLE_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.floats(allow_nan=False, allow_infinity=False) | WHOLE_TEXT,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(WHOLE_TEXT, inside, max_size=3),
    max_leaves=8,
)


@given(PLAIN)
def test_plain_json_is_read_as_it_was_written(value: Any) -> None:
    """Spaced or not, escaped or not."""
    assert parse(json.dumps(value).encode()) == value
    assert parse(json.dumps(value, ensure_ascii=False, indent=2).encode()) == value


@given(st.binary(max_size=100))
def test_bytes_are_json_or_refused(data: bytes) -> None:
    """Nothing else is raised, and the sentence does not repeat them."""
    try:
        parse(data)
    except Invalid as refused:
        assert len(data) < 4 or data.decode("latin-1") not in refused.description  # noqa: PT017


@pytest.mark.parametrize("depth", [MOST_DEPTH, MOST_DEPTH + 2, 5000, 100_000])
def test_depth_is_bounded(depth: int) -> None:
    """Far below what would exhaust the stack."""
    nested = b"[" * depth + b"]" * depth
    if depth <= MOST_DEPTH:
        parse(nested)
    else:
        with pytest.raises(Invalid):
            parse(nested)
