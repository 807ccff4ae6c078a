"""A verifier matches the challenge that was made from it, and no other does (RFC 7636 §4.6)."""

import string

from hypothesis import assume, given
from hypothesis import strategies as st

from idp.domain.requests.pkce import challenge_of, challenge_problem, verifier_matches

UNRESERVED = string.ascii_letters + string.digits + "-._~"
verifiers = st.text(UNRESERVED, min_size=43, max_size=128)


@given(verifiers)
def test_every_verifier_matches_its_own_challenge(verifier: str) -> None:
    challenge = challenge_of(verifier)
    assert challenge_problem(challenge, "S256") is None
    assert verifier_matches(verifier, challenge)


@given(verifiers, st.data())
def test_no_mutant_of_a_verifier_matches(verifier: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(verifier)))
    end = data.draw(st.integers(start, len(verifier)))
    mutant = verifier[:start] + data.draw(st.one_of(st.text(max_size=5), st.text(UNRESERVED, max_size=5))) + verifier[end:]
    assume(mutant != verifier)
    assert not verifier_matches(mutant, challenge_of(verifier))


@given(st.text(), st.text())
def test_no_text_at_all_matches_by_accident_or_breaks_it(verifier: str, challenge: str) -> None:
    assert not verifier_matches(verifier, challenge)


@given(st.one_of(st.none(), st.text()), st.one_of(st.none(), st.text(), st.just("S256")))
def test_every_challenge_gets_an_answer(challenge: str | None, method: str | None) -> None:
    problem = challenge_problem(challenge, method)
    assert problem is None or problem.id.startswith("pkce.")
