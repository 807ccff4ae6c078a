"""Logout tokens of upstreams end the sessions that began there (OpenID Connect Back-Channel Logout 1.0, threats O-16)."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Unavailable
from tests.integration.account.people import signed_in
from tests.integration.account.upstreams import connection, identity, link, sign_in_as, with_connections

if TYPE_CHECKING:
    import httpx

    from tests.support.forms import Browser
    from tests.support.people import Person
    from tests.support.world import World


def told(world: World, name: str = "corp", /, *, jti: str = "", **claims: str) -> httpx.Response:
    """The answer to a logout token with these claims."""
    token = json.dumps({"jti": jti or secrets.token_hex(8), **claims})
    return world.browser().http.post(f"/upstream/{name}/backchannel-logout", data={"logout_token": token})


def came(world: World, person: Person, sid: str, *, of: str = "corp", app: str = "") -> Browser:
    """A browser that signed in by the connection, in this session of the upstream. The person is linked."""
    browser = world.browser()
    who = identity("1", of=of, sid=sid)
    page = world.authorize(browser, world.services.clients.get(app)) if app else browser.open("/account")  # type: ignore[arg-type]  # the app is stored
    sign_in_as(world, browser, page, who, of)
    return browser


def live(world: World, person: Person) -> set[str]:
    """The sessions of upstreams in which live sessions of this person began; "" for a password."""
    return {(one.upstream or {}).get("sid", "") for one in world.sessions(person)}


@pytest.fixture
def corp(alone: World) -> World:
    return with_connections(alone, connection(), connection("other"))


@pytest.fixture
def ada(corp: World) -> Person:
    """Linked at both connections, with a session of a password beside."""
    person = corp.person()
    link(corp, person, identity("1"))
    link(corp, person, identity("1", of="other"))
    signed_in(corp, person)
    return person


@pytest.mark.parametrize(
    ("claims", "left"),
    [
        ({"sub": "1", "sid": "a"}, {"", "b", "a2"}), ({"sid": "a"}, {"", "b", "a2"}), ({"sub": "1"}, {"", "a2"}),
        ({"sub": "2", "sid": "nothing"}, {"", "a", "b", "a2"}), ({"sid": "nothing"}, {"", "a", "b", "a2"}),
        ({"sub": "2"}, {"", "a", "b", "a2"}),
    ],
)  # fmt: skip
def test_a_logout_token_ends_the_sessions_that_it_names(corp: World, ada: Person, claims: dict[str, str], left: set[str]) -> None:
    for sid, of in (("a", "corp"), ("b", "corp"), ("a2", "other")):
        came(corp, ada, sid, of=of)
    answer = told(corp, **claims)
    assert (answer.status_code, answer.headers["Cache-Control"], answer.content) == (200, "no-store", b"")
    assert live(corp, ada) == left


def test_a_session_of_the_same_name_at_another_connection_stays(corp: World, ada: Person) -> None:
    came(corp, ada, "a")
    for name, claims in (("other", {"sid": "a"}), ("other", {"sub": "2", "sid": "a"}), ("other", {"sub": "1", "sid": "a"})):
        assert told(corp, name, **claims).status_code == 200
        assert live(corp, ada) == {"", "a"}


def test_apps_are_told_and_lose_their_access(corp: World, ada: Person) -> None:
    """As at a sign-out here. Access that the person gave for longer (offline_access) stays, as §2.7 says."""
    app = corp.client(backchannel_logout_uri="https://app.example/out")
    browser = came(corp, ada, "a", app=app.id)
    [grant] = corp.services.grants.of(ada.user.id)
    assert told(corp, sub="1", sid="a").status_code == 200
    [after] = corp.services.grants.of(ada.user.id)
    assert (grant.revoked_at, after.revoked_at) == (None, corp.clock())
    [delivery] = corp.services.deliveries.due(corp.clock() + 60, limit=9)
    assert (delivery.client_id, delivery.session_id) == (app.id, grant.session_id)
    assert [event.details.get("connection") for event in corp.audited("upstream.signed_out", ada)] == ["corp"]
    assert corp.authorize(browser, app).redirected_to is None


def test_a_session_with_our_second_factor_ends_too(corp: World) -> None:
    """It got a new id after the second factor."""
    person, browser = corp.person(totp=True), corp.browser()
    link(corp, person, identity("1"))
    page = sign_in_as(corp, browser, browser.open("/account"), identity("1", sid="a"))
    browser.submit(page, {"code": person.code(corp.clock())})
    assert live(corp, person) == {"a"}
    assert told(corp, sid="a").status_code == 200
    assert live(corp, person) == set()


def test_a_session_whose_upstream_told_no_sid_ends_with_each_of_the_person(corp: World, ada: Person) -> None:
    came(corp, ada, "")
    assert told(corp, sub="1", sid="unknown").status_code == 200
    assert not [one for one in corp.sessions(ada) if one.upstream]


def test_a_logout_token_counts_once(corp: World, ada: Person) -> None:
    """D-05: a recorded token ends no later session. The id counts for its connection."""
    came(corp, ada, "a")
    assert told(corp, jti="once", sub="1").status_code == 200
    came(corp, ada, "b")
    assert told(corp, jti="once", sub="1").status_code == 400
    assert live(corp, ada) == {"", "b"}
    assert told(corp, "other", jti="once", sub="1").status_code == 200
    assert told(corp, jti="x" * 255, sub="1").status_code == 200
    assert live(corp, ada) == {""}


def test_a_token_whose_effect_failed_may_be_sent_again(corp: World, ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    came(corp, ada, "a")

    def down(*_: Any, **__: Any) -> int:
        raise Unavailable(detail="test")

    with monkeypatch.context() as broken:
        broken.setattr(corp.services.access, "end_by_upstream", down)
        assert told(corp, jti="again", sub="1").status_code == 503
    assert live(corp, ada) == {"", "a"}
    assert told(corp, jti="again", sub="1").status_code == 200
    assert live(corp, ada) == {""}


def test_every_refusal_looks_the_same(corp: World) -> None:
    """§2.8. Neither the check that failed nor whether there is such a connection is told."""
    http = corp.browser().http
    answers = [
        http.post(f"/upstream/{name}/backchannel-logout", data=body)
        for name, body in (
            ("corp", {"logout_token": "wrong"}), ("corp", {}), ("nothing", {"logout_token": "wrong"}), ("UPPER", {}), ("a" * 60, {}),
        )
    ]  # fmt: skip
    assert {(one.status_code, one.headers["Cache-Control"], one.text) for one in answers} == {
        (400, "no-store", '{"error":"invalid_request"}')
    }
    assert http.get("/upstream/corp/backchannel-logout").status_code == 405


def test_a_connection_that_is_off_still_ends_sessions(alone: World) -> None:
    """The safe direction: who signed out there is signed out here."""
    world = with_connections(alone, connection())
    person = world.person()
    link(world, person, identity("1"))
    came(world, person, "a")
    store = world.services.connections
    found = store.get("corp")
    assert found
    assert store.replace(replace(found, enabled=False))
    assert told(world, sub="1").status_code == 200
    assert live(world, person) == set()


def test_an_erasure_removes_what_finds_the_person(corp: World, ada: Person) -> None:
    came(corp, ada, "a")
    assert finders(corp) == [ada.user.id]
    corp.services.user_service.delete(ada.user.id, scope=DEPLOYMENT)
    assert finders(corp) == []


def finders(world: World) -> list[str]:
    """The people that sessions of upstreams find."""
    return [raw["user_id"]["S"] for raw in world.services.database.scan("state") if raw["kind"] == {"S": "upstream_session"}]
