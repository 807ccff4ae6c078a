"""The accounts at other services on the account page: connect and disconnect (threats O-14, O-16, O-18, I-07)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.integration.account.people import granted, mails, signed_in
from tests.integration.account.upstreams import (
    connection,
    go,
    identity,
    link,
    link_of,
    put,
    return_as,
    sign_in_as,
    upstream_of,
    with_connections,
)

if TYPE_CHECKING:
    from tests.support.world import World

EXPIRED = 301


def test_a_person_connects_an_account_and_signs_in_with_it(alone: World) -> None:
    world = with_connections(alone, connection())
    person, who = world.person(), identity("1", "other@else.example")
    browser = signed_in(world, person)
    page = return_as(world, browser, who, go(browser, browser.open("/account")))
    assert str(page.response.url).endswith("/account?done=connected")
    assert "other@else.example" in page.text
    [made] = link_of(world, person)
    assert (made.subject, made.how) == ("1", "account_page")
    assert mails(world, person)[0] == "Another way to sign in was added to your account"
    other, app = world.browser(), world.client()
    assert "code" in sign_in_as(world, other, world.authorize(other, app), who).answer
    assert person.user.id in {session.user_id for session in world.services.sessions.of(person.user.id)}


def test_connecting_needs_a_fresh_confirmation(alone: World) -> None:
    world = with_connections(alone, connection())
    person = world.person()
    browser = signed_in(world, person)
    world.clock.advance(EXPIRED)
    page = browser.submit(browser.open("/account"), button="connect-corp")
    assert "password" in page.fields
    assert "form-action" not in page.response.headers["Content-Security-Policy"]
    assert upstream_of(world).begun == []
    wrong = browser.submit(page, {"password": "wrong"})
    assert wrong.status == 422
    state = go(browser, wrong, {"password": person.password}, button="confirm")
    assert str(return_as(world, browser, identity("2"), state).response.url).endswith("done=connected")


def test_disconnecting_needs_a_fresh_confirmation(alone: World) -> None:
    """O-14: also if the form was open before. Nothing is removed, and the sessions by it go on."""
    world = with_connections(alone, connection())
    person = world.person()
    made = link(world, person, identity("2b"))
    browser = signed_in(world, person)
    page = browser.open("/account")
    world.clock.advance(EXPIRED)
    asked = browser.submit(page, button=made.id)
    assert "password" in asked.fields
    assert link_of(world, person) == [made]
    assert not world.audited("upstream.unlinked", person)
    assert browser.submit(asked, {"password": "wrong"}).status == 422
    assert link_of(world, person) == [made]


def test_a_person_without_a_password_confirms_by_signing_in_again(alone: World) -> None:
    world = with_connections(alone, connection())
    app, email, who = world.client(), world.unused_email(), identity("3")
    who = identity("3", email)
    browser = world.browser()
    sign_in_as(world, browser, world.authorize(browser, app), who)
    world.clock.advance(EXPIRED)
    page = browser.submit(browser.open("/account"), button="connect-corp")
    again = browser.submit(page, button="sign-in-again")
    done = sign_in_as(world, browser, again, who)
    assert str(done.response.url).endswith("/account")
    assert upstream_of(world).begun[-1]["prompt"] == "login"
    state = go(browser, done)
    assert str(return_as(world, browser, identity("4"), state).response.url).endswith("done=connected")


def test_an_attempt_ends_in_the_session_that_began_it(alone: World) -> None:
    """O-14: an attacker who makes a victim's browser finish the attacker's attempt links nothing, and neither does another session."""
    world = with_connections(alone, connection())
    attacker, victim = world.person(), world.person()
    theirs, mine = signed_in(world, attacker), signed_in(world, victim)
    state = go(theirs, theirs.open("/account"))
    assert return_as(world, mine, identity("evil"), state).status == 400
    mine.http.cookies.set(f"__Host-up-{state}", f"secret-{state}")
    assert return_as(world, mine, identity("evil"), state).status == 403
    assert link_of(world, victim) == link_of(world, attacker) == []
    again = signed_in(world, attacker)
    again.http.cookies.set(f"__Host-up-{state}", f"secret-{state}")
    assert return_as(world, again, identity("evil"), state).status == 403
    signed_out = world.browser()
    signed_out.http.cookies.set(f"__Host-up-{state}", f"secret-{state}")
    assert return_as(world, signed_out, identity("evil"), state).status == 403
    assert link_of(world, attacker) == []


def test_another_site_connects_and_disconnects_nothing(alone: World) -> None:
    world = with_connections(alone, connection())
    person = world.person()
    made = link(world, person, identity("5"))
    browser = signed_in(world, person)
    for path, field, value in (("link", "connection", "corp"), ("unlink", "link", made.id)):
        body = {field: value, "csrf": "forged"}
        assert browser.http.post(f"/account/connections/{path}", data=body, headers={"Origin": "https://evil.example"}).status_code == 403
        ours = {"Origin": world.settings.issuer}
        assert browser.http.post(f"/account/connections/{path}", data=body, headers=ours).status_code == 403
    assert link_of(world, person) == [made]
    assert upstream_of(world).begun == []


def test_an_identity_belongs_to_one_account(alone: World) -> None:
    world = with_connections(alone, connection())
    owner, other = world.person(), world.person()
    link(world, owner, identity("6"))
    browser = signed_in(world, other)
    page = return_as(world, browser, identity("6"), go(browser, browser.open("/account")))
    assert page.status == 409
    assert "connected to another account" in page.text
    assert link_of(world, other) == []


def test_a_person_who_changes_their_mind_at_the_upstream_is_told(alone: World) -> None:
    world = with_connections(alone, connection())
    browser = signed_in(world, world.person())
    state = go(browser, browser.open("/account"))
    page = browser.open("/upstream/corp/callback", {"state": state, "error": "access_denied"})
    assert "was not connected" in page.text


def test_disconnecting_ends_what_came_by_it(alone: World) -> None:
    """O-16: sessions and grants of that link end, others and the person's own stay."""
    world = with_connections(alone, connection())
    person, app, who = world.person(), world.client(), identity("7")
    made = link(world, person, who)
    theirs = world.browser()
    sign_in_as(world, theirs, world.authorize(theirs, app), who)
    [by_it] = world.sessions(person)
    grants = [grant for grant in world.services.grants.of(person.user.id) if grant.session_id == by_it.id]
    other = granted(world, person, app.id)
    browser = signed_in(world, person)
    page = browser.submit(browser.open("/account"), button=made.id)
    assert str(page.response.url).endswith("done=disconnected")
    assert [one.id for one in world.sessions(person)] == [session.id for session in world.sessions(person) if session.upstream is None]
    now = {grant.id: grant.revoked_at for grant in world.services.grants.of(person.user.id)}
    assert grants
    assert all(now[grant.id] is not None for grant in grants)
    assert now[other.id] is None
    assert link_of(world, person) == []
    assert mails(world, person)[0] == "A way to sign in was removed from your account"
    assert [event.target for event in world.audited("upstream.unlinked", person)] == [made.id]
    refused = sign_in_as(world, theirs, world.authorize(theirs, app, prompt="login"), who)
    assert refused.redirected_to is None


