"""The parser of the scope `organization` (docs/organizations.md): it never guesses which organisation was meant."""

from __future__ import annotations

from random import Random

from hypothesis import example, given
from hypothesis import strategies as st

from idp.domain.errors import InvalidValue
from idp.domain.organisations.profile import is_slug, may_be_org_id
from idp.domain.requests import organisation_scope, scope
from idp.domain.requests.organisation_scope import ANY, PREFIX, SCOPE

NAMES = st.one_of(
    st.from_regex(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", fullmatch=True), st.from_regex(r"org_[A-Za-z0-9_-]{1,60}", fullmatch=True)
)
TOKENS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters='"\\'), min_size=1, max_size=80)
SENT = st.lists(TOKENS | st.sampled_from(["openid", SCOPE]) | NAMES.map(PREFIX.__add__) | TOKENS.map(PREFIX.__add__), max_size=6)
PARAMETERS = st.just("") | NAMES | st.text(max_size=80)


def outcome(scopes: list[str], parameter: str) -> str | None:
    """What is asked for; None if it is refused."""
    try:
        return organisation_scope.asked(scopes, parameter)
    except InvalidValue:
        return None


@given(SENT, PARAMETERS)
@example([SCOPE], ANY)
@example([PREFIX + ANY], "")
@example([PREFIX], "")
@example([f"{PREFIX}a", f"{PREFIX}a"], "a")
@example([f"{PREFIX}a", f"{PREFIX}A"], "")
def test_the_answer_is_the_one_name_that_was_sent(scopes: list[str], parameter: str) -> None:
    """One valid name, ANY for the bare scope, nothing; everything else is refused. The star is never taken from outside."""
    named = {each.removeprefix(PREFIX) for each in scopes if each.startswith(PREFIX)} | ({parameter} if parameter else set())
    answer = outcome(scopes, parameter)
    if len(named) > 1:
        assert answer is None
    elif named:
        (name,) = named
        assert answer == (name if is_slug(name) or may_be_org_id(name) else None)
        assert answer != ANY
    else:
        assert answer == (ANY if SCOPE in scopes else "")


@given(SENT, PARAMETERS, st.randoms())
def test_order_and_repetition_change_nothing(scopes: list[str], parameter: str, random: Random) -> None:
    """RFC 6749 §3.3: the order of scopes has no meaning."""
    shuffled = [*scopes, *scopes]
    random.shuffle(shuffled)
    assert outcome(shuffled, parameter) == outcome(scopes, parameter)


@given(SENT)
def test_the_granted_scope_never_names_an_organisation(scopes: list[str]) -> None:
    """The grant has the organisation itself. Other scopes stay, in their order, each once; a second time changes nothing."""
    plain = organisation_scope.plain(scopes)
    assert not organisation_scope.names_one(plain)
    assert (SCOPE in plain) == (SCOPE in scopes or organisation_scope.names_one(scopes))
    rest = [each for each in dict.fromkeys(scopes) if each != SCOPE and not each.startswith(PREFIX)]
    assert [each for each in plain if each != SCOPE] == rest
    assert organisation_scope.plain(plain) == plain


@given(NAMES)
def test_each_id_and_slug_is_a_scope_token(name: str) -> None:
    """RFC 6749 §3.3: an organisation can be asked for by its id and by its slug, and the two never collide."""
    assert scope.parse(PREFIX + name) == (PREFIX + name,)
    assert organisation_scope.asked([PREFIX + name]) == name
    assert is_slug(name) != may_be_org_id(name)
