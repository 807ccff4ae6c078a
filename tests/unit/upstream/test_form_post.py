"""An answer by form_post: browsers leave our cookies out of it, so it is repeated by GET and bound there (threats I-03, O-12)."""

from __future__ import annotations

from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from idp.services.upstream.answer import POSTED_LIFETIME
from idp.services.upstream.sign_in import UpstreamRefused
from tests.unit.upstream.hostile import ISSUER, state_of

if TYPE_CHECKING:
    from idp.domain.connections.connection import Connection
    from idp.services.upstream.sign_in import Begun, Finished
    from tests.unit.upstream.hostile import Hostile


@pytest.fixture
def posting(up: Hostile) -> Connection:
    return up.other(response_mode="form_post")


def repeated(up: Hostile, connection: Connection, form: dict[str, str]) -> dict[str, str]:
    """The query of the GET that follows the POST."""
    url = up.service.repost(connection, form, up.clock())
    assert url.startswith(f"{ISSUER}/upstream/{connection.id}/callback?")
    return dict(parse_qsl(urlsplit(url).query))


def finish(up: Hostile, connection: Connection, query: dict[str, str], begun: Begun) -> Finished:
    return up.service.finish(connection, query, begun.cookie_value, up.clock())


def refused(act: Any) -> str:
    with pytest.raises(UpstreamRefused) as refusal:
        act()
    return refusal.value.message.id.removeprefix("upstream.")


def test_a_posted_answer_is_repeated_and_finishes_the_attempt(up: Hostile, posting: Connection) -> None:
    """The code is sealed in the URL, and the state leads to the cookie."""
    begun = up.begin(posting)
    query = repeated(up, posting, {"state": state_of(begun), "code": "c0de", "iss": up.site.origin, "other": "x"})
    assert query.keys() == {"state", "posted"}
    assert "c0de" not in query["posted"]
    assert up.service.cookie_name(posting, query["state"], 1) == begun.cookie_name
    assert finish(up, posting, query, begun).identity.subject == "person"
    assert up.site.asked_for[0].form["code"] == "c0de"


def test_another_browser_cannot_finish_it(up: Hostile, posting: Connection) -> None:
    """The POST itself proves nothing, because it comes without cookies."""
    begun, other = up.begin(posting), up.begin(posting)
    query = repeated(up, posting, {"state": state_of(begun), "code": "c0de"})
    for cookie in (None, "", other.cookie_value):
        assert refused(lambda cookie=cookie: up.service.finish(posting, query, cookie, up.clock())) == "other_browser"
    assert up.site.paths() == []


def test_the_repeated_answer_counts_for_a_minute_and_for_its_own_state_and_connection(up: Hostile, posting: Connection) -> None:
    begun, other = up.begin(posting), up.begin(posting)
    query = repeated(up, posting, {"state": state_of(begun), "code": "c0de"})
    assert refused(lambda: finish(up, posting, query | {"state": state_of(other)}, other)) == "answer_invalid"
    elsewhere = up.other(id="b", response_mode="form_post")
    of_b = repeated(up, elsewhere, {"state": state_of(begun), "code": "c0de"})
    assert refused(lambda: finish(up, posting, query | {"posted": of_b["posted"]}, begun)) == "answer_invalid"
    for posted in ("", "x", query["state"], query["posted"] + "x"):
        assert refused(lambda posted=posted: finish(up, posting, query | {"posted": posted}, begun)) == "answer_invalid"
    up.clock.advance(POSTED_LIFETIME)
    assert refused(lambda: finish(up, posting, query, begun)) == "answer_invalid"
    assert up.site.paths() == []


def test_the_answer_must_come_in_the_way_that_was_asked_for(up: Hostile, posting: Connection) -> None:
    """A code in the query does not count with form_post, and a form does not count without it."""
    begun = up.begin(posting)
    assert refused(lambda: finish(up, posting, {"state": state_of(begun), "code": "c0de"}, begun)) == "answer_invalid"
    plain = up.begin()
    assert refused(lambda: up.service.repost(up.connection, {"state": state_of(plain), "code": "c0de"}, up.clock())) == "answer_invalid"


@pytest.mark.parametrize("state", ["", "x", "\ud800"])
def test_a_form_without_a_state_of_this_provider_is_refused(up: Hostile, posting: Connection, state: str) -> None:
    """So the provider seals nothing for strangers."""
    assert refused(lambda: up.service.repost(posting, {"state": state, "code": "c0de"}, up.clock())) == "answer_invalid"


def test_members_that_are_too_long_are_left_out(up: Hostile, posting: Connection) -> None:
    """So the URL of the GET stays short. Text that cannot be compressed shows it."""
    begun, noise = up.begin(posting), token_urlsafe(5000)
    query = repeated(up, posting, {"state": state_of(begun), "code": noise, "user": noise, "error": noise[:500], "iss": noise})
    assert len(query["posted"]) < 300
    assert refused(lambda: finish(up, posting, query, begun)) == "answer_invalid"


def test_an_error_is_posted_too(up: Hostile, posting: Connection) -> None:
    """Apple: the person cancels."""
    begun = up.begin(posting)
    query = repeated(up, posting, {"state": state_of(begun), "error": "user_cancelled_authorize"})
    assert refused(lambda: finish(up, posting, query, begun)) == "cancelled"


NAME = '{"name":{"firstName":"Ada","lastName":"Lovelace"},"email":"victim@bank.example"}'


def test_the_name_that_apple_posts_counts_as_typed_text(up: Hostile, posting: Connection) -> None:
    """O-12: it is not signed. The name fills in a form; the address in it never counts."""
    apple = up.other(response_mode="form_post", preset="apple", userinfo_endpoint="")
    up.changed = {"name": None, "email": None, "email_verified": "true"}
    begun = up.begin(apple)
    identity = finish(up, apple, repeated(up, apple, {"state": state_of(begun), "code": "c", "user": NAME}), begun).identity
    assert identity.claims == {"given_name": "Ada", "family_name": "Lovelace", "name": "Ada Lovelace"}
    assert (identity.email, identity.email_verified, identity.email_authoritative) == (None, False, False)
    assert identity.subject == "person"


@pytest.mark.parametrize(
    "user",
    [
        "", "x", "[]", "1", "null", '{"name":1}', '{"name":[]}', '{"name":{"firstName":1}}', '{"name":{"firstName":""}}', "[" * 2000,
        '{"name":{"firstName":"a\\nb","lastName":"' + "x" * 300 + '"}}', '{"name":{"firstName":"\\ud800"}}', '{"name":{},"name":{}}',
    ],
)  # fmt: skip
def test_a_malformed_name_is_ignored(up: Hostile, user: str) -> None:
    """Apple signed the subject, so the sign-in goes on."""
    apple = up.other(response_mode="form_post", preset="apple", userinfo_endpoint="")
    up.changed = {"name": None}
    begun = up.begin(apple)
    form = {"state": state_of(begun), "code": "c", "user": user}
    assert finish(up, apple, repeated(up, apple, form), begun).identity.claims == {}
