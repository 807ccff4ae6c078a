"""Streams of shared signals in the console: what is told, what asks again, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.signals import event_types
from idp.domain.signals.signal import about_stream
from idp.domain.signals.stream import PAUSED, PUSH, SignalStream
from tests.integration.console.admins import sign_in
from tests.integration.console.markup import HOSTILE, check
from tests.support.pages import hidden

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from tests.integration.console.admins import Admin
    from tests.support.world import World


def made(world: World, name: str = "CRM", **members: Any) -> SignalStream:
    """A stored stream of a new app with this name. One event waits."""
    services, client = world.services, app(world, name)
    stream = SignalStream(f"ssf_{services.new_id()}", client.id, client.incarnation, created_at=world.clock(), **members)
    assert services.signal_streams.create(stream, services.audit.once_part("signal_stream.created", origin=world.by.origin))
    services.webhook_queue.add(
        [(stream.id, about_stream(event_types.VERIFICATION, stream.id, services.new_id(), {}, now=world.clock()))], now=world.clock()
    )  # fmt: skip
    return stream


def app(world: World, name: str) -> Client:
    """A stored app."""
    return world.service_client("api:read", resources=["https://api.example"], client_name=name)


def now(world: World, stream: SignalStream) -> SignalStream | None:
    """The stream as stored now."""
    return world.services.signal_streams.get(stream.id)


def at(stream: SignalStream, end: str = "") -> str:
    """The address of its page."""
    return f"/console/signals/{stream.id}{end}"


def test_the_list_and_the_page_tell_how_a_stream_does(world: World, admin: Admin) -> None:
    """By the name of its app."""
    stream = made(world, method=PUSH, endpoint_url="https://crm.example/events", events_requested=(event_types.ACCOUNT_PURGED,))
    paused = made(world, "Wiki", status=PAUSED, reason="Moving house")
    text = admin.open("/console/signals").text
    assert f'<a href="{at(stream)}"><bdi>CRM</bdi></a>' in text
    assert "Moving house" in text
    assert "Fetched by the app" in text
    page = admin.open(at(stream)).text
    for told in ("Nothing was sent yet.", "https://crm.example/events", event_types.ACCOUNT_PURGED, "Events that wait: 1", stream.id):
        assert told in page, told
    assert "Moving house" in admin.open(at(paused)).text


def test_a_stream_is_paused_switched_on_and_deleted(world: World, admin: Admin) -> None:
    stream = made(world)
    page = admin.press(admin.open(at(stream)), "/pause")
    assert "The stream was paused." in page.text
    assert (found := now(world, stream)) is not None
    assert found.status == PAUSED
    page = admin.press(page, "/on")
    assert "The stream was switched on." in page.text
    assert "Events that wait: 2" in page.text
    page = admin.press(admin.open(at(stream, "/delete")), "/delete")
    assert "The stream was deleted" in page.text
    assert now(world, stream) is None
    assert admin.open(at(stream)).status == 404


@pytest.mark.parametrize("act", ["pause", "delete"])
def test_what_keeps_events_from_an_app_asks_again(world: World, admin: Admin, act: str) -> None:
    stream = made(world)
    page = admin.open(at(stream, "/delete" if act == "delete" else ""))
    admin.later()
    asked = admin.press(page, f"/{act}")
    assert "Confirm that it is you" in asked.text
    assert now(world, stream) == stream
    admin.confirm(asked)
    assert now(world, stream) != stream


@pytest.mark.parametrize("act", ["pause", "on", "delete"])
def test_an_old_page_changes_nothing(world: World, admin: Admin, act: str) -> None:
    """The app asked for a verification meanwhile. Without a version the form is refused, too."""
    stream = made(world, status=PAUSED if act == "on" else "enabled")
    page = admin.open(at(stream, "/delete" if act == "delete" else ""))
    assert world.services.signal_streams.note_verification(stream)
    assert admin.press(page, f"/{act}").status == 412
    assert admin.press(page, f"/{act}", {"version": ""}).status == 400
    assert now(world, stream) == replace(stream, version=2)


def test_a_form_without_the_token_of_the_session_changes_nothing(world: World, admin: Admin) -> None:
    """Nor does one from another site."""
    stream, other = made(world), hidden(sign_in(world).open("/console/people/new"), "csrf")
    page = admin.open(at(stream))
    for token in ("", "x", other):
        admin.press(page, "/pause", {"csrf": token})
        assert now(world, stream) == stream
    form = next(form for form in page.forms if form.action.endswith("/pause"))
    answer = admin.browser.http.post(form.action, data=form.fields, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert now(world, stream) == stream
    admin.press(page, "/pause")
    assert now(world, stream) != stream


def test_a_right_to_read_alone_gives_no_form_and_no_name(world: World) -> None:
    """The name of an app takes clients:read. The right over webhooks is another one."""
    stream, reader = made(world), sign_in(world, admin_scopes=frozenset({"signals:read"}))
    for path in ("/console/signals", at(stream)):
        page = reader.open(path)
        assert (page.status, page.forms) == (200, [])
        assert stream.client_id in page.text
        assert "CRM" not in page.text
    assert reader.open(at(stream, "/delete")).status == 403
    token = hidden(sign_in(world).open("/console/people/new"), "csrf")
    for act in ("pause", "on", "delete"):
        data, headers = {"csrf": token, "version": "1"}, {"Origin": world.settings.issuer}
        assert reader.browser.http.post(at(stream, f"/{act}"), data=data, headers=headers).status_code == 403
    assert sign_in(world, admin_scopes=frozenset({"webhooks:read", "webhooks:write"})).open(at(stream)).status == 403
    assert now(world, stream) == stream


@pytest.mark.parametrize("name", ["ssf_unknown", "wh_x", "%00", "a" * 600])
def test_an_id_of_something_else_is_not_found(admin: Admin, name: str) -> None:
    for end in ("", "/delete"):
        assert admin.open(f"/console/signals/{name}{end}").status in {400, 404}


def test_hostile_texts_are_text(world: World, admin: Admin) -> None:
    """What the app chose: its name, its description, its address and a reason."""
    stream = made(world, HOSTILE[:100], description=HOSTILE, reason=HOSTILE, endpoint_url=HOSTILE, method=PUSH, status=PAUSED)
    for path in ("/console/signals", at(stream), at(stream, "/delete")):
        page = admin.open(path)
        assert page.status == 200
        assert "&lt;script&gt;" in page.text
        check(page.text)


def test_the_navigation_has_streams_only_where_they_are_on(world: World, admin: Admin, monkeypatch: pytest.MonkeyPatch) -> None:
    link = '<li><a href="/console/signals"'
    off = admin.open("/console/signals").text
    assert link not in off
    assert "Shared signals are off in this deployment" in off
    monkeypatch.setattr(world.services, "settings", replace(world.settings, shared_signals="on"))
    page = admin.open("/console/signals").text
    assert link in page
    assert "Shared signals are off" not in page
