"""JSON Merge Patch: RFC 7396."""

import copy

import pytest

from idp.domain.merge_patch import MAX_DEPTH, apply, apply_to_object


@pytest.mark.parametrize(
    ("original", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_the_examples_of_the_specification(original: object, patch: object, result: object) -> None:
    """RFC 7396, Appendix A."""
    before = copy.deepcopy((original, patch))
    assert apply(original, patch) == result
    assert (original, patch) == before


def test_a_patch_of_a_resource_must_be_an_object() -> None:
    assert apply_to_object({"a": 1}, {"b": None, "c": {"d": 2}}) == {"a": 1, "c": {"d": 2}}


@pytest.mark.parametrize("kind", ["object", "array"])
def test_a_deeply_nested_patch_is_refused(kind: str) -> None:
    """K-01: the sender chooses the depth, so it is not walked by recursion."""

    def nested(depth: int) -> object:
        value: object = 1
        for _ in range(depth):
            value = {"a": value} if kind == "object" else [value]
        return value

    assert apply({}, nested(MAX_DEPTH)) == nested(MAX_DEPTH)
    for depth in (MAX_DEPTH + 1, 100_000):
        with pytest.raises(ValueError, match="nested deeper"):
            apply({}, nested(depth))
        with pytest.raises(ValueError, match="nested deeper"):
            apply_to_object({}, {"a": nested(depth)})
