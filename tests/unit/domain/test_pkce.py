"""PKCE: RFC 7636 with S256 only. Threats B-02, B-04, B-05."""

# ruff: noqa: RUF001 -- characters that look like others are what is tested

import pytest

from idp.domain.messages import render
from idp.domain.requests.pkce import challenge_of, challenge_problem, verifier_matches

# RFC 7636, Appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_the_example_of_the_specification_matches() -> None:
    assert challenge_of(VERIFIER) == CHALLENGE
    assert challenge_problem(CHALLENGE, "S256") is None
    assert verifier_matches(VERIFIER, CHALLENGE)


@pytest.mark.parametrize("length", [43, 128])
def test_the_shortest_and_the_longest_verifier_match(length: int) -> None:
    verifier = "a.~_-Z9"[:7] + "x" * (length - 7)
    assert verifier_matches(verifier, challenge_of(verifier))


@pytest.mark.parametrize("length", [0, 1, 42, 129, 4096, 65536])
def test_a_verifier_of_a_wrong_length_is_refused(length: int) -> None:
    """B-02: an empty one too. B-15: a verifier that is too long does not count as absent."""
    verifier = "x" * length
    assert not verifier_matches(verifier, challenge_of(verifier))


@pytest.mark.parametrize("wrong", ["+", "/", " ", "=", "\n", "\x00", "%", "ä", "ａ", "\ud800"])
@pytest.mark.parametrize("place", [0, 20, 43])
def test_a_verifier_with_other_characters_is_refused(wrong: str, place: int) -> None:
    """B-05: a newline at the end is a character too."""
    assert not verifier_matches(VERIFIER[:place] + wrong + VERIFIER[place:], CHALLENGE)


def test_a_verifier_is_not_its_own_challenge() -> None:
    """B-04: the method `plain` is not used."""
    assert not verifier_matches(VERIFIER, VERIFIER)
    assert not verifier_matches(CHALLENGE, CHALLENGE)


@pytest.mark.parametrize("challenge", ["", CHALLENGE + "=", CHALLENGE[:-1], CHALLENGE.lower(), "ä" * 43, "\ud800" * 43])
def test_a_malformed_stored_challenge_matches_no_verifier(challenge: str) -> None:
    assert not verifier_matches(VERIFIER, challenge)


@pytest.mark.parametrize(
    ("challenge", "method", "reason"),
    [
        (None, "S256", "missing"),
        ("", "S256", "missing"),
        (None, None, "missing"),
        (CHALLENGE, None, "default (plain)"),
        (CHALLENGE, "", "S256"),
        (CHALLENGE, "plain", "S256"),
        (CHALLENGE, "s256", "S256"),
        (CHALLENGE, "S512", "S256"),
        (CHALLENGE, "S256 ", "S256"),
        (CHALLENGE, "Ｓ256", "S256"),
        (CHALLENGE + "=", "S256", "43"),
        (CHALLENGE[:-1], "S256", "43"),
        (CHALLENGE + "\n", "S256", "43"),
        (CHALLENGE[:-1] + "+", "S256", "43"),
        ("ä" * 43, "S256", "43"),
        ("x" * 1000, "S256", "43"),
    ],
)
def test_a_challenge_that_is_not_s256_is_refused(challenge: str | None, method: str | None, reason: str) -> None:
    """B-04: no method, plain, and anything that is not a SHA-256 in base64url."""
    problem = challenge_problem(challenge, method)
    assert problem is not None
    assert reason in render(problem)
