"""Tickets: one live ticket of a kind, one use, counted codes (threats H-12, M-01, M-02, M-05, M-13, M-17)."""

from __future__ import annotations

import pytest

from idp.domain.errors import Invalid, Unavailable
from idp.domain.tickets.ticket import FAILURES, HOURLY, LIFETIMES, LONGEST_REQUEST, PAUSE, RESET, SIGN_UP, TRIES, Ticket
from idp.store import keys, sign_in_keys
from idp.store.database import Database
from idp.store.tickets import KEPT, TicketItem, place
from tests.store.conftest import Faulty
from tests.store.examples import NOW, new_id
from tests.store.ticketing import draft, issue, stored, tickets, wrong

HOUR = 3600
BEGIN = NOW - NOW % HOUR
"""The first second of an hour of the clock."""


def opened(database: Database, link: str, *, now: int = NOW) -> Ticket | None:
    """The ticket behind a link, or None if it is not valid."""
    service = tickets(database)
    found = service.open(link.rpartition("/")[2], now=now)
    try:
        return service.read(found, now=now) if found else None
    except Invalid:
        return None


def test_link_and_code_lead_to_the_ticket_and_use_nothing_up(database: Database) -> None:
    """A link may be opened any number of times (threats M-03). The code is accepted as the mail shows it."""
    wanted = draft(user_id="usr_1", stamp=4, browser="b", request="sealed", details={"app": "x"})
    issued, service = issue(database, wanted), tickets(database)
    for _ in range(3):
        found = opened(database, issued.link)
        assert found
        assert (found.owner, found.kind, found.email, found.user_id, found.stamp) == (wanted.owner, RESET, wanted.email, "usr_1", 4)
        assert (found.browser, found.request, found.details) == ("b", "sealed", {"app": "x"})
    assert service.try_code(wanted.owner, RESET, f"{issued.code[:4]} {issued.code[4:]}", now=NOW).id == issued.ticket.id
    assert service.use(issued.ticket, attempt="a", now=NOW)


def test_neither_code_nor_link_is_stored(database: Database) -> None:
    """A reader of the table can neither type a code nor make a link."""
    issued = issue(database)
    item = database.get(*place(issued.ticket.owner, RESET))
    assert item
    raw = str(item.raw())
    assert issued.code not in raw
    assert issued.link.rpartition("/")[2] not in raw
    assert issued.code not in repr(issued)
    assert issued.link not in repr(issued)


def test_a_use_ends_link_and_code(database: Database) -> None:
    issued, service = issue(database), tickets(database)
    assert service.use(issued.ticket, attempt="a", now=NOW)
    assert not service.use(issued.ticket, attempt="b", now=NOW)
    assert opened(database, issued.link) is None
    with pytest.raises(Invalid) as refused:
        service.try_code(issued.ticket.owner, RESET, issued.code, now=NOW)
    assert refused.value.message.id == "ticket.expired"


def test_a_retry_of_the_same_attempt_is_no_second_use(database: Database) -> None:
    issued, service = issue(database), tickets(database)
    assert service.use(issued.ticket, attempt="a", now=NOW)
    assert service.use(issued.ticket, attempt="a", now=NOW)
    assert database.transact(service.use_part(issued.ticket, attempt="a", now=NOW)) is None
    assert database.transact(service.use_part(issued.ticket, attempt="b", now=NOW))


def test_a_newer_ticket_ends_the_earlier_one(database: Database) -> None:
    """Siblings end, because both are the same item. A use of the earlier one fails, and does not touch the newer one."""
    first, service = issue(database), tickets(database)
    second = issue(database, first.ticket, now=NOW + PAUSE)
    assert opened(database, first.link, now=NOW + PAUSE) is None
    assert not service.use(first.ticket, attempt="a", now=NOW + PAUSE)
    with pytest.raises(Invalid):
        service.try_code(first.ticket.owner, RESET, first.code, now=NOW + PAUSE)
    assert opened(database, second.link, now=NOW + PAUSE)
    assert service.use(second.ticket, attempt="b", now=NOW + PAUSE)


@pytest.mark.parametrize("kind", LIFETIMES)
def test_a_ticket_is_over_after_the_lifetime_of_its_kind(database: Database, kind: str) -> None:
    """Until then it works, for every kind."""
    issued, service = issue(database, draft(kind=kind)), tickets(database)
    end = NOW + LIFETIMES[kind]
    assert opened(database, issued.link, now=end - 1)
    assert service.try_code(issued.ticket.owner, kind, issued.code, now=end - 1).id == issued.ticket.id
    assert opened(database, issued.link, now=end) is None
    with pytest.raises(Invalid):
        service.try_code(issued.ticket.owner, kind, issued.code, now=end)
    assert not service.use(issued.ticket, attempt="a", now=end)


