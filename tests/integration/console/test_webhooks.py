"""Webhook endpoints in the console: the secret is shown once, nothing is lost between two admins, and dead letters go out again."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.events.event import Event
from idp.domain.messages.en.webhooks import TEMPLATES as WEBHOOK_MESSAGES
from idp.http.catalogue import texts_in
from idp.http.console.show import NOTICES
from idp.services.audit.recorder import SYSTEM
from idp.services.webhooks import deliveries
from idp.store.webhook_items import WebhookDeadItem, attempt_item
from idp.store.webhook_keys import webhook_dead
from tests.integration.console.admins import sign_in
from tests.integration.console.markup import HOSTILE, check
from tests.support.pages import hidden

if TYPE_CHECKING:
    from idp.domain.webhooks.endpoint import WebhookEndpoint
    from tests.integration.console.admins import Admin
    from tests.support.world import World

URL = "https://hooks.example/in"


@pytest.fixture(autouse=True)
def none_before(world: World) -> None:
    """The tests share tables, and there are 50 endpoints at most."""
    for each in world.services.webhook_endpoints.all():
        world.services.webhook_endpoint_service.delete(each.id, by=SYSTEM, scope=DEPLOYMENT)


def make(world: World, **members: Any) -> WebhookEndpoint:
    """Return a stored endpoint."""
    return world.services.webhook_endpoint_service.create({"url": URL, **members}, by=SYSTEM, scope=DEPLOYMENT)[0]


def now(world: World, made: WebhookEndpoint) -> WebhookEndpoint:
    """Return the endpoint as stored now."""
    return world.services.webhook_endpoint_service.get(made.id, scope=DEPLOYMENT)


def fill(admin: Admin, **values: str) -> Any:
    """Send the form of a new endpoint."""
    return admin.press(admin.open("/console/webhooks/new"), "/new", {"url": URL, **values})


def bury(world: World, made: WebhookEndpoint, event_id: str) -> None:
    """Make a dead letter."""
    letter = WebhookDeadItem.new(
        webhook_dead(made.id, event_id), event_id=event_id, type="user.updated", subject="user:usr_1", order="1", body='{"data": {}}',
        happened_at=1, attempts=8, problem="status 500", failed_at=world.clock(), ttl=world.clock() + 1000,
    )  # fmt: skip
    world.services.database.put(letter)


def test_a_new_endpoint_shows_its_secret_once(world: World, admin: Admin) -> None:
    """The same form again leads to the endpoint, makes no second one, and shows no secret."""
    form = admin.open("/console/webhooks/new")
    sent = {"url": URL, "kind-user": "1", "types": "sign_in.failed\nkey"}
    page = admin.press(form, "/new", sent)
    assert page.status == 200
    assert "whsec_" in page.text
    assert "whsec_" not in str(page.response.url)
    made = world.services.webhook_endpoints.all()
    assert [each.events for each in made] == [("user", "sign_in.failed", "key")]
    again = admin.press(form, "/new", sent)
    assert str(again.response.url).endswith(f"/console/webhooks/{made[0].id}")
    assert len(world.services.webhook_endpoints.all()) == 1
    for path in ("/console/webhooks", f"/console/webhooks/{made[0].id}", f"/console/webhooks/{made[0].id}/edit"):
        assert "whsec_" not in again.text + admin.open(path).text


@pytest.mark.parametrize(
    "values",
    [
        {"url": "http://hooks.example/"}, {"url": "https://127.0.0.1/"}, {"url": "x"}, {"url": ""}, {"types": "UPPER"}, {"types": "a.b.c"},
        {"description": "x" * 201}, {"org_id": "not an id"}, {"url": "https://hooks.example/#a"},
    ],
)  # fmt: skip
def test_wrong_input_comes_back_and_makes_nothing(world: World, admin: Admin, values: dict[str, str]) -> None:
    page = fill(admin, **values)
    assert page.status == 422
    assert 'role="alert"' in page.text
    assert "whsec_" not in page.text
    assert world.services.webhook_endpoints.all() == []


def an_organisation(world: World, slug: str) -> str:
    """Return the id of a new organisation."""
    return world.services.organisation_service.create(slug, slug.title(), by=SYSTEM, scope=DEPLOYMENT).id


def test_the_form_takes_and_shows_the_short_name_of_an_organisation(world: World, admin: Admin) -> None:
    """Also in a conflict, where both values are shown. The id is accepted as well."""
    first, second = an_organisation(world, "hooked"), an_organisation(world, "hooked-too")
    assert "whsec_" in fill(admin, org_id=" hooked ").text
    (made,) = world.services.webhook_endpoints.all()
    assert made.org_id == first
    form = admin.open(f"/console/webhooks/{made.id}/edit")
    assert 'value="hooked"' in form.text
    assert first not in form.text
    world.services.webhook_endpoint_service.patch(made.id, {"org_id": second}, by=SYSTEM, scope=DEPLOYMENT)
    page = admin.press(form, "/edit")
    assert page.status == 412
    assert "hooked-too" in page.text
    assert second not in page.text
    admin.press(page, "/edit", {"org_id": second})
    assert now(world, made).org_id == second


@pytest.mark.parametrize("name", ["no-such-place", "org_none", "Hooked Of Old", "#", "org_\u0000"])
def test_an_organisation_that_is_not_there_is_refused(world: World, admin: Admin, name: str) -> None:
    page = fill(admin, org_id=name)
    assert page.status == 422
    assert "There is no such organisation." in page.text
    assert world.services.webhook_endpoints.all() == []


def test_an_endpoint_of_an_organisation_that_is_gone_can_be_changed(world: World, admin: Admin) -> None:
    made = make(world, org_id="org_gone")
    page = admin.press(admin.open(f"/console/webhooks/{made.id}/edit"), "/edit", {"description": "Kept"})
    assert page.status == 200
    assert (now(world, made).description, now(world, made).org_id) == ("Kept", "org_gone")


def test_without_the_right_to_read_organisations_only_an_id_is_taken(world: World) -> None:
    """The answer to a short name does not tell whether there is such an organisation."""
    there = an_organisation(world, "hooked-unseen")
    less = sign_in(world, admin_scopes=frozenset({"webhooks:read", "webhooks:write"}))
    for name in ("hooked-unseen", "no-such-place"):
        page = fill(less, org_id=name)
        assert page.status == 422
        assert "This is no id of an organization." in page.text
    assert "whsec_" in fill(less, org_id=there).text
    (made,) = world.services.webhook_endpoints.all()
    assert "hooked-unseen" not in less.open(f"/console/webhooks/{made.id}/edit").text


def test_a_new_endpoint_needs_a_fresh_sign_in(world: World, admin: Admin) -> None:
    """Events leave the deployment by it."""
    form = admin.open("/console/webhooks/new")
    admin.later()
    page = admin.press(form, "/new", {"url": URL})
    assert "Confirm that it is you" in page.text
    assert world.services.webhook_endpoints.all() == []
    assert "whsec_" in admin.confirm(page).text


@pytest.mark.parametrize("act", ["rotate", "off", "delete", "edit"])
def test_what_could_hide_or_lead_events_away_asks_again(world: World, admin: Admin, act: str) -> None:
    made = make(world)
    page = admin.open(f"/console/webhooks/{made.id}" + (f"/{act}" if act in {"delete", "edit"} else ""))
    admin.later()
    assert "Confirm that it is you" in admin.press(page, f"/{act}").text
    assert now(world, made).version == made.version


def test_an_endpoint_is_changed_and_both_values_of_a_conflict_are_shown(world: World, admin: Admin) -> None:
    made = make(world, events=["user", "key.rotated"], description="CRM")
    first = admin.open(f"/console/webhooks/{made.id}/edit")
    assert "key.rotated</textarea>" in first.text
    world.services.webhook_endpoint_service.patch(made.id, {"description": "Theirs"}, by=SYSTEM, scope=DEPLOYMENT)
    page = admin.press(first, "/edit", {"description": "Mine", "types": ""})
    assert page.status == 412
    assert "Theirs" in page.text
    assert 'value="Mine"' in page.text
    assert now(world, made).description == "Theirs"
    page = admin.press(page, "/edit")
    assert "The changes were saved." in page.text
    assert (now(world, made).description, now(world, made).events) == ("Mine", ("user",))


def test_a_new_secret_is_shown_once_and_the_earlier_one_signs_for_a_time(world: World, admin: Admin) -> None:
    made = make(world)
    page = admin.open(f"/console/webhooks/{made.id}")
    shown = admin.press(page, "/rotate", {"overlap": "3600"})
    assert "whsec_" in shown.text
    assert [each.until for each in now(world, made).secrets] == [None, world.clock() + 3600]
    again = admin.press(page, "/rotate", {"overlap": "3600"})
    assert "whsec_" not in again.text
    assert len(now(world, made).secrets) == 2
    assert now(world, made).version == made.version + 1


@pytest.mark.parametrize("overlap", ["-1", "1", "x", "9999999999", "", "²"])
def test_no_other_time_of_overlap_is_taken(world: World, admin: Admin, overlap: str) -> None:
    made = make(world)
    page = admin.press(admin.open(f"/console/webhooks/{made.id}"), "/rotate", {"overlap": overlap})
    assert page.status == 400
    assert now(world, made).version == made.version


def test_an_old_page_rotates_and_deletes_nothing(world: World, admin: Admin) -> None:
    made = make(world)
    page, deletion = admin.open(f"/console/webhooks/{made.id}"), admin.open(f"/console/webhooks/{made.id}/delete")
    changed = world.services.webhook_endpoint_service.patch(made.id, {"description": "x"}, by=SYSTEM, scope=DEPLOYMENT)
    for form, act in ((page, "/rotate"), (page, "/off"), (deletion, "/delete")):
        assert admin.press(form, act).status == 412
    assert now(world, made) == changed


def test_an_endpoint_is_switched_off_and_on_and_deleted(world: World, admin: Admin) -> None:
    made = make(world)
    page = admin.press(admin.open(f"/console/webhooks/{made.id}"), "/off")
    assert "An administrator switched it off." in page.text
    assert not any(form.action.endswith("/test") for form in page.forms)
    page = admin.press(page, "/on")
    assert now(world, made).disabled_why == ""
    page = admin.press(admin.open(f"/console/webhooks/{made.id}/delete"), "/delete")
    assert "The endpoint was deleted." in page.text
    assert world.services.webhook_endpoints.all() == []


def test_a_test_event_is_queued_once_for_one_form(world: World, admin: Admin) -> None:
    made = make(world)
    page = admin.open(f"/console/webhooks/{made.id}")
    for _ in range(2):
        assert "A test event was sent." in admin.press(page, "/test").text
    assert len(world.services.webhook_queue.due(made.id, world.clock() + 10, limit=10)) == 1


def test_dead_letters_are_listed_and_sent_again(world: World, admin: Admin) -> None:
    made = make(world)
    for number in range(3):
        bury(world, made, f"evt_{number}")
    page = admin.open(f"/console/webhooks/{made.id}")
    assert page.text.count("Status 500") == 3
    one = next(form for form in page.forms if form.action.endswith("/redeliver") and form.buttons[0].value == "evt_1")
    page = admin.press(page, "/redeliver", {**one.fields, "event": "evt_1"})
    assert "The events are sent again" in page.text
    assert "evt_1" not in page.text
    page = admin.press(page, "/redeliver")
    assert "Status 500" not in page.text
    assert len(world.services.webhook_queue.events(made.id, "user:usr_1", limit=10)[0]) == 3


def test_a_failed_attempt_says_that_the_event_is_sent_again_by_itself(world: World, admin: Admin) -> None:
    """Not while the endpoint is off: then nothing is sent."""
    made, now = make(world), world.clock()
    queue = world.services.webhook_queue
    queue.add([(made.id, Event("evt_1", "user.created", "user:usr_1", now, "1", {"user_id": "usr_1"}))], now=now)
    (waiting,) = queue.due(made.id, now, limit=9)
    (event,), _ = queue.events(made.id, waiting.subject, limit=9)
    attempt = attempt_item(event, attempt=1, status=0, problem="no answer", at_ms=now * 1000, took_ms=1)
    queue.postpone(event, attempt, attempts=1, until=now + 30, now=now)
    hint = "A failed event is sent again by itself"
    assert hint in admin.open(f"/console/webhooks/{made.id}").text
    page = admin.press(admin.open(f"/console/webhooks/{made.id}"), "/off")
    assert "No answer" in page.text
    assert hint not in page.text


def test_attempts_that_arrived_say_nothing_of_failures(world: World, admin: Admin) -> None:
    made = make(world)
    arrive(world, made, "evt_1")
    assert "is sent again by itself" not in admin.open(f"/console/webhooks/{made.id}").text


def arrive(world: World, made: WebhookEndpoint, *event_ids: str) -> int:
    """Let events arrive, one a second, and a minute pass. Returns the time of the first in epoch seconds."""
    queue, began = world.services.webhook_queue, world.clock()
    for event_id in event_ids:
        at = world.clock()
        queue.add([(made.id, Event(event_id, "user.created", f"user:{event_id}", at, "1", {"user_id": event_id}))], now=at)
        (due,) = queue.due(made.id, at, limit=9)
        (event,), _ = queue.events(made.id, due.subject, limit=9)
        queue.done(event, attempt_item(event, attempt=1, status=204, problem="", at_ms=at * 1000, took_ms=1), now=at)
        queue.looked([due])
        world.clock.advance(1)
    world.clock.advance(60)
    return began


def form_time(at: int) -> str:
    """Return a time (epoch seconds) as a browser sends it."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def due(world: World, made: WebhookEndpoint) -> int:
    """Return how many subjects are due."""
    return len(world.services.webhook_queue.due(made.id, world.clock() + 10, limit=20))


