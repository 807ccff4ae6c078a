"""Policies in the console: the editor keeps what was typed, checks, answers questions, saves and publishes."""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.http.console import gate
from idp.http.console.authority import Authority
from idp.http.console.policy_examples import EXAMPLES
from idp.services.access.policies import check as check_texts
from idp.verify.decisions import cedar
from tests.integration.console.markup import HOSTILE, check
from tests.integration.console.policy_texts import READERS, SCHEMA

if TYPE_CHECKING:
    from tests.integration.console.admins import Admin
    from tests.support.forms import Page
    from tests.support.people import Person
    from tests.support.world import World

ASKED = {"action": "read", "resource_type": "document", "resource_id": "1"}


def edit(admin: Admin, act: str, **values: str) -> Page:
    """Press a button of the editor."""
    page = admin.open("/console/policies/new")
    form = next(form for form in page.forms if form.action.endswith("/check"))
    sent = {**form.fields, "policies": READERS, "schema": SCHEMA, **values}
    headers = {"Origin": admin.world.settings.issuer}
    return admin.browser._follow(admin.browser.http.post(f"/console/policies/new/{act}", data=sent, headers=headers))  # noqa: SLF001  # a post that no form of the page makes


def area(page: Page, name: str) -> str:
    """The text of a field of several lines."""
    return page.text.partition(f'name="{name}"')[2].partition(">")[2].partition("</textarea>")[0]


def test_each_example_is_valid(admin: Admin) -> None:
    for name, one in EXAMPLES.items():
        check_texts(policies=one.policies, schema=one.schema, namespace="", rules=None)
        page = admin.open(f"/console/policies/new?example={name}")
        assert "permit(" in area(page, "policies")


def test_a_version_is_saved_once_and_published_and_rolled_back(admin: Admin, world: World) -> None:
    note = f"Readers {token_hex(4)}"
    page = edit(admin, "save", note=note)
    assert note in page.text
    number = str(page.response.url).partition("/policies/")[2].partition("?")[0]
    assert [event.actor for event in world.audited("policies.saved") if event.target == number] == [admin.person.user.id]
    published = admin.press(page, "/publish")
    assert "The version is live now." in published.text
    live = world.services.policy_service.live(scope=DEPLOYMENT)
    assert live is not None
    assert str(live.number) == number


def test_a_form_sent_twice_saves_once(admin: Admin, world: World) -> None:
    page = admin.open("/console/policies/new")
    fields = next(form for form in page.forms if form.action.endswith("/check")).fields
    sent, headers = {**fields, "policies": READERS, "schema": SCHEMA}, {"Origin": world.settings.issuer}
    answers = [admin.browser.http.post("/console/policies/new/save", data=sent, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]


def test_a_check_names_line_and_column_and_keeps_the_text(admin: Admin, world: World) -> None:
    before = world.services.policy_service.listing(limit=1, start=None, scope=DEPLOYMENT)[0]
    wrong = READERS.replace("Action::", "Axtion::")
    page = edit(admin, "check", policies=wrong, note="kept note")
    assert page.status == 422
    assert "policies, line 2, column" in page.text
    assert "Axtion::" in area(page, "policies")
    assert "entity Document" in area(page, "schema")
    assert 'value="kept note"' in page.text
    assert world.services.policy_service.listing(limit=1, start=None, scope=DEPLOYMENT)[0] == before


def test_a_text_without_a_mistake_is_told_so(admin: Admin) -> None:
    page = edit(admin, "check")
    assert page.status == 200
    assert "No mistake was found." in page.text


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"policies": ""}, 422),
        ({"schema": ""}, 422),
        ({"policies": "(" * 2000}, 422),
        ({"rules": "{"}, 422),
        ({"rules": "[]"}, 422),
        ({"rules": '{"x": 1}'}, 422),
        ({"rules": "[" * 5000}, 422),
        ({"note": "x" * 201}, 422),
        ({"policies": "x" * 70_000}, 413),
    ],
)
def test_a_text_that_cannot_be_is_not_saved(admin: Admin, world: World, values: dict[str, str], status: int) -> None:
    before = world.services.policy_service.listing(limit=1, start=None, scope=DEPLOYMENT)[0]
    assert edit(admin, "save", **values).status == status
    assert world.services.policy_service.listing(limit=1, start=None, scope=DEPLOYMENT)[0] == before


