"""What an admin does with people in the console: each form, its event, and what is refused."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import NotFound
from tests.integration.account.people import granted
from tests.integration.console.admins import Admin, come, sign_in, stored
from tests.support.pages import ISSUER

if TYPE_CHECKING:
    from idp.settings import Settings
    from tests.support.people import Person
    from tests.support.world import World


@pytest.fixture(scope="module")
def settings(settings: Settings) -> Settings:
    """Tables of this file only: pages with the newest events would show those of other files."""
    return replace(settings, table_prefix=f"t{uuid.uuid4().hex[:12]}")


@pytest.fixture(scope="module")
def prepared() -> set[str]:
    """The engines that have these tables."""
    return set()


def lock(world: World, person: Person) -> None:
    """Type wrong passwords until the account is locked."""
    for _ in range(12):
        browser = world.browser()
        browser.submit(browser.open("/account"), {"email": person.email, "password": "wrong and wrong again"})


def test_people_are_found_by_parts_of_names_and_addresses(admin: Admin, ada: Person, world: World) -> None:
    world.person(claims={"name": "Grace Hopper"})
    page = admin.open(f"/console/people?q=lovelace+{ada.email.partition('@')[0].upper()}")  # other tests have people of this name, too
    assert f"/console/people/{ada.user.id}" in page.text
    assert "Grace Hopper" not in page.text


def test_an_address_is_shown_once_and_a_flag_as_a_word(admin: Admin, world: World) -> None:
    address = {"formatted": "12 Park Lane\nLondon", "street_address": "12 Park Lane", "locality": "London"}
    person = world.person(claims={"address": address, "phone_number": "+442079460123", "phone_number_verified": True})
    page = admin.open(f"/console/people/{person.user.id}")
    assert page.text.count("12 Park Lane") == 1
    assert "<dt>Postal address</dt>" in page.text
    assert re.search(r"<dt>Phone number verified</dt><dd[^>]*>Yes</dd>", page.text)


def test_an_id_leads_to_its_person(admin: Admin, ada: Person) -> None:
    assert str(admin.open(f"/console/people?q={ada.user.id}").response.url).endswith(f"/console/people/{ada.user.id}")


def test_an_unknown_id_is_a_search(admin: Admin) -> None:
    page = admin.open("/console/people?q=usr_nobody")
    assert page.status == 200
    assert "Nobody fits" in page.text


def test_pages_of_the_list_follow_each_other(admin: Admin, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each person of a search is on one page, and a cursor is of one admin and one search."""
    monkeypatch.setattr("idp.http.console.people.ON_A_PAGE", 2)
    made = [world.person(claims={"name": f"Zoe Page{number}"}).user.id for number in range(5)]
    seen: list[str] = []
    address, cursor = "/console/people?q=zoe+page", ""
    while address:
        page = admin.open(address)
        seen += [one for one in made if f'"/console/people/{one}"' in page.text]
        address = next((part.split('"')[0].replace("&amp;", "&") for part in page.text.split('rel="next" href="')[1:]), "")
        cursor = address.partition("cursor=")[2]
    assert sorted(seen) == sorted(made)
    assert cursor == ""
    following = admin.open("/console/people?q=zoe+page").text.split("cursor=")[1].split('"')[0]
    assert admin.open(f"/console/people?q=other&cursor={following}").status == 400
    assert sign_in(world).open(f"/console/people?q=zoe+page&cursor={following}").status == 400


@pytest.mark.parametrize("query", ["cursor=x", "cursor=" + "x" * 5000, "q=a&q=b", "q=" + "x" * 3000, "q=%00", "q=%ff"])
def test_a_query_of_anything_is_answered(admin: Admin, query: str) -> None:
    assert admin.open(f"/console/people?{query}").status in {200, 400}


def test_an_unknown_person_is_not_found(admin: Admin) -> None:
    for tab in ("", "/access", "/roles", "/events", "/edit", "/delete"):
        assert admin.open(f"/console/people/usr_nobody{tab}").status == 404


