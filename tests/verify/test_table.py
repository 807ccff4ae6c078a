"""One table of tokens with the same answer in every adapter: authorizer (every kind of event), decorator, Powertools, FastAPI, ASGI."""

from __future__ import annotations

import pytest

from tests.verify.cases import CASES, Case
from tests.verify.issuer import Issuer
from tests.verify.places import AUTHORIZERS, PLACES, Request, Setting


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer()


# RFC 9470 §3 requires 401. An authorizer's 401 carries no reason, and the client would ask again for a token that is valid.
STEP_UP = "insufficient_user_authentication"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_adapter_gives_the_same_answer(issuer: Issuer, place: str, case: Case) -> None:
    """200, 401 or 403 for each token."""
    setting = Setting(issuer)
    expected = 401 if case.why == STEP_UP and place not in AUTHORIZERS else case.status
    assert PLACES[place](setting)(Request(case.make(issuer), case.method)) == expected
    if place in AUTHORIZERS and case.why:
        assert setting.reasons == [case.why]


def test_no_token_makes_the_verifier_fetch_another_url(issuer: Issuer) -> None:
    """D-05: no token makes a verifier fetch anything but the issuer's keys, once."""
    before, setting = issuer.fetches, Setting(issuer)
    ask = AUTHORIZERS["authorizer, REST, TOKEN"](setting)
    for case in CASES:
        ask(Request(case.make(issuer), case.method))
    assert issuer.fetches - before == 1
