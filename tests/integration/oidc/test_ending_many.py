"""The DynamoDB calls that end 200 sessions and 200 grants. docs/data-model.md has these numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.sessions.request_origin import Origin
from idp.domain.tokens.grant import Grant
from idp.services.audit.recorder import SYSTEM
from idp.store import deliveries, grants, keys, sessions
from tests.integration.oidc.engine import Watched, watched
from tests.support.clock import Clock
from tests.support.deployment import WEB, Deployment

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.people.user import User
    from idp.domain.sessions.session import Session
    from idp.settings import Settings

MANY = 200
MOST = {"one session": 16, "all others": 42, "everything": 12, "disabled": 13, "erased": 50, "an app": 30, "signed out": 14}
"""The most calls that each action may make."""


@pytest.fixture
def both(oidc_settings: Settings, quick_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Deployment, Watched]:
    """Return a warm deployment, and the engine that counts its calls."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", quick_endpoint)
    idp, engine = watched(oidc_settings, Clock())
    idp.get("/jwks")
    return idp, engine


def crowded(idp: Deployment, *, one_session: bool = False) -> tuple[User, list[Session], list[Grant]]:
    """Return a person with 200 sessions and 200 live grants of an app with a logout URI. All are in the first session, or one in each."""
    app, user, now = idp.app(backchannel_logout_uri="https://app.example/backchannel"), idp.person(), idp.clock()
    begun = [idp.services.session_service.begin(user, proved_for="", origin=Origin()) for _ in range(MANY)]
    given = [
        Grant(
            id=idp.services.new_id(), user_id=user.id, client_id=app.id, scopes=("openid",), created_at=now, auth_time=now, acr="", amr=(),
            session_id=begun[0 if one_session else number].sid, code_expires_at=now + 60, not_after=now + 9999,
        )
        for number in range(MANY)
    ]  # fmt: skip
    items: list[Any] = [sessions.item(session, retention=9999) for session in begun]
    for grant in given:
        made = grants.item(grant)
        made.redeemed_at, made.expires_at = now, now + 9999
        items.append(made)
    idp.services.database.batch_write(puts=items)
    return user, begun, given


def ways(idp: Deployment, user: User, begun: list[Session], given: list[Grant]) -> dict[str, Callable[[], object]]:
    """Return the actions that end many sessions and grants, by name."""
    from idp.oauth.end_session import end_replaced_session

    access, people = idp.services.access, idp.services.user_service
    return {
        "one session": lambda: access.end_session(user, begun[0].id, SYSTEM, scope=DEPLOYMENT),
        "all others": lambda: access.end_other_sessions(user, begun[0], SYSTEM, scope=DEPLOYMENT),
        "everything": lambda: access.end_everything(user, SYSTEM, scope=DEPLOYMENT),
        "disabled": lambda: people.patch(user.id, {"disabled": True}, scope=DEPLOYMENT),
        "erased": lambda: people.delete(user.id, scope=DEPLOYMENT),
        "an app": lambda: access.revoke_app(user, given[0].client_id, SYSTEM, scope=DEPLOYMENT),
        "signed out": lambda: end_replaced_session(idp.services.provider, begun[0]),
    }


@pytest.mark.parametrize("way", MOST)
def test_calls_for_two_hundred(both: tuple[Deployment, Watched], way: str) -> None:
    """Sessions and grants are read once and written in batches of 25, so that a function ends them within its ten seconds."""
    idp, engine = both
    user, begun, given = crowded(idp, one_session=way in {"one session", "signed out"})
    act = ways(idp, user, begun, given)[way]
    engine.forget()
    act()
    assert len(engine.calls) <= MOST[way], Counter(engine.calls)


def test_all_others_are_over_and_the_one_goes_on(both: tuple[Deployment, Watched]) -> None:
    """Ending all other sessions has the result of ending each alone: their grants end, and their events and logout tokens are written."""
    idp, _ = both
    user, begun, given = crowded(idp)
    idp.services.access.end_other_sessions(user, begun[0], SYSTEM, scope=DEPLOYMENT)
    assert idp.services.access.sessions(user, scope=DEPLOYMENT) == [begun[0]]
    assert [grant.id for grant in idp.services.access.grants(user, scope=DEPLOYMENT)] == [given[0].id]
    ended = {event.target for event in idp.events(user) if event.type == "session.ended"}
    assert ended == {session.id for session in begun[1:]}
    waiting = deliveries.DeliveryItem.readable(idp.services.database.query_all("state", keys.DELIVERIES))
    told = {delivery.session_id for delivery in waiting if delivery.user_id == user.id}
    assert told == {session.sid for session in begun[1:]}


def test_what_another_ended_meanwhile_does_not_stop_the_rest(both: tuple[Deployment, Watched]) -> None:
    """The other sessions and grants are ended all the same. Nothing is ended twice, and no item is created for a missing one."""
    idp, _ = both
    user, begun, given = crowded(idp)
    idp.services.sessions.end(user.id, begun[7].id, idp.clock() - 5)
    idp.services.grants.revoke(user.id, given[3].id, idp.clock() - 5)
    gone = replace(begun[1], id="gone")
    ended = idp.services.sessions.end_all([*begun, gone], idp.clock())
    assert ended == [session for session in begun if session.id != begun[7].id]
    revoked = idp.services.grants.revoke_all(given, idp.clock())
    assert revoked == [grant for grant in given if grant.id != given[3].id]
    assert idp.services.sessions.get(user.id, "gone") is None, "nothing is made by ending it"
    assert idp.services.grants.revoke_all(given, idp.clock() + 1) == []
    assert idp.services.sessions.end_all(begun, idp.clock() + 1) == []


def test_grants_of_the_session_in_hand_stay(both: tuple[Deployment, Watched]) -> None:
    """The current session's grants stay, even if another session has its sid because the person signed in twice in one second."""
    idp, _ = both
    user = idp.person()
    browser = idp.browser()
    here = idp.sign_in(browser, user)
    tokens = idp.tokens(WEB, browser, scope="openid")
    twin = replace(here, id="twin", first_id=here.sid)
    idp.services.session_service.write(twin)
    idp.services.access.end_other_sessions(user, here, SYSTEM, scope=DEPLOYMENT)
    assert idp.userinfo(tokens["access_token"]).status == 200
    assert idp.services.access.sessions(user, scope=DEPLOYMENT) == [here]


def test_nothing_to_end(both: tuple[Deployment, Watched]) -> None:
    """With nothing to end there is one Query and no empty batch write, which DynamoDB would refuse."""
    idp, engine = both
    user = idp.person()
    here = idp.session(user)
    engine.forget()
    idp.services.access.end_other_sessions(user, here, SYSTEM, scope=DEPLOYMENT)
    assert engine.calls == ["Query"]