def test_an_account_is_created_once_however_often_the_form_is_sent(admin: Admin, world: World) -> None:
    page, email = admin.open("/console/people/new"), world.unused_email()
    first = admin.press(page, "/new", {"email": email, "name": "Mary Somerville", "mail": "1"})
    assert "The account was created, and a mail for a password was sent." in first.text
    again = admin.press(page, "/new", {"email": email, "name": "Mary Somerville", "mail": "1"})
    assert str(again.response.url) == str(first.response.url)
    assert len([mail for mail in world.mails if mail.to == email]) == 1


def test_a_new_account_with_an_address_that_is_taken_keeps_what_was_typed(admin: Admin, ada: Person) -> None:
    page = admin.press(admin.open("/console/people/new"), "/new", {"email": ada.email, "name": "Somebody Else"})
    assert page.status == 409
    assert 'value="Somebody Else"' in page.text
    assert 'aria-invalid="true"' in page.text


@pytest.mark.parametrize("email", ["", "no address", "a@b@c", "a\r\nBcc: x@example.com"])
def test_a_new_account_with_a_text_that_is_no_address_is_refused(admin: Admin, email: str) -> None:
    assert admin.press(admin.open("/console/people/new"), "/new", {"email": email}).status == 422


def test_a_form_without_its_key_is_refused(admin: Admin, world: World) -> None:
    email = world.unused_email()
    assert admin.press(admin.open("/console/people/new"), "/new", {"email": email, "once": ""}).status in {400, 422}
    assert world.services.user_service.id_of(email, scope=DEPLOYMENT) is None


def test_a_profile_is_changed_and_only_what_differs(admin: Admin, ada: Person, world: World) -> None:
    page = admin.press(admin.of(ada, "/edit"), "/edit", {"name": "Ada King", "phone_number": "+44 1"})
    assert "The changes were saved." in page.text
    claims = stored(world, ada).claims
    assert (claims["name"], claims["given_name"], claims["phone_number"]) == ("Ada King", "Ada", "+44 1")
    (event,) = world.audited("user.updated", ada)
    assert (event.actor, event.details["changed"]) == (admin.person.user.id, "claims")


def test_saving_without_a_change_writes_nothing(admin: Admin, ada: Person, world: World) -> None:
    assert "Nothing was changed." in admin.press(admin.of(ada, "/edit"), "/edit").text
    assert world.audited("user.updated", ada) == []


def test_a_claim_that_is_wrong_is_named_at_its_field(admin: Admin, ada: Person, world: World) -> None:
    page = admin.press(admin.of(ada, "/edit"), "/edit", {"website": "javascript:alert(1)", "name": "Ada King"})
    assert page.status == 422
    assert 'value="Ada King"' in page.text
    assert 'id="website" name="website" type="url" value="javascript:alert(1)" aria-invalid="true"' in page.text
    assert stored(world, ada).claims["name"] == "Ada Lovelace"


def test_two_admins_see_each_others_values_and_lose_none(admin: Admin, ada: Person, world: World) -> None:
    """The second to save sees both, with their own in the fields; saving again is possible then."""
    other = sign_in(world)
    mine, theirs = admin.of(ada, "/edit"), other.of(ada, "/edit")
    assert "saved" in str(other.press(theirs, "/edit", {"name": "Augusta Ada", "nickname": "Countess"}).response.url)
    page = admin.press(mine, "/edit", {"name": "Ada King"})
    assert page.status == 412
    assert 'value="Ada King"' in page.text
    assert "Augusta Ada" in page.text
    assert "Countess" in page.text
    assert stored(world, ada).claims["name"] == "Augusta Ada"
    assert "saved" in str(admin.press(page, "/edit", {"nickname": "Countess"}).response.url)
    assert (stored(world, ada).claims["name"], stored(world, ada).claims["nickname"]) == ("Ada King", "Countess")


@pytest.mark.parametrize("act", ["disable", "remove-factors", "delete"])
def test_a_button_on_an_old_page_does_nothing(admin: Admin, ada: Person, world: World, act: str) -> None:
    page = admin.of(ada, "/delete" if act == "delete" else "")
    world.services.user_service.patch(ada.user.id, {"claims": {"nickname": "Countess"}}, scope=DEPLOYMENT)
    refused = admin.press(page, f"/{act}")
    assert refused.status == 412
    after = stored(world, ada)
    assert (after.disabled, after.admin, after.totp_enabled) == (False, False, True)


