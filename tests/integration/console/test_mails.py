"""Mails in the console: previews that run nothing, and a trial that goes only to the admin."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.languages import SHIPPED
from idp.http.console.mails import names
from idp.services.mail.outbox import Outbox
from tests.integration.console.admins import sign_in
from tests.integration.console.markup import HOSTILE, check

if TYPE_CHECKING:
    from tests.integration.console.admins import Admin
    from tests.support.world import World


def sent_to(world: World, address: str) -> list[str]:
    """The subjects of the mails to an address."""
    assert isinstance(world.services.mailer, Outbox)
    return [mail.subject for mail in world.services.mailer.sent if mail.to == address]


@pytest.mark.parametrize("language", SHIPPED)
def test_every_mail_is_shown_in_every_language_in_a_sandbox(admin: Admin, language: str) -> None:
    for name in names():
        answer = admin.browser.http.get("/console/mails/preview", params={"mail": name, "language": language})
        assert (name, answer.status_code) == (name, 200)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert policy.endswith("sandbox")
        assert "script" not in policy
        assert answer.headers["x-frame-options"] == "SAMEORIGIN"
        assert f'lang="{language}"' in answer.text


def test_the_page_frames_the_preview_without_rights(admin: Admin) -> None:
    page = admin.open("/console/mails?mail=password_reset&language=de")
    assert " sandbox title=" in page.text
    assert "frame-src 'self'" in page.response.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in page.response.headers["content-security-policy"]
    assert page.text.count("<iframe") == 1


@pytest.mark.parametrize(
    ("mail", "language"), [("nothing", "de"), ("../login", "de"), ("layout", "de"), ("code", "xx"), ("", ""), (HOSTILE, "de")]
)
def test_no_other_template_is_rendered(admin: Admin, mail: str, language: str) -> None:
    answer = admin.browser.http.get("/console/mails/preview", params={"mail": mail, "language": language})
    assert answer.status_code == 400
    check(answer.text)


def test_a_trial_goes_to_the_admin_once(world: World, admin: Admin) -> None:
    form = admin.open("/console/mails?mail=password_changed&language=fr")
    before = len(sent_to(world, admin.person.email))
    for _ in range(2):
        page = admin.press(form, "/try")
        assert "The mail was handed over." in page.text
    subjects = sent_to(world, admin.person.email)
    assert len(subjects) == before + 1
    assert subjects[0] != "Your password was changed"
    trail = world.services.audit_trail
    found = trail.page(user_id=admin.person.user.id, since=None, until=None, place=None, limit=10, scope=DEPLOYMENT).events
    assert [event.details["template"] for event in found if event.type == "mail.tried"] == ["password_changed"]


@pytest.mark.parametrize("values", [{"mail": "nothing"}, {"language": "xx"}, {"mail": HOSTILE}])
def test_no_trial_of_something_else_is_sent(world: World, admin: Admin, values: dict[str, str]) -> None:
    form = admin.open("/console/mails")
    before = len(sent_to(world, admin.person.email))
    page = admin.press(form, "/try", {"to": "other@example.com", **values})
    assert page.status == 422
    assert len(sent_to(world, admin.person.email)) == before
    assert sent_to(world, "other@example.com") == []


def test_without_a_sender_nothing_is_handed_over(world: World) -> None:
    other = type(world)(replace(world.settings, env="prod", mail_from=""), world.keys)
    assert not other.settings.sends_mail
    with pytest.raises(Exception, match="no mails"):
        other.services.trial_mails.send(world.person().user, "code", {}, by=world.by)


def test_a_right_to_read_people_alone_sends_nothing(world: World) -> None:
    admin = sign_in(world, admin_scopes=frozenset({"users:read"}))
    assert [form.method for form in admin.open("/console/mails").forms if form.method == "post"] == []
