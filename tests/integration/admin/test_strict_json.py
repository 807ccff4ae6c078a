"""Each JSON body has one interpretation, whatever parser the sender used (I-JSON, RFC 7493)."""

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
def test_valid_json_keeps_its_value(value: Any) -> None:
    """With and without spaces and escapes."""
    assert parse(json.dumps(value).encode()) == value
    assert parse(json.dumps(value, ensure_ascii=False, indent=2).encode()) == value


@given(st.binary(max_size=100))
def test_each_byte_string_is_parsed_or_refused(data: bytes) -> None:
    """No other exception is raised, and the message does not repeat the bytes."""
    try:
        parse(data)
    except Invalid as refused:
        assert len(data) < 4 or data.decode("latin-1") not in refused.description  # noqa: PT017  # not each example is refused


@pytest.mark.parametrize("depth", [MOST_DEPTH, MOST_DEPTH + 2, 5000, 100_000])
def test_deep_nesting_is_refused(depth: int) -> None:
    """The limit is far below what would exhaust the stack."""
    nested = b"[" * depth + b"]" * depth
    if depth <= MOST_DEPTH:
        parse(nested)
    else:
        with pytest.raises(Invalid):
            parse(nested)
