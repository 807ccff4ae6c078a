"""Any claim mappings or attributes are refused with a message, or have the documented form (threats J-02, K-03)."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from idp.domain.apps.claim_mapping import ATTRIBUTES, RESERVED, SOURCES, TARGETS, parse, read_stored
from idp.domain.messages import render
from idp.domain.people import user_attributes

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=12), children, max_size=4),
    max_leaves=10,
)
NAMES = st.sampled_from([*sorted(RESERVED), "roles", "groups", "permissions", "entitlements", "x", "https://a.example/b"]) | st.text(
    max_size=140
)
MAYBE = st.dictionaries(
    NAMES | NAMES.map(str.upper) | NAMES.map(str.title),
    JSON
    | st.fixed_dictionaries(
        {
            "source": st.sampled_from([*SOURCES, "attributes.x", "attributes.", "claims.email"]) | st.text(max_size=90),
            "in": st.lists(st.sampled_from([*TARGETS, "refresh_token"]), max_size=4) | JSON,
        },
        optional={"essential": st.booleans()},
    ),
    max_size=25,
)


@given(MAYBE | JSON)
@example({"\u017fub": {"source": "roles", "in": ["userinfo"]}})
@example({"K": {"source": "roles", "in": ["userinfo"]}, "k": {"source": "roles", "in": ["userinfo"]}})
def test_no_mapping_says_what_a_token_says_by_itself(mappings: Any) -> None:
    """An accepted mapping has an unreserved ASCII name, an existing source and a target. It is read back unchanged."""
    try:
        found = parse(mappings)
    except ValueError:
        return
    for each in found:
        assert each.claim.isascii()
        assert each.claim.lower() not in RESERVED
        assert each.source in SOURCES or each.source.startswith(ATTRIBUTES)
        assert each.targets
        assert set(each.targets) <= set(TARGETS)
        assert each.claim.lower() not in {"roles", "groups", "permissions", "entitlements"} or each.source in SOURCES
    assert read_stored({each.claim: {"source": each.source, "in": list(each.targets)} for each in found}) == found
    assert len({each.claim.lower() for each in found}) == len(found)


@given(st.dictionaries(st.text(max_size=70), JSON | st.lists(st.text(max_size=300), max_size=60), max_size=60))
@example({"a": float("nan")})
@example({"a": float("inf")})
@example({"a": True, "b": 2**53 - 1})
@example({"a": ["\ud800"]})
def test_attributes_are_small_and_flat(attributes: dict[str, Any]) -> None:
    """They are refused with a message, or accepted. Accepted ones are unambiguous JSON."""
    problem = user_attributes.problem(attributes)
    if problem:
        assert problem[0] in {"", *attributes}
        assert render(problem[1]).endswith(".")
        return
    text = json.dumps(attributes, allow_nan=False)
    assert len(text) <= user_attributes.MOST_BYTES
    assert json.loads(text) == attributes
    assert not any(isinstance(value, dict) or value is None for value in attributes.values())