def test_a_question_is_answered_with_the_stored_roles(admin: Admin, ada: Person, world: World) -> None:
    """Nothing is saved: the typed text decides."""
    roles = world.services.role_service.model(scope=DEPLOYMENT).roles
    if "reader" not in roles:
        world.services.role_service.create("reader", scope=DEPLOYMENT)
    page = edit(admin, "try", who=ada.email, **ASKED)
    assert ">No</strong>" in page.text
    world.services.user_service.patch(ada.user.id, {"roles": ["reader"]}, scope=DEPLOYMENT)
    page = edit(admin, "try", who=ada.user.id, **ASKED)
    assert ">Yes</strong>" in page.text
    assert "policy:readers" in page.text
    assert area(page, "policies").strip() == READERS.replace('"', "&#34;")
    world.services.user_service.patch(ada.user.id, {"disabled": True}, scope=DEPLOYMENT)
    assert ">No</strong>" in edit(admin, "try", who=ada.user.id, **ASKED).text


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"who": ""}, "who"),
        ({"who": "nobody@example.com"}, "who"),
        ({"who": "a@b@c"}, "who"),
        ({"action": ""}, "action"),
        ({"resource_id": "x" * 2001}, "resource_id"),
        ({"resource_properties": "{]"}, "resource_properties"),
        ({"context": "[1]"}, "context"),
    ],
)
def test_a_question_that_is_none_is_named_at_its_field(admin: Admin, ada: Person, values: dict[str, str], field: str) -> None:
    page = edit(admin, "try", **{"who": ada.email, **ASKED, **values})
    assert page.status == 422
    assert f'id="{field}"' in page.text.partition("aria-invalid")[0].rpartition("<")[2]
    assert "Role::" in area(page, "policies")


def test_an_unknown_app_may_nothing(admin: Admin) -> None:
    assert ">No</strong>" in edit(admin, "try", who="no-such-app", **ASKED).text


def test_two_admins_at_once_lose_nothing(admin: Admin, world: World) -> None:
    """The second to save is told first, with their text in the form; the second save is theirs."""
    page = admin.open("/console/policies/new")
    fields = next(form for form in page.forms if form.action.endswith("/check")).fields
    theirs = world.services.policy_service.create(policies=READERS, schema=SCHEMA, by=world.by, scope=DEPLOYMENT)
    answer = edit(admin, "save", base=fields["base"], note="mine")
    assert answer.status == 412
    assert f"version {theirs.number}" in answer.text
    assert 'value="mine"' in answer.text
    again = next(form for form in answer.forms if form.action.endswith("/check")).fields
    assert "policies-saved" in str(edit(admin, "save", base=again["base"], note="mine").response.url)


def test_a_publication_from_an_old_page_does_nothing(admin: Admin, world: World) -> None:
    made = [world.services.policy_service.create(policies=READERS, schema=SCHEMA, by=world.by, scope=DEPLOYMENT) for _ in range(2)]
    page = admin.open(f"/console/policies/{made[0].number}")
    world.services.policy_service.publish(made[1].number, by=world.by, scope=DEPLOYMENT)
    assert admin.press(page, "/publish").status == 412
    live = world.services.policy_service.live(scope=DEPLOYMENT)
    assert live is not None
    assert live.number == made[1].number


def test_publishing_asks_again_after_a_while(admin: Admin, world: World) -> None:
    """Q-10."""
    made = world.services.policy_service.create(policies=READERS, schema=SCHEMA, by=world.by, scope=DEPLOYMENT)
    page = admin.open(f"/console/policies/{made.number}")
    admin.later()
    asked = admin.press(page, "/publish")
    assert "Confirm that it is you" in asked.text
    assert "policies-published" in str(admin.confirm(asked).response.url)


def test_without_the_engine_the_text_is_kept(admin: Admin, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> object:
        raise cedar.MissingEngine("no engine")

    monkeypatch.setattr(cedar, "_engine", missing)
    page = edit(admin, "check")
    assert page.status == 503
    assert "Role::" in area(page, "policies")


def test_an_admin_who_may_only_read_saves_nothing(admin: Admin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "find_authority", lambda user: Authority(DEPLOYMENT, frozenset({"policies:read"})))
    page = admin.open("/console/policies/new")
    assert 'id="save"' not in page.text
    assert 'id="try"' not in page.text
    assert edit(admin, "save").status == 403
    assert edit(admin, "try", **ASKED).status == 403


def test_hostile_texts_are_text(admin: Admin, world: World) -> None:
    page = edit(admin, "try", **dict.fromkeys(("policies", "schema", "rules", "note", "who", *ASKED), HOSTILE))
    assert page.status == 422
    check(page.text)
    made = world.services.policy_service.create(
        policies="// </pre>" + HOSTILE + "\n" + READERS, schema=SCHEMA, note=HOSTILE, by=world.by, scope=DEPLOYMENT
    )
    for path in ("", f"/{made.number}", f"/new?from={made.number}"):
        check(admin.open(f"/console/policies{path}").text)


@pytest.mark.parametrize("number", ["0", "99999999", "9999999", "%C2%B2", "x", "-1", "%00"])
def test_an_unknown_version_is_not_found(admin: Admin, number: str) -> None:
    assert admin.open(f"/console/policies/{number}").status == 404
    assert admin.open(f"/console/policies/new?from={number}").status == 404
