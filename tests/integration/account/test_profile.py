"""A person changes the own profile, by the rules of the admin API. No change of another place is lost (threats J-02)."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain import languages
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Invalid
from idp.domain.people.profile import fingerprint
from idp.domain.sessions.visitor import Visitor
from idp.services.people.profile import OwnProfile
from tests.integration.account.people import signed_in
from tests.support.pages import APP, ISSUER, error, hidden, recorded, sign_in

if TYPE_CHECKING:
    from tests.support.forms import Browser, Page
    from tests.support.people import Person
    from tests.support.world import World

PATH = "/account/profile"
SAVED = "Your profile is saved"


def claims(world: World, person: Person) -> dict[str, Any]:
    """The claims as stored."""
    user = world.services.users.get(person.user.id)
    assert user
    return dict(user.claims)


def save(browser: Browser, **claims: str) -> Page:
    """Fill these claims into the form, and send it."""
    return browser.submit(browser.open(PATH), {f"claim_{name}": value for name, value in claims.items()}, button="save-profile")


def with_claims(world: World, allowed: str) -> None:
    """Set IDP_PROFILE_CLAIMS."""
    world.services.settings = replace(world.services.settings, profile_claims=allowed)
    vars(world.services).pop("own_profile", None)


def test_what_is_saved_is_stored_and_shown(world: World) -> None:
    """From the account page. The event names the claims, and has no value of them."""
    person = world.person()
    browser = signed_in(world, person)
    assert f'href="{PATH}"' in browser.open("/account").text
    page = save(
        browser, name=" Ada Lovelace 👩‍💻 ", given_name="Ada", family_name="Łovelace", nickname="عدا", picture="https://ada.example/a.png",
        website="https://xn--bcher-kva.example/", zoneinfo="Europe/London", locale="en",
    )  # fmt: skip
    assert SAVED in page.text
    assert claims(world, person) == {
        "name": "Ada Lovelace 👩‍💻", "given_name": "Ada", "family_name": "Łovelace", "nickname": "عدا",
        "picture": "https://ada.example/a.png", "website": "https://xn--bcher-kva.example/", "zoneinfo": "Europe/London", "locale": "en",
    }  # fmt: skip
    [event] = world.audited("user.profile_changed", person)
    assert event.actor == person.user.id
    assert event.details["changed"] == "family_name given_name locale name nickname picture website zoneinfo"
    assert "Lovelace" not in str(event)
    shown = browser.open(PATH)
    assert hidden(shown, "claim_zoneinfo") == "Europe/London"
    assert hidden(shown, "claim_name") == "Ada Lovelace 👩‍💻"


def test_apps_get_the_new_values(world: World) -> None:
    """UserInfo at once, the ID token at the next sign-in. `updated_at` changes, too (OIDC Core §5.1)."""
    person = world.person(claims={"name": "A"})
    verifier = "v" * 43
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    app = world.client(auth_methods=("none",), require_pkce=True, id_token_claims=True)
    browser = world.browser()
    asked = {"scope": "openid profile", "code_challenge": challenge, "code_challenge_method": "S256"}
    sign_in(world, browser, app, person, **asked)

    def tokens() -> dict[str, Any]:
        at = world.authorize(browser, app, **asked).answer
        answer = world.browser().http.post(
            "/token",
            data={
                "grant_type": "authorization_code", "code": at["code"], "redirect_uri": APP, "client_id": app.id, "code_verifier": verifier,
            },
        )  # fmt: skip
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def user_info(access_token: str) -> dict[str, Any]:
        return dict(world.browser().http.get("/userinfo", headers={"Authorization": f"Bearer {access_token}"}).json())

    def in_id_token(token: str) -> Any:
        body = token.split(".")[1]
        return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))["name"]

    first = tokens()
    assert in_id_token(first["id_token"]) == "A"
    world.clock.now += 5
    save(browser, name="B")
    info = user_info(first["access_token"])
    assert (info["name"], info["updated_at"]) == ("B", world.clock())
    assert in_id_token(tokens()["id_token"]) == "B"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "Ada\x00"),
        ("name", "Ada\nAdmin"),
        ("name", "\u202egnp.exe"),
        ("name", "\u200b"),
        ("name", "x" * 10_240),
        ("nickname", "a\u2066b"),
        ("picture", "javascript:alert(1)"),
        ("picture", "data:text/html,x"),
        ("picture", "https://user:pw@example.com/"),
        ("picture", "https://bücher.example/a.png"),
        ("website", "//evil.example"),
        ("website", "https://" + "x" * 3000),
        ("website", "ftp://example.com"),
        ("locale", "../../etc/passwd"),
        ("locale", "de\u202e"),
        ("zoneinfo", "../etc/localtime"),
        ("zoneinfo", "Europe/Berlin\x00"),
        ("zoneinfo", "<script>"),
    ],
)
def test_a_value_that_no_claim_may_have_is_refused_at_its_field(world: World, name: str, value: str) -> None:
    """J-02: 422, a sentence at the field, the text kept, nothing written. The admin API refuses the same value."""
    person = world.person(claims={"name": "Ada"})
    browser = signed_in(world, person)
    page = save(browser, given_name="New", **{name: value})
    assert page.status == 422
    assert error(page)
    at = page.text.index(f'id="claim_{name}"')
    assert 'aria-invalid="true"' in page.text[at : page.text.index(">", at)]
    assert hidden(page, "claim_given_name") == "New"
    assert claims(world, person) == {"name": "Ada"}
    with pytest.raises(Invalid):
        world.services.user_service.patch(person.user.id, {"claims": {name: value}}, scope=DEPLOYMENT)


def test_a_name_is_text_and_no_markup(world: World) -> None:
    """F-10: it is shown as typed."""
    person, name = world.person(), "<script>alert(1)</script>{{7*7}}"
    browser = signed_in(world, person)
    assert SAVED in save(browser, name=name).text
    for path in ("/account", PATH):
        text = browser.open(path).text
        assert "<script>alert" not in text
        assert html.escape(name) in text


def test_a_change_in_another_place_is_not_lost(world: World) -> None:
    """J-02: two tabs. The second one gets its own text again, with what is stored now, and decides."""
    person = world.person(claims={"name": "First"})
    browser = signed_in(world, person)
    one, other = browser.open(PATH), browser.open(PATH)
    assert SAVED in browser.submit(one, {"claim_name": "From one"}, button="save-profile").text
    page = browser.submit(other, {"claim_name": "From other"}, button="save-profile")
    assert page.status == 422
    assert "changed in another place" in error(page)
    assert "Stored now: From one" in page.text
    assert hidden(page, "claim_name") == "From other"
    assert claims(world, person) == {"name": "From one"}
    assert SAVED in browser.submit(page, button="save-profile").text
    assert claims(world, person) == {"name": "From other"}


def test_a_change_of_something_else_is_no_obstacle(world: World) -> None:
    """The version of the user grew since the page was made, and no claim changed."""
    person = world.person(claims={"name": "First"})
    browser = signed_in(world, person)
    page = browser.open(PATH)
    world.services.user_service.patch(person.user.id, {"email_verified": True}, scope=DEPLOYMENT)
    assert SAVED in browser.submit(page, {"claim_name": "Second"}, button="save-profile").text
    stored = world.services.users.get(person.user.id)
    assert stored
    assert (stored.claims, stored.email_verified) == ({"name": "Second"}, True)


def test_a_write_between_read_and_write_is_seen(world: World) -> None:
    """J-02: one conditional write. An admin's change of the moment stays, whether it is of a claim or of something else."""
    person = world.person(claims={"name": "First"})
    signed_in(world, person)
    [session] = world.sessions(person)
    user = world.services.users.get(person.user.id)
    assert user
    stale = Visitor(session, user)
    own: OwnProfile = world.services.own_profile

    def change(text: str) -> None:
        own.change(stale, {"claim_name": text}, seen=fingerprint(user.claims, own.claims), origin=world.origin(), now=world.clock())

    world.services.user_service.patch(person.user.id, {"mfa_required": True}, scope=DEPLOYMENT)
    change("Second")
    stored = world.services.users.get(person.user.id)
    assert stored
    assert (stored.claims, stored.mfa_required) == ({"name": "Second"}, True)
    with pytest.raises(Invalid, match="another place"):
        change("Third")
    world.services.user_service.patch(person.user.id, {"disabled": True, "claims": {"name": "First"}}, scope=DEPLOYMENT)
    with pytest.raises(Invalid, match="another place"):
        change("Fourth")
    assert claims(world, person) == {"name": "First"}


