"""One table of tokens, the same answer everywhere: authorizer (every kind of event), decorator, Powertools, FastAPI, ASGI."""

from __future__ import annotations

import pytest

from tests.verify.cases import CASES, Case
from tests.verify.issuer import Issuer
from tests.verify.places import AUTHORIZERS, PLACES, Request, Setting


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer()


# RFC 9470 §3 asks for 401; an authorizer's 401 says nothing, and the gateway would ask again for a token that is right.
STEP_UP = "insufficient_user_authentication"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_place_answers_alike(issuer: Issuer, place: str, case: Case) -> None:
    """Allowed, 401 or 403, whatever the token."""
    setting = Setting(issuer)
    expected = 401 if case.why == STEP_UP and place not in AUTHORIZERS else case.status
    assert PLACES[place](setting)(Request(case.make(issuer), case.method)) == expected
    if place in AUTHORIZERS and case.why:
        assert setting.reasons == [case.why]


def test_no_token_leads_anywhere(issuer: Issuer) -> None:
    """D-05: nothing in a token makes a verifier fetch anything but the issuer's keys, once."""
    before, setting = issuer.fetches, Setting(issuer)
    ask = AUTHORIZERS["authorizer, REST, TOKEN"](setting)
    for case in CASES:
        ask(Request(case.make(issuer), case.method))
    assert issuer.fetches - before == 1
