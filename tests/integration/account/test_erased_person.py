"""An erased person: no table, log line or kept mail has their id, an address or a canary (threats J-17, docs/decisions/0008)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idp.cli.leftovers import Leftovers, find_leftovers
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.tickets.ticket import RESET, Ticket
from idp.services.mail.outbox import Outbox
from idp.services.people.invitations import InvitationService
from idp.store.erasures import Erasures
from idp.store.mail_problems import MailProblems
from idp.store.trail import Trail
from idp.store.user_erasures import UserErasures
from tests.integration.account.marked_person import ADMIN, NETWORK, Marked, lived
from tests.integration.account.signing_up import NEW_PASSWORD
from tests.support.pages import press

if TYPE_CHECKING:
    from idp.domain.audit.event import AuditEvent
    from tests.support.world import World


def left(marked: Marked) -> Leftovers:
    """What `idp users verify-erased` finds."""
    return find_leftovers(marked.site.services, marked.id, marked.emails, strip_events=False, seen=lambda: None)


def carriers(marked: Marked) -> set[str]:
    """Where the canary is: kinds of items, the log, the outbox."""
    s, canary = marked.site.services, marked.canary
    found = {raw["kind"]["S"] for table in ("directory", "state", "keys") for raw in s.database.scan(table) if canary in repr(raw)}
    found |= {"log" for line in marked.lines if canary in line}
    kept: Any = s.mailer
    return found | {"outbox" for mail in (*kept.sent, *kept.discarded) if canary in mail.text + mail.html + mail.to}


def trail(marked: Marked) -> list[AuditEvent]:
    """The audit trail of the person, the newest event first."""
    now = marked.site.clock() * 1000
    return Trail(marked.site.services.database).of_user(marked.id, since=f"{0:013d}", before=f"{now + 86_400_000:013d}", limit=1000).events


def erase(marked: Marked) -> None:
    """As an admin."""
    marked.site.services.user_service.delete(marked.id, by=ADMIN, scope=DEPLOYMENT)


def test_nothing_of_an_erased_person_is_left(world: World) -> None:
    """Before: the canary is in many kinds of items. Afterwards it is nowhere, and the search finds no id, address or hash of one."""
    marked = lived(world)
    assert carriers(marked) >= {"user", "email", "passkey", "session", "ticket", "seen_place", "outbox"}
    assert {kind for _, _, kind in left(marked).places} >= {
        "user", "email", "passkey", "credential", "session", "grant", "ticket", "event", "mail_problem", "seen_place",
    }  # fmt: skip
    erase(marked)
    assert carriers(marked) == set()
    found = left(marked)
    assert found.places.total() == 0, found
    assert found.events > 5


def test_a_person_who_deletes_the_account_leaves_nothing(world: World) -> None:
    """By the account page, after the days of grace. During these days the person signs in once more, and asks for a reset in vain."""
    marked = lived(world)
    site, browser = marked.site, marked.browser()
    page = press(browser, browser.open("/account"), "/account/delete")
    browser.submit(page, button="delete-account")
    assert (
        "open the link in the mail" in browser.submit(browser.open("/account"), {"email": marked.emails[0], "password": NEW_PASSWORD}).text
    )
    browser.submit(browser.open("/forgot"), {"email": marked.emails[0]})
    site.clock.now += site.settings.deletion_grace_days * 86400
    site.services.due_deletions.run(scope=DEPLOYMENT)
    (receipt,) = [mail for mail in site.services.mailer.sent if mail.to == marked.emails[0]]  # type: ignore[attr-defined]  # the outbox
    assert receipt.subject == "Your account was deleted"
    assert marked.canary not in receipt.text + receipt.html
    site.services.mailer.forget(receipt.to)
    assert carriers(marked) == set()
    assert left(marked).places.total() == 0, left(marked)


def test_audit_events_keep_what_happened_and_not_from_where(world: World) -> None:
    """Types, outcomes and times stay, also of sign-ins, which were sessions. The admin's network address stays, the person's goes."""
    marked = lived(world)
    before = trail(marked)
    assert NETWORK in {each.address for each in before}
    erase(marked)
    done, *after = trail(marked)
    assert (done.type, done.actor, done.address) == ("user.deleted", ADMIN.id, ADMIN.origin.address)
    assert [(each.type, each.outcome, each.at) for each in after] == [(each.type, each.outcome, each.at) for each in before]
    assert {each.type for each in after} >= {"sign_in.succeeded", "sign_in.failed", "user.updated"}
    assert {each.address for each in after} == {"", ADMIN.origin.address}


STEPS: dict[str, tuple[type, str, str]] = {
    "the partition of the user": (Erasures, "erase_user", "session"),
    "the partitions of the addresses": (Erasures, "erase_partitions", "ticket"),
    "marks of bounces": (MailProblems, "delete", "mail_problem"),
    "reservations of former addresses": (UserErasures, "release_email", "email"),
    "invitations": (InvitationService, "withdraw", "invitation"),
}


@pytest.mark.parametrize("step", STEPS)
def test_the_search_finds_each_step_that_is_left_out(world: World, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """So neither the search nor the canary overlooks a kind of items."""
    marked, (owner, method, kind) = lived(world), STEPS[step]
    database = marked.site.services.database
    if kind == "invitation":
        made = marked.site.services.invitation_service.create(marked.site.unused_email(), scope=DEPLOYMENT)
        item = next(raw for raw in database.query_all("state", "INVITATIONS") if raw["sk"]["S"] == made.id)
        database.write_raw("state", [{**item, "email": {"S": marked.emails[0]}}])
    monkeypatch.setattr(owner, method, lambda *_, **__: None)
    erase(marked)
    assert kind in {kind for _, _, kind in left(marked).places}


def test_mails_that_are_kept_in_development_go_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """/dev/outbox shows no mail to the person afterwards. Seen to fail without the step."""
    marked = lived(world)
    with monkeypatch.context() as without:
        without.setattr(Outbox, "forget", lambda *_: None)
        erase(marked)
        assert carriers(marked) == {"outbox"}


def test_what_others_have_stays(world: World) -> None:
    """Another person, whose address contains that of the erased one, keeps everything."""
    marked = lived(world)
    other = marked.site.person(email=f"x{marked.emails[0]}")
    marked.site.signed_in(other.user)
    theirs = replace(marked, person=other, emails=(other.email, other.email))
    before = left(theirs).places
    erase(marked)
    assert left(theirs).places == before
    assert before.total() >= 3
    assert left(marked).places.total() == 0


def test_an_address_with_a_new_account_stays_with_its_owner(world: World) -> None:
    """An erasure that a crash interrupted is finished after another person got the address: nothing of that person is erased."""
    marked = lived(world)
    s = marked.site.services
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(Erasures, "erase_user", _fails)
        with pytest.raises(RuntimeError):
            erase(marked)
    heir = marked.site.person(email=marked.emails[0])
    assert s.tickets.issue(_ticket(marked, heir.user.id), None, now=marked.site.clock())
    assert s.due_deletions.run(scope=DEPLOYMENT) == 1
    assert s.users.id_of(heir.email) == heir.user.id
    assert s.tickets.address_owner(heir.email) in repr([raw for raw in s.database.scan("state") if raw["kind"]["S"] == "ticket"])
    assert not [raw for raw in s.database.scan("state") if marked.id in repr(raw) and raw["kind"]["S"] != "event"]


def _fails(*_: object) -> None:
    raise RuntimeError("the function ended")


def _ticket(marked: Marked, user_id: str) -> Ticket:
    return Ticket(marked.site.services.tickets.address_owner(marked.emails[0]), RESET, marked.emails[0], user_id=user_id)