@pytest.mark.parametrize("seen", ["", "x", "A" * 43])
def test_a_form_that_does_not_say_what_it_showed_changes_nothing(world: World, seen: str) -> None:
    """J-02: also if the field was left out."""
    person = world.person(claims={"name": "First"})
    browser = signed_in(world, person)
    page = browser.submit(browser.open(PATH), {"claim_name": "Second", "seen": seen}, button="save-profile")
    assert page.status == 422
    assert claims(world, person) == {"name": "First"}


def test_only_the_listed_claims_change(world: World) -> None:
    """J-02: a form may contain more fields. The page shows what admins keep, and no field for it."""
    given = {"name": "Ada", "gender": "f", "phone_number": "+44 1", "phone_number_verified": True, "address": {"locality": "London"}}
    person = world.person(claims=given)
    with_claims(world, "name")
    browser = signed_in(world, person)
    page = browser.open(PATH)
    assert "London" in page.text
    assert "claim_gender" not in page.text
    sent = {"claim_name": "Ada L", "claim_gender": "x", "claim_email": "a@b.example", "gender": "x", "claim_phone_number_verified": "x"}
    data = {**page.forms[-1].fields, **sent}
    browser.http.post(PATH, data=data, headers={"Origin": ISSUER})
    assert claims(world, person) == {**given, "name": "Ada L"}
    with_claims(world, "none")
    assert f'href="{PATH}"' not in browser.open("/account").text
    assert browser.open(PATH).response.url.path == "/account"
    browser.http.post(PATH, data={**data, "claim_name": "Eve", "seen": fingerprint(claims(world, person), ())}, headers={"Origin": ISSUER})
    assert claims(world, person)["name"] == "Ada L"