def test_one_event_that_arrived_is_sent_again_by_its_button(world: World, admin: Admin) -> None:
    """What failed has none in the list of attempts."""
    made = make(world)
    arrive(world, made, "evt_1", "evt_2")
    page = admin.open(f"/console/webhooks/{made.id}")
    one = next(form for form in page.forms if form.action.endswith("/redeliver") and form.buttons[0].value == "evt_1")
    for _ in range(2):
        assert "The events are sent again" in admin.press(page, "/redeliver", {**one.fields, "event": "evt_1"}).text
    assert due(world, made) == 1


def test_a_period_is_sent_again_and_the_rest_of_a_large_one_is_proposed(
    world: World, admin: Admin, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make(world)
    began = arrive(world, made, "evt_1", "evt_2", "evt_3")
    monkeypatch.setattr(deliveries, "AT_MOST", 2)
    page = admin.open(f"/console/webhooks/{made.id}")
    page = admin.press(page, "/redeliver-period", {"since": form_time(began), "until": form_time(began + 30)})
    assert "Send the rest below." in page.text
    assert due(world, made) == 2
    monkeypatch.undo()
    page = admin.press(page, "/redeliver-period")
    assert "The events are sent again" in page.text
    assert due(world, made) == 4
    page = admin.press(page, "/redeliver-period", {"since": form_time(began - 60), "until": form_time(began - 30)})
    assert "Nothing arrived in this time" in page.text


@pytest.mark.parametrize(
    ("since", "until"), [("", "2026-01-01T00:00"), ("2026-01-01T00:00", ""), ("x", "y"), ("2026-01-02T00:00", "2026-01-01T00:00"),
                         ("2026-01-01T00:00", "9999-01-01T00:00"), ("\u0662026", "2026-01-01T00:00")],
)  # fmt: skip
def test_a_wrong_period_comes_back_and_sends_nothing(world: World, admin: Admin, since: str, until: str) -> None:
    made = make(world)
    arrive(world, made, "evt_1")
    page = admin.press(admin.open(f"/console/webhooks/{made.id}"), "/redeliver-period", {"since": since, "until": until})
    assert page.status == 422
    assert 'role="alert"' in page.text
    assert due(world, made) == 0


@pytest.mark.parametrize("language", ["de", "fr", "es", "pt-BR", "ja", "ar"])
def test_the_messages_about_webhooks_are_translated(language: str) -> None:
    """Refusals (`webhook.…`) and notices: each is another text than in English, and no translation loses a placeholder."""
    texts = texts_in(language)
    refusals = [text for name, text in WEBHOOK_MESSAGES.items() if name.startswith("webhook.")]
    for sentence in (*refusals, *(text for word, text in NOTICES.items() if word.startswith("webhook-"))):
        told = texts.text(sentence)
        assert told != sentence, sentence
        assert set(re.findall(r"{[a-z_]+}", told)) == set(re.findall(r"{[a-z_]+}", sentence))


def test_an_endpoint_that_was_switched_off_says_why(world: World, admin: Admin) -> None:
    made = make(world)
    world.services.webhook_endpoints.replace(
        replace(made, disabled_why="failing"), world.services.audit.once_part("webhook.disabled", origin=SYSTEM.origin)
    )
    for path in ("/console/webhooks", f"/console/webhooks/{made.id}"):
        assert "Nothing arrived for five days." in admin.open(path).text


def test_an_organisation_is_named_for_admins_who_may_read_it(world: World, admin: Admin) -> None:
    """With a link. Who may not read organisations, and a page about one that is gone, have the id alone."""
    acme = world.services.organisation_service.create(f"hooks-{world.clock()}", "Acme <Aircraft>", scope=DEPLOYMENT)
    one, gone = make(world, org_id=acme.id), make(world, org_id="org_gone")
    link = f'<a href="/console/organizations/{acme.id}"><bdi>Acme &lt;Aircraft&gt;</bdi></a>'
    assert link in admin.open(f"/console/webhooks/{one.id}").text
    assert "<code>org_gone</code>" in admin.open(f"/console/webhooks/{gone.id}").text
    page = sign_in(world, admin_scopes=frozenset({"webhooks:read"})).open(f"/console/webhooks/{one.id}").text
    assert (f"<code>{acme.id}</code>" in page, "Aircraft" in page) == (True, False)


def test_hostile_texts_are_text(world: World, admin: Admin) -> None:
    made = make(world, url="https://hooks.example/?\"'><script>alert(1)</script>", description=HOSTILE[:200])
    for path in ("", f"/{made.id}", f"/{made.id}/edit", f"/{made.id}/delete"):
        page = admin.open(f"/console/webhooks{path}")
        assert "&lt;script&gt;" in page.text
        check(page.text)
    check(fill(admin, url=HOSTILE, description=HOSTILE, types=HOSTILE, org_id=HOSTILE).text)


def test_a_right_to_read_alone_gives_no_form(world: World) -> None:
    made, admin = make(world), sign_in(world, admin_scopes=frozenset({"webhooks:read"}))
    for path in ("", f"/{made.id}"):
        assert admin.open(f"/console/webhooks{path}").forms == []
    token = hidden(sign_in(world).open("/console/webhooks/new"), "csrf")
    headers = {"Origin": world.settings.issuer}
    answer = admin.browser.http.post(f"/console/webhooks/{made.id}/test", data={"csrf": token, "once": "0123456789"}, headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize("query", ["?cursor=x", "?dead=x", "?cursor=" + "a" * 5000, "?cursor=%00", "?cursor=a&cursor=b"])
def test_a_cursor_of_something_else_is_refused(world: World, admin: Admin, query: str) -> None:
    assert 400 <= admin.open(f"/console/webhooks/{make(world).id}{query}").status < 500
