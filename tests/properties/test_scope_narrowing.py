"""Narrowing never widens (RFC 6749 §6)."""

import string

from hypothesis import given
from hypothesis import strategies as st

from idp.domain.requests.scope import beyond, claims_of, keep, narrow, parse

tokens = st.lists(st.one_of(st.sampled_from(["openid", "profile", "email", "offline_access", "a"]), st.text(max_size=3)), max_size=8)
profiles = st.dictionaries(st.text(max_size=12), st.one_of(st.none(), st.text(max_size=3), st.booleans()), max_size=8)


@given(tokens, tokens)
def test_narrowing_never_widens(asked: list[str], granted: list[str]) -> None:
    result = narrow(asked, granted)
    if result is None:
        assert not set(asked) <= set(granted)
    else:
        assert set(result) <= set(granted)
        assert set(result) == set(asked or granted)


@given(st.lists(tokens, max_size=6), tokens)
def test_a_chain_of_refreshes_never_widens(chain: list[list[str]], granted: list[str]) -> None:
    held = tuple(granted)
    for asked in chain:
        held = narrow(asked, held) or held
        assert set(held) <= set(granted)


@given(tokens, tokens)
def test_what_is_asked_is_kept_or_named_as_beyond(asked: list[str], allowed: list[str]) -> None:
    kept, over = keep(asked, allowed), beyond(asked, allowed)
    assert set(kept) <= set(allowed)
    assert not set(over) & set(allowed)
    assert sorted(kept + over) == sorted(set(asked))


@given(st.one_of(st.text(), st.text(string.printable)))
def test_any_text_is_a_scope_or_refused(value: str) -> None:
    try:
        scopes = parse(value)
    except ValueError:
        return
    assert parse(" ".join(scopes)) == scopes
    assert len(set(scopes)) == len(scopes)
    assert all(scope in value.split(" ") and scope.isascii() and scope.isprintable() for scope in scopes)


@given(tokens, profiles)
def test_claims_are_those_of_the_person_never_more(scopes: list[str], profile: dict[str, object]) -> None:
    claims = claims_of(scopes, profile)
    assert claims.items() <= profile.items()
    assert None not in claims.values()
