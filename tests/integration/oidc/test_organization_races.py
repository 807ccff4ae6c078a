"""An organisation and its members change while codes and tokens are used at the same time, on a real engine."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.integration.oidc.conftest import ENDPOINT
from tests.integration.oidc.forging import claims_of
from tests.store.race import crowd
from tests.support.deployment import Deployment, prepared, settings
from tests.support.organising import change, join, leave, organisation

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.calling import Answer
    from tests.support.deployment import App

SCOPES = ("openid", "offline_access", "organization")


@pytest.fixture
def real(dynamodb_endpoint: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """A provider on a real engine."""
    monkeypatch.setenv(ENDPOINT, dynamodb_endpoint)
    return prepared(settings(str(tmp_path_factory.mktemp("oidc"))))


def app_of(idp: Deployment) -> App:
    """An app that may ask for an organisation."""
    return idp.app(scopes=SCOPES, organization="allowed")


def test_tokens_that_were_given_while_the_member_left_are_dead(real: Deployment) -> None:
    """T-03: whichever is first, nothing works afterwards: each use reads the membership."""
    app, it = app_of(real), organisation(real.services)
    for _ in range(5):
        ada = real.person()
        held = join(real.services, ada, it)
        codes = [real.code(app, ada, scope="openid offline_access organization") for _ in range(5)]
        answers = _beside(partial(leave, real.services, held), [partial(real.redeem, app, code) for code in codes])
        assert {answer.status for answer in answers} <= {200, 400}
        for answer in answers:
            if answer.status == 200:
                assert claims_of(answer.json["access_token"])["org_id"] == it.id
                assert real.refresh(app, answer.json["refresh_token"]).error == "invalid_grant"
                assert not real.alive(app, answer.json["access_token"])


def test_refreshes_during_the_end_of_the_organisation(real: Deployment) -> None:
    """T-03: disabled at the same time as twenty refreshes. Afterwards no token of it is accepted."""
    app, it, ada = app_of(real), organisation(real.services), real.person()
    join(real.services, ada, it)
    tokens = [real.tokens(app, ada, scope="openid offline_access organization")["refresh_token"] for _ in range(20)]
    end = partial(change, real.services, it, disabled=True)
    for answer in _beside(end, [partial(real.refresh, app, token) for token in tokens]):
        assert answer.status == 200 or answer.error == "invalid_grant"
        if answer.status == 200:
            assert real.refresh(app, answer.json["refresh_token"]).error == "invalid_grant"
            assert real.userinfo(answer.json["access_token"]).status == 401


def _beside(end: Callable[[], object], uses: list[Callable[[], Answer]]) -> list[Answer]:
    """The answers to all uses, which are sent while `end` is done."""

    def act(number: int) -> Answer | None:
        if number < len(uses):
            return uses[number]()
        end()
        return None

    return [answer for answer in crowd(len(uses) + 1, act) if answer is not None]


def test_one_code_has_one_use_for_an_organisation(real: Deployment) -> None:
    """B-07: of ten redemptions at once one gets tokens, and the others end them."""
    app, it, ada = app_of(real), organisation(real.services), real.person()
    join(real.services, ada, it)
    code = real.code(app, ada, scope="openid offline_access organization")
    answers = crowd(10, lambda _: real.redeem(app, code))
    assert sorted(answer.status for answer in answers) == [200, *[400] * 9]


def test_two_organisations_in_two_tabs(real: Deployment) -> None:
    """Codes for two organisations at once, in one session: each gets its own, and neither ends the other."""
    app, ada = app_of(real), real.person()
    both = [organisation(real.services) for _ in range(2)]
    for it in both:
        join(real.services, ada, it)
    browsers = [real.browser(ada) for _ in both]
    browsers[1].cookies.update(browsers[0].cookies)
    codes = crowd(10, lambda n: real.code(app, browsers[n % 2], scope=f"openid organization:{both[n % 2].slug}"))
    tokens = crowd(10, lambda n: real.redeem(app, codes[n]).json["access_token"])
    assert [claims_of(token)["org_id"] for token in tokens] == [both[n % 2].id for n in range(10)]