def test_the_last_way_in_stays(alone: World) -> None:
    """O-18: also if the other connection is off."""
    world = with_connections(alone, connection(), connection("other"))
    app, email = world.client(), world.unused_email()
    browser = world.browser()
    sign_in_as(world, browser, world.authorize(browser, app), identity("8", email))
    user_id = world.services.users.id_of(email) or ""
    [made] = world.services.issuer_links.of(user_id)
    refused = browser.submit(browser.open("/account"), button=made.id)
    assert refused.status == 403
    assert "only way to sign in" in refused.text
    state = go(browser, browser.open("/account"), button="connect-other")
    return_as(world, browser, identity("8", of="other"), state, "other")
    put(world, connection(), connection("other", enabled=False))
    assert browser.submit(browser.open("/account"), button=made.id).status == 403
    put(world, connection(), connection("other"))
    assert browser.submit(browser.open("/account"), button=made.id).status == 200
    [left] = world.services.issuer_links.of(user_id)
    assert left.connection_id == "other"
    assert browser.submit(browser.open("/account"), button=left.id).status == 403


def test_a_link_of_another_person_is_not_found(alone: World) -> None:
    world = with_connections(alone, connection())
    owner, other = world.person(), world.person()
    made = link(world, owner, identity("9"))
    mine = link(world, other, identity("10"))
    browser = signed_in(world, other)
    page = browser.open("/account")
    fields = page.form({}, mine.id).fields
    answer = browser.http.post(
        "/account/connections/unlink", data={**fields, "link": made.id}, headers={"Origin": world.settings.issuer}
    )  # fmt: skip
    assert answer.status_code == 404
    assert link_of(world, owner) == [made]


def test_without_connections_the_account_page_is_as_before(alone: World) -> None:
    page = signed_in(with_connections(alone), alone.person()).open("/account")
    assert "connections-heading" not in page.text
    assert "form-action 'self'" in page.response.headers["Content-Security-Policy"]


def test_a_person_without_a_password_is_told_nothing_about_one(alone: World) -> None:
    """Neither on the account page nor in the mails about it."""
    world = with_connections(alone, connection(), connection("other"))
    app, browser, email = world.client(), world.browser(), world.unused_email()
    sign_in_as(world, browser, world.authorize(browser, app), identity("1", email))
    page = browser.open("/account")
    assert "One step alone opens your account." in page.text
    for wrong in ("A password alone", "Your password alone", "stolen password"):
        assert wrong not in page.text
    return_as(world, browser, identity("2", of="other"), go(browser, page, button="connect-other"), "other")
    [mail] = [mail for mail in world.mails if mail.to == email]
    assert mail.subject == "Another way to sign in was added to your account"
    assert "password" not in mail.text + mail.html
    person = world.person()
    assert "A password alone opens your account." in signed_in(world, person).open("/account").text