def test_a_changed_or_cut_link_is_refused_without_a_call(faulty_store: Faulty) -> None:
    """Every link with one character changed, and each beginning of a link."""
    issued, service = issue(faulty_store.direct), tickets(faulty_store.through)
    handle = issued.link.rpartition("/")[2]
    changed = [handle[:at] + ("A" if handle[at] != "A" else "B") + handle[at + 1 :] for at in range(len(handle))]
    faulty_store.proxy.drop_reply("GetItem", times=99)  # a call would be Unavailable
    for each in [*changed, *(handle[:end] for end in range(len(handle))), handle + "A", ""]:
        assert service.open(each, now=NOW) is None


def test_a_code_of_another_kind_or_owner_is_wrong(database: Database) -> None:
    """The MAC contains kind, owner and ticket (threats M-04)."""
    service, reset = tickets(database), issue(database)
    sign_up, other = issue(database, draft(owner=reset.ticket.owner, kind=SIGN_UP)), issue(database)
    for owner, kind in ((reset.ticket.owner, SIGN_UP), (other.ticket.owner, RESET)):
        with pytest.raises(Invalid) as refused:
            service.try_code(owner, kind, reset.code, now=NOW)
        assert refused.value.message.id == "ticket.wrong_code"
    copied = database.get(*place(reset.ticket.owner, RESET))
    assert copied
    key = sign_in_keys.ticket(other.ticket.owner, RESET)
    database.write_raw("state", [copied.raw() | {"pk": {"S": key.pk}, "owner": {"S": other.ticket.owner}}])
    with pytest.raises(Invalid):
        service.try_code(other.ticket.owner, RESET, reset.code, now=NOW)
    assert service.try_code(sign_up.ticket.owner, SIGN_UP, sign_up.code, now=NOW).id == sign_up.ticket.id


def test_five_codes_may_be_typed_for_a_ticket(database: Database) -> None:
    """After five wrong ones the right one is refused too. The link still works."""
    issued, service = issue(database), tickets(database)
    for _ in range(TRIES):
        with pytest.raises(Invalid) as refused:
            service.try_code(issued.ticket.owner, RESET, wrong(issued.code), now=NOW)
        assert refused.value.message.id == "ticket.wrong_code"
    with pytest.raises(Invalid) as refused:
        service.try_code(issued.ticket.owner, RESET, issued.code, now=NOW)
    assert refused.value.message.id == "ticket.expired"
    assert stored(database, issued.ticket).tries == TRIES
    assert opened(database, issued.link)