@pytest.mark.parametrize("version", ["", "x", "-1", "1.0", "99999999999999999"])
def test_a_button_without_a_version_does_nothing(admin: Admin, ada: Person, world: World, version: str) -> None:
    assert admin.press(admin.of(ada), "/disable", {"version": version}).status == 400
    assert not stored(world, ada).disabled


def test_an_account_is_disabled_and_enabled(admin: Admin, ada: Person, world: World) -> None:
    page = admin.press(admin.of(ada), "/disable")
    assert "The account was disabled." in page.text
    assert "The account is disabled." in page.text
    assert stored(world, ada).disabled
    assert "The account was enabled." in admin.press(page, "/enable").text
    assert not stored(world, ada).disabled
    assert [event.actor for event in world.audited("user.disabled", ada)] == [admin.person.user.id]


def test_an_admin_cannot_disable_demote_or_delete_themselves(admin: Admin, world: World) -> None:
    page = admin.of(admin.person)
    assert not [form for form in page.forms if form.action.endswith(("/disable", "/admin"))]
    token = next(form.fields["csrf"] for form in page.forms if "csrf" in form.fields)
    version = str(stored(world, admin.person).version)
    for act in ("disable", "admin"):
        answer = admin.browser.http.post(
            f"/console/people/{admin.person.user.id}/{act}",
            data={"csrf": token, "version": version, "level": "none"},
            headers={"Origin": ISSUER},
        )
        assert answer.status_code == 403
    after = stored(world, admin.person)
    assert (after.admin, after.disabled) == (True, False)


def test_locks_are_told_and_removed(admin: Admin, ada: Person, world: World) -> None:
    lock(world, ada)
    page = admin.of(ada)
    assert "Too many wrong passwords" in page.text
    assert "The password was wrong." in page.text
    page = admin.press(page, "/unlock")
    assert "The locks were removed." in page.text
    assert "Nothing keeps this person from signing in." in page.text


def test_a_mail_for_a_password_is_sent_once(admin: Admin, ada: Person, world: World) -> None:
    page = admin.of(ada)
    for _ in range(2):
        assert "A mail for a new password was sent." in admin.press(page, "/mail-reset").text
    assert len([mail for mail in world.mails if (mail.to, mail.subject) == (ada.email, "Set a new password")]) == 1
    assert admin.press(admin.of(ada), "/mail-reset").status == 429


def test_a_one_time_code_is_mailed_and_not_shown(admin: Admin, ada: Person, world: World) -> None:
    page = admin.press(admin.of(ada), "/mail-code")
    assert "The code was mailed. It takes the place of the second step once" in page.text
    mail = next(mail for mail in world.mails if mail.to == ada.email)
    code = re.findall(r"[0-9]{4} ?[0-9]{4}", mail.text)[0].replace(" ", "")
    assert code not in page.text.replace(" ", "")


def test_the_one_time_code_is_offered_beside_the_removal_of_the_factors(admin: Admin, ada: Person, world: World) -> None:
    """With the words that say when it is enough. An account without a factor, or a disabled one, has neither words nor button."""
    ways = admin.of(ada).text.partition('id="ways-heading"')[2].partition("</section>")[0]
    assert ways.index("For a lost phone or passkey") < ways.index("/mail-code") < ways.index("/remove-factors")
    without = admin.of(world.person(totp=False)).text
    assert "/mail-code" not in without
    assert "For a lost phone or passkey" not in without
    disabled = admin.press(admin.of(ada), "/disable").text
    assert "/mail-code" not in disabled
    assert "For a lost phone or passkey" not in disabled


def test_second_factors_are_removed(admin: Admin, ada: Person, world: World) -> None:
    assert "The second factors were removed." in admin.press(admin.of(ada), "/remove-factors").text
    assert not stored(world, ada).has_second_factor


