"""Filters and PATCH compared with scim2-models, an implementation by other authors: for generated requests both give the same result."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scim2_models import EnterpriseUser, PatchOp, SCIMException, ScimFilter, ScimPolicy, User

from idp.domain.scim import filters, patching
from idp.domain.scim.matching import fits
from idp.domain.scim.patch_request import read_operations
from idp.domain.scim.refusal import ScimRefusal
from idp.domain.scim.schemas import ENTERPRISE, USER, USERS

Person = User[EnterpriseUser]
LENIENT = ScimPolicy(
    unknown=ScimPolicy.Unknown.ignore, remove_value_as_filter=ScimPolicy.RemoveValue.apply,
    unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
)  # fmt: skip
BOUNDED = settings(max_examples=150, deadline=None, derandomize=True)

words = st.sampled_from(["a", "A", "ab", "b", "work", "home", "x y", "Zoë"])
kinds = st.sampled_from(["work", "home", "other"])
phones = st.lists(st.fixed_dictionaries({"value": words, "type": kinds}), max_size=3, unique_by=lambda each: (each["value"], each["type"]))
people = st.fixed_dictionaries(
    {"userName": words},
    optional={
        "displayName": words, "nickName": words, "active": st.booleans(), "phoneNumbers": phones.filter(bool),
        "name": st.fixed_dictionaries({"givenName": words}, optional={"familyName": words}),
        ENTERPRISE: st.fixed_dictionaries({"department": words}),
    },
)  # fmt: skip

texts = st.sampled_from(
    ["userName", "displayName", "nickName", "name.givenName", "name.familyName", f"{ENTERPRISE}:department", "phoneNumbers.type"]
)
operators = st.sampled_from(["eq", "ne", "co", "sw", "ew"])


def quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


terms = st.one_of(
    st.builds(lambda path, op, value: f"{path} {op} {quoted(value)}", texts, operators, words),
    st.builds(lambda path: f"{path} pr", texts),
    st.builds(lambda value: f"active eq {json.dumps(value)}", st.booleans()),
    st.builds(lambda kind, op, value: f'phoneNumbers[type eq "{kind}" and value {op} {quoted(value)}]', kinds, operators, words),
)
queries = st.recursive(
    terms,
    lambda inner: st.one_of(
        st.builds(lambda one, word, other: f"({one}) {word} ({other})", inner, st.sampled_from(["and", "or"]), inner),
        st.builds(lambda one: f"not ({one})", inner),
    ),
    max_leaves=4,
)


@BOUNDED
@given(people, queries)
def test_a_filter_finds_what_the_judge_finds(person: dict[str, Any], query: str) -> None:
    """Operators, and, or, not, value filters, in any nesting."""
    judged = Person.model_validate({"schemas": [USER], **person}, scim_policy=LENIENT)
    assert fits(person, filters.parse(query), USERS) == ScimFilter[Person](query).match(judged), query


plain = st.sampled_from(["displayName", "nickName", "name.givenName", "name.familyName", f"{ENTERPRISE}:department"])
operations = st.one_of(
    st.builds(lambda op, path, value: {"op": op, "path": path, "value": value}, st.sampled_from(["add", "replace"]), plain, words),
    st.builds(lambda path: {"op": "remove", "path": path}, plain),
    st.builds(lambda op, value: {"op": op, "path": "phoneNumbers", "value": value},
              st.sampled_from(["add", "replace"]), phones.filter(bool)),
    st.builds(lambda kind: {"op": "remove", "path": f'phoneNumbers[type eq "{kind}"]'}, kinds),
    st.builds(lambda op, kind, value: {"op": op, "path": f'phoneNumbers[type eq "{kind}"].value', "value": value},
              st.sampled_from(["add", "replace"]), kinds, words),
    st.builds(lambda value: {"op": "replace", "value": value}, st.fixed_dictionaries({"nickName": words}, optional={"title": words})),
    st.builds(lambda value: {"op": "replace", "path": "active", "value": value}, st.booleans()),
)  # fmt: skip


@BOUNDED
@given(people, st.lists(operations, min_size=1, max_size=3))
def test_a_patch_gives_what_the_judge_gives(person: dict[str, Any], sent: list[dict[str, Any]]) -> None:
    """All operations or none. Where the judge refuses a removal of nothing, ours may accept it."""
    body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": sent}
    judged = Person.model_validate({"schemas": [USER], "id": "x", **person}, scim_policy=LENIENT)
    try:
        PatchOp[Person].model_validate(body, scim_policy=LENIENT).patch(judged, scim_policy=LENIENT)
    except SCIMException:
        return
    ours = patching.apply(USERS, person, read_operations(USERS, body, strict=False), strict=False)
    theirs = {name: value for name, value in judged.model_dump().items() if name not in {"schemas", "id", "meta"}}
    assert normal(ours) == normal(theirs), sent


def normal(value: Any) -> Any:
    """Without empty objects, and lists in one order and without equal values, which ours stores once (RFC 7643 §2.4)."""
    if isinstance(value, dict):
        return {name: inner for name, each in value.items() if (inner := normal(each)) not in ({}, [], None)}
    if not isinstance(value, list):
        return value
    texts = {json.dumps(normal(each), sort_keys=True) for each in value}
    return [json.loads(text) for text in sorted(texts)]


HOSTILE = [
    "", "(", ")", "(" * 5000, "not(" * 5000, 'userName eq "' + "x" * 70_000 + '"', " or ".join(['userName eq "a"'] * 2000), "userName eq",
    'userName xx "a"', "userName eq {}", "userName eq [1]", "userName eq 1e999", "userName eq NaN", 'phoneNumbers[type eq "a"',
    'a[b[c eq "d"]]',
    'userName eq "a" userName eq "b"', "\0", '"\\', 'userName eq "\\u12"', "[" * 3000, "userName gt true extra", "pr",
    'userName pr "a"',
]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_filter_is_refused_without_much_work(query: str) -> None:
    """Bounds on length, depth and terms: nothing recurses with the input (threats P-06)."""
    with pytest.raises(ScimRefusal) as refused:
        filters.parse(query)
    assert refused.value.scim_type == "invalidFilter"


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(alphabet='abeimnoprstuvy[]()"\\ .:$0123456789-', max_size=60))
def test_any_text_is_a_filter_or_is_refused(text: str) -> None:
    with contextlib.suppress(ScimRefusal):
        fits({"userName": "a", "phoneNumbers": [{"value": "b"}]}, filters.parse(text), USERS)