def test_the_next_page_is_in_the_language_that_was_chosen(world: World) -> None:
    """And the form offers each shipped language in its own name, so a person who chose a wrong one finds back."""
    person = world.person()
    browser = signed_in(world, person)
    page = save(browser, locale="de")
    assert '<html lang="de"' in page.text
    assert "Ihr Profil" in page.text
    page = browser.open(PATH)
    for tag, own_name in languages.NAMES.items():
        assert f'<option value="{tag}" lang="{tag}"{" selected" if tag == "de" else ""}>{own_name}</option>' in page.text
    assert '<html lang="en"' in save(browser, locale="").text


def test_a_form_of_before_another_list_removes_nothing(world: World) -> None:
    """J-02: the deployment lists one more claim, and the page that is open has no field for it."""
    person = world.person(claims={"name": "Ada", "nickname": "A"})
    with_claims(world, "name")
    browser = signed_in(world, person)
    page = browser.open(PATH)
    with_claims(world, "name nickname")
    assert browser.submit(page, {"claim_name": "Eve"}, button="save-profile").status == 422
    assert claims(world, person) == {"name": "Ada", "nickname": "A"}


def test_a_required_claim_cannot_be_emptied(world: World) -> None:
    """The others are removed by an empty field."""
    person = world.person(claims={"name": "Ada", "nickname": "A"})
    with_claims(world, "name! nickname phone_number")
    browser = signed_in(world, person)
    page = save(browser, name="  ")
    assert page.status == 422
    assert "Fill in this field" in error(page)
    assert SAVED in save(browser, nickname="").text
    assert claims(world, person) == {"name": "Ada"}


def test_another_number_is_not_verified(world: World) -> None:
    """What an admin verified was the old one. The admin API has the same rule."""
    person = world.person(claims={"phone_number": "+44 20", "phone_number_verified": True})
    with_claims(world, "phone_number")
    browser = signed_in(world, person)
    assert SAVED in save(browser, phone_number="+44 30").text
    assert claims(world, person) == {"phone_number": "+44 30"}


def test_a_value_that_the_lists_do_not_have_stays(world: World) -> None:
    """An admin or an import wrote it."""
    given = {"locale": "en-GB", "zoneinfo": "US/Pacific", "birthdate": "0000-12-10"}
    person = world.person(claims=given)
    with_claims(world, "nickname locale zoneinfo birthdate")
    browser = signed_in(world, person)
    assert SAVED in save(browser, nickname="A").text
    assert claims(world, person) == {**given, "nickname": "A"}


def test_nothing_changed_is_nothing_written(world: World) -> None:
    """No event, and no call but those of each account page."""
    person = world.person(claims={"name": "Ada"})
    browser = signed_in(world, person)
    page = browser.open(PATH)
    with recorded(world) as operations:
        browser.submit(page, button="save-profile")
    changes = [each for each in operations if each in {"PutItem", "UpdateItem", "TransactWriteItems"}]
    assert changes == []
    assert not world.audited("user.profile_changed", person)


def test_a_session_that_ended_changes_nothing(world: World) -> None:
    """C-04: the page was open while all access ended."""
    person = world.person(claims={"name": "Ada"})
    browser = signed_in(world, person)
    page = browser.open(PATH)
    user = world.services.users.get(person.user.id)
    assert user
    world.services.users.end_everything(user.id, world.clock())
    page = browser.submit(page, {"claim_name": "Eve"}, button="save-profile")
    assert "password" in page.fields
    assert claims(world, person) == {"name": "Ada"}


def test_the_form_of_another_person_changes_nothing(world: World) -> None:
    """F-02: its token is of another session."""
    victim, attacker = world.person(claims={"name": "Ada"}), world.person(claims={"name": "Ada"})
    browser, own = signed_in(world, victim), signed_in(world, attacker)
    fields = {**own.open(PATH).forms[-1].fields, "claim_name": "Eve"}
    assert browser.http.post(PATH, data=fields, headers={"Origin": ISSUER}).status_code == 403
    assert claims(world, victim) == {"name": "Ada"}