def test_sessions_and_apps_are_ended(admin: Admin, ada: Person, world: World) -> None:
    theirs = come(world, ada, at="/account")
    granted(world, ada, world.client(name="Corner shop").id)
    page = admin.of(ada, "/access")
    assert "Corner shop" in page.text
    page = admin.press(page, "/end-grant")
    assert "Corner shop" not in page.text
    page = admin.press(page, "/end-session")
    assert "The person is not signed in anywhere." in page.text
    assert theirs.browser.http.get("/account").status_code == 303


def test_signing_out_everywhere_ends_all_of_it(admin: Admin, ada: Person, world: World) -> None:
    browsers = [come(world, ada, at="/account") for _ in range(2)]
    granted(world, ada, world.client(name="Corner shop").id)
    page = admin.press(admin.of(ada, "/access"), "/sign-out")
    assert "All sessions and the access of all apps have ended." in page.text
    assert [each.browser.http.get("/account").status_code for each in browsers] == [303, 303]


def test_roles_are_given_and_taken(admin: Admin, ada: Person, world: World) -> None:
    name = f"editor-{ada.user.id[4:12].lower()}".replace("_", "-")
    world.services.role_service.create(name, scope=DEPLOYMENT)
    page = admin.press(admin.of(ada, "/roles"), "/roles", {"kind": "roles", "name": name})
    assert list(stored(world, ada).roles) == [name]
    admin.press(page, "/roles/remove", {"kind": "roles", "name": name})
    assert list(stored(world, ada).roles) == []


@pytest.mark.parametrize("sent", [{"kind": "roles", "name": "no-such-role"}, {"kind": "x", "name": "y"}, {"kind": "", "name": ""}])
def test_a_role_that_is_not_there_is_not_given(admin: Admin, ada: Person, world: World, sent: dict[str, str]) -> None:
    world.services.role_service.create(f"r-{world.services.new_id()[:8].lower().replace('_', '-')}", scope=DEPLOYMENT)
    page = admin.press(admin.of(ada, "/roles"), "/roles", sent)
    assert page.status == 422
    assert not stored(world, ada).roles


def test_events_are_told_in_words(admin: Admin, ada: Person, world: World) -> None:
    admin.press(admin.of(ada), "/disable")
    page = admin.of(ada, "/events")
    assert "Account was disabled" in page.text
    assert admin.person.user.id in page.text
    assert "Account was disabled" not in admin.of(ada, "/events?failed=1").text


def test_attempts_with_an_unknown_address_are_found(admin: Admin, world: World) -> None:
    typed = world.unused_email()
    browser = world.browser()
    browser.submit(browser.open("/account"), {"email": typed, "password": "some wrong password"})
    page = admin.open(f"/console/people?q={typed}")
    assert "Look for attempts with this address" in page.text
    assert "Sign-in failed" in admin.open(f"/console/people/attempts?email={typed}").text


@pytest.mark.parametrize("email", ["", "x", "a@b@c"])
def test_attempts_with_no_address_are_refused(admin: Admin, email: str) -> None:
    assert admin.open(f"/console/people/attempts?email={email}").status == 400


def test_an_invitation_is_sent_again_and_withdrawn(admin: Admin, world: World) -> None:
    email = world.unused_email()
    page = admin.press(admin.open("/console/people/invitations"), "/invitations", {"email": email})
    assert "The invitation was sent." in page.text
    assert "/link/" not in page.text
    invitation = next(
        button.value for form in page.forms for button in form.buttons if form.action.endswith("/withdraw") and email in page.text
    )
    admin.later()
    again = admin.press(page, "/resend")
    assert "Confirm that it is you" in again.text  # it may give roles to the reader of that address
    again = admin.confirm(again)
    assert "A new invitation was sent." in again.text
    gone = admin.press(again, "/withdraw", {"invitation": invitation})
    assert "The invitation was withdrawn." in gone.text


