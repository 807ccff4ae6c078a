"""The audit trail in the console for the admin of an organisation: its own events in the list and in files, and no other ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from idp.domain.audit.event import AuditEvent
from idp.http.console import audit, audit_export
from idp.store.events import Events
from tests.integration.console.admins import sign_in
from tests.integration.console.organisations import Company, company

if TYPE_CHECKING:
    from tests.integration.console.admins import Admin
    from tests.support.world import World

ADDRESS = "198.51.100.7"


def happen(world: World, org_id: str, target: str) -> None:
    """An event from a network, about an organisation; about none if `org_id` is empty."""
    said = AuditEvent(
        id=world.services.new_id(), at=world.clock() * 1000, type="user.updated", actor=f"by-{target}", subject=f"usr-{target}",
        target=target, address=ADDRESS, org_id=org_id,
    )  # fmt: skip
    events = Events(world.services.database)
    (events.put_with_copy if org_id else events.put)(said, retention=86400 * 30)


@pytest.fixture
def acme(world: World) -> Company:
    return company(world)


@pytest.fixture
def boss(world: World, acme: Company) -> Admin:
    """The admin of the organisation, after events of it, of another one, and of the deployment."""
    for number in range(3):
        happen(world, acme.id, f"own-{number}-")
        happen(world, company(world).id if not number else "org_other", f"foreign-{number}-")
        happen(world, "", f"everywhere-{number}-")
    world.clock.now += 120
    return acme.come()


@pytest.mark.parametrize("query", ["", "person=usr-foreign-0-", "actor=by-everywhere-1-", "type=user", "outcome=success", "live=on"])
def test_no_list_and_no_file_has_a_foreign_event(boss: Admin, query: str) -> None:
    for path in ("/console/audit", "/console/audit/export/file"):
        page = boss.open(f"{path}?{query}")
        text = page.text.replace(query.partition("=")[2] or "\0", "")  # the form repeats what was looked for
        assert page.status == 200
        assert [each for each in ("foreign-", "everywhere-", ADDRESS) if each in text] == []
        assert ("own-0-" in text) == (not query.startswith(("person", "actor"))), path


@pytest.mark.parametrize("query", ["address=198.51.100.0/24", "person=ada@example.com"])
def test_a_filter_that_would_tell_more_is_refused(boss: Admin, query: str) -> None:
    for path in ("/console/audit?", "/console/audit/export?part=1&", "/console/audit/export/file?"):
        assert boss.browser.http.get(path + query).status_code == 403


def test_pages_and_parts_have_each_own_event_once(boss: Admin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "_ON_A_PAGE", 1)
    monkeypatch.setattr(audit_export, "IN_A_PART", 1)
    for path, rel in (("/console/audit?type=user", 'rel="next"'), ("/console/audit/export?part=1&type=user&format=cef", 'id="next-part"')):
        found, page = list[str](), boss.open(path)
        for _ in range(6):
            file = page.text.partition('id="download" href="')[2].partition('"')[0].replace("&amp;", "&")
            text = boss.browser.http.get(file).text if file else page.text
            found += [f"own-{number}-" for number in range(3) if f"own-{number}-" in text]
            assert "foreign-" not in text
            following = page.text.partition(rel)[2].partition('href="')[2].partition('"')[0].replace("&amp;", "&")
            if not following:
                break
            page = boss.open(following)
        assert sorted(found) == ["own-0-", "own-1-", "own-2-"], path


def test_a_cursor_of_the_deployment_opens_nothing(world: World, boss: Admin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "_ON_A_PAGE", 1)
    everywhere = sign_in(world).open("/console/audit").text
    following = everywhere.partition('rel="next"')[2].partition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert following
    assert boss.browser.http.get(following).status_code == 422
    own = boss.open("/console/audit").text
    mine = own.partition('rel="next"')[2].partition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert boss.browser.http.get(mine).status_code == 200
    assert sign_in(world).browser.http.get(mine).status_code == 422