def test_failures_stay_counted_over_tickets_until_a_use(database: Database) -> None:
    """A new ticket gives five new tries and no new hundred (threats M-01). At a hundred codes are refused, and the link works."""
    service, wanted = tickets(database), draft()
    for round_ in range(FAILURES // TRIES):
        at = BEGIN + round_ * HOUR
        issued = issue(database, wanted, now=at)
        for _ in range(TRIES):
            with pytest.raises(Invalid):
                service.try_code(wanted.owner, RESET, wrong(issued.code), now=at)
    at = BEGIN + FAILURES * HOUR
    last = issue(database, wanted, now=at)
    with pytest.raises(Invalid) as refused:
        service.try_code(wanted.owner, RESET, last.code, now=at)
    assert refused.value.message.id == "ticket.too_many_codes"
    assert opened(database, last.link, now=at)
    assert service.use(last.ticket, attempt="a", now=at)
    assert stored(database, last.ticket).failures == 0
    after = issue(database, wanted, now=at + HOUR)
    assert service.try_code(wanted.owner, RESET, after.code, now=at + HOUR).id == after.ticket.id


def test_the_item_outlives_its_ticket_so_that_failures_stay(database: Database) -> None:
    issued = issue(database)
    item = database.get(*place(issued.ticket.owner, RESET))
    assert item
    assert item.ttl == issued.ticket.expires_at + KEPT


@pytest.mark.parametrize("typed", ["", "1234567", "123456789", "abcdefgh", "\uff11" * 8, "1" * 100_000, "\ud800"])
def test_a_text_that_is_no_code_is_refused_without_a_call(faulty_store: Faulty, typed: str) -> None:
    """It costs no try."""
    issued = issue(faulty_store.direct)
    with pytest.raises(Invalid):
        tickets(faulty_store.through).try_code(issued.ticket.owner, RESET, typed, now=NOW)
    assert stored(faulty_store.direct, issued.ticket).tries == 0


def test_asking_again_within_a_minute_changes_nothing(database: Database) -> None:
    """So a stranger cannot make the owner's link end again and again (threats M-13)."""
    first = issue(database, now=BEGIN)
    found = database.get(*place(first.ticket.owner, RESET))
    assert tickets(database).issue(first.ticket, found, now=BEGIN + PAUSE - 1) is None
    assert opened(database, first.link, now=BEGIN + PAUSE - 1)


def test_an_hour_has_five_tickets(database: Database) -> None:
    """The sixth is refused and the fifth still works. The next hour has five again."""
    wanted, service = draft(), tickets(database)
    issued = [issue(database, wanted, now=BEGIN + n * PAUSE) for n in range(HOURLY)]
    found = database.get(*place(wanted.owner, RESET))
    assert service.issue(wanted, found, now=BEGIN + 30 * PAUSE) is None
    assert opened(database, issued[-1].link, now=BEGIN + 10 * PAUSE)
    assert issue(database, wanted, now=BEGIN + HOUR).ticket.asked_count == 1


def test_after_five_tickets_another_one_is_issued_once_the_last_has_expired(database: Database) -> None:
    """G-07: a stranger who asks five times early in an hour cannot keep the person without a valid ticket."""
    wanted, service = draft(), tickets(database)
    last = [issue(database, wanted, now=BEGIN + n * PAUSE) for n in range(HOURLY)][-1].ticket
    found = database.get(*place(wanted.owner, RESET))
    assert last.expires_at < BEGIN + HOUR
    assert service.issue(wanted, found, now=last.expires_at - 1) is None
    assert service.issue(wanted, found, now=last.expires_at)


def test_tickets_of_kinds_and_owners_are_independent(database: Database) -> None:
    """A reset does not end a sign-up, and does not make another person wait."""
    owner = f"adr_{new_id()}"
    for kind in LIFETIMES:
        issue(database, draft(owner=owner, kind=kind))
    assert opened(database, issue(database).link)


def test_an_owner_has_one_item_of_a_kind(database: Database) -> None:
    """However often a mail is asked for, also for an address without an account (threats M-17)."""
    wanted = draft()
    for n in range(3):
        issue(database, wanted, now=NOW + n * HOUR)
    assert len(list(database.query_all("state", keys.user_pk(wanted.owner)))) == 1


def test_the_owner_of_an_address_is_stable_and_shows_no_address(database: Database) -> None:
    service = tickets(database)
    assert service.address_owner("ada@example.com") == service.address_owner("ada@example.com")
    assert service.address_owner("ada@example.com") != service.address_owner("bob@example.com")
    assert "ada" not in service.address_owner("ada@example.com")


def test_a_request_that_is_too_long_is_left_out(database: Database) -> None:
    assert issue(database, draft(request="x" * LONGEST_REQUEST)).ticket.request
    assert not issue(database, draft(request="x" * (LONGEST_REQUEST + 1))).ticket.request


def test_a_dropped_ticket_is_over(database: Database) -> None:
    """Alone, and in a transaction. There need not be one."""
    service, first, second = tickets(database), issue(database), issue(database)
    service.drop(first.ticket.owner, RESET)
    assert database.transact(service.drop_part(second.ticket.owner, RESET)) is None
    assert opened(database, first.link) is None
    assert opened(database, second.link) is None
    service.drop(first.ticket.owner, RESET)
    assert database.transact(service.drop_part(second.ticket.owner, RESET)) is None


def test_an_old_item_without_optional_attributes_is_read(database: Database) -> None:
    issued = issue(database)
    item = database.get(*place(issued.ticket.owner, RESET))
    assert item
    raw = item.raw()
    for name in ("stamp", "tries", "failures", "asked_hour", "asked_count", "browser", "request", "details", "user_id"):
        raw.pop(name, None)
    database.write_raw("state", [raw])
    assert opened(database, issued.link)
    assert isinstance(database.get(*place(issued.ticket.owner, RESET)), TicketItem)


def test_without_an_answer_a_code_is_unavailable(faulty_store: Faulty) -> None:
    """Fail closed: neither right nor wrong."""
    issued = issue(faulty_store.direct)
    faulty_store.proxy.drop_reply("UpdateItem", times=99)
    with pytest.raises(Unavailable):
        tickets(faulty_store.through).try_code(issued.ticket.owner, RESET, issued.code, now=NOW)


def test_a_try_whose_reply_was_lost_costs_one_try_or_two(lossy_store: Faulty) -> None:
    """It never gives a free one."""
    issued, service = issue(lossy_store.direct), tickets(lossy_store.through)
    lossy_store.proxy.drop_reply("UpdateItem")
    assert service.try_code(issued.ticket.owner, RESET, issued.code, now=NOW).tries in {1, 2}