def test_an_invitation_with_a_role_asks_for_a_confirmation(admin: Admin, world: World) -> None:
    """Q-10: the reader of that address would have the role."""
    name, email = f"r{world.services.new_id()[:10].lower()}".replace("_", "0").replace("-", "0"), world.unused_email()
    world.services.role_service.create(name, by=world.by, scope=DEPLOYMENT)
    page = admin.open("/console/people/invitations")
    admin.later()
    asked = admin.press(page, "/invitations", {"email": email, "role": name})
    assert "Confirm that it is you" in asked.text
    assert email not in admin.open("/console/people/invitations").text
    assert "The invitation was sent." in admin.confirm(asked).text


def test_a_person_is_deleted_after_a_question(admin: Admin, ada: Person, world: World) -> None:
    page = admin.of(ada, "/delete")
    assert "Delete Ada Lovelace?" in page.text
    assert "The account was deleted." in admin.press(page, "/delete").text
    with pytest.raises(NotFound):
        stored(world, ada)


DANGEROUS = ("disable", "remove-factors", "mail-code", "delete")


@pytest.mark.parametrize("act", DANGEROUS)
def test_a_dangerous_act_asks_for_a_confirmation(admin: Admin, ada: Person, world: World, act: str) -> None:
    """Q-10: nothing is done before; a wrong password or code is refused; the act follows the right ones at once."""
    page, before = admin.of(ada, "/delete" if act == "delete" else ""), stored(world, ada)
    admin.later()
    asked = admin.press(page, f"/{act}")
    assert "Confirm that it is you" in asked.text
    assert stored(world, ada) == before
    wrong = admin.confirm(asked, password="not the password")
    assert wrong.status == 422
    assert stored(world, ada) == before
    done = admin.confirm(wrong)
    assert done.status == 200
    assert "done=" in str(done.response.url)
    assert admin.open("/console").status == 200


def test_a_confirmation_of_an_act_that_is_refused_keeps_the_admin_signed_in(admin: Admin, ada: Person, world: World) -> None:
    page = admin.of(ada)
    admin.later()
    asked = admin.press(page, "/disable")
    world.services.user_service.patch(ada.user.id, {"claims": {"nickname": "Countess"}}, scope=DEPLOYMENT)
    assert admin.confirm(asked).status == 412
    assert not stored(world, ada).disabled
    assert admin.open("/console").status == 200


def test_a_changed_address_asks_for_a_confirmation_and_keeps_what_was_typed(admin: Admin, ada: Person, world: World) -> None:
    """Q-10: with an address of their own and a link for a new password, who finds an open browser could take the account over."""
    page = admin.of(ada, "/edit")
    admin.later()
    asked = admin.press(page, "/edit", {"email": "mallory@example.com", "nickname": "Countess"})
    assert "Confirm that it is you" in asked.text
    assert stored(world, ada).email == ada.email
    assert "The changes were saved." in admin.confirm(asked).text
    assert (stored(world, ada).email, stored(world, ada).claims["nickname"]) == ("mallory@example.com", "Countess")


def test_a_harmless_act_asks_nothing(admin: Admin, ada: Person) -> None:
    page = admin.of(ada)
    admin.later()
    assert "Confirm that it is you" not in admin.press(page, "/mail-reset").text


def test_a_form_after_the_end_of_the_session_keeps_what_was_typed(admin: Admin, ada: Person, world: World) -> None:
    """Signing in again in the same browser, and sending what was kept, saves it."""
    page = admin.of(ada, "/edit")
    world.services.user_service.access.end_everything(stored(world, admin.person), world.by, scope=DEPLOYMENT)
    kept = admin.press(page, "/edit", {"name": "Ada King"})
    assert kept.status == 401
    assert "Ada King" in kept.text
    assert stored(world, ada).claims["name"] == "Ada Lovelace"
    login = admin.browser.open("/login?to=/console/returned")
    login = admin.browser.submit(login, {"email": admin.person.email, "password": admin.person.password})
    assert "You are signed in again" in admin.browser.submit(login, {"code": admin.person.codes.code()}).text
    asked = admin.press(kept, "/edit")
    assert asked.status == 403
    assert "The changes were saved." in admin.press(asked, "/edit").text
    assert stored(world, ada).claims["name"] == "Ada King"
