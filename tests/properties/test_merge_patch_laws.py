"""JSON Merge Patch (RFC 7396): a second application of a patch changes nothing, and a patch removes the members that are null in it."""

import copy

from hypothesis import given
from hypothesis import strategies as st

from idp.domain.merge_patch import apply, apply_to_object

names = st.sampled_from(["a", "b", "c"])
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=3)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=3)),
    max_leaves=8,
)
objects = st.dictionaries(names, values, max_size=3)


@given(values, values)
def test_a_patch_is_idempotent_and_changes_neither_side(target: object, patch: object) -> None:
    before = copy.deepcopy((target, patch))
    once = apply(target, patch)
    assert apply(once, patch) == once
    assert (target, patch) == before


@given(objects, objects)
def test_what_a_patch_does_not_name_stays_and_what_it_nulls_goes(target: dict[str, object], patch: dict[str, object]) -> None:
    result = apply_to_object(target, patch)
    assert apply(target, patch) == result
    assert result.keys() == (target.keys() - patch.keys()) | {name for name, value in patch.items() if value is not None}
    assert all(result[name] == target[name] for name in target.keys() - patch.keys())
