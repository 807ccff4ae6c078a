"""Sign-up does not tell whether an address has an account (threats G-01, G-02, M-06), and a flood of mails has limits (M-07)."""

from __future__ import annotations

import hashlib
import itertools
import re
from typing import TYPE_CHECKING, NamedTuple

import pytest

from idp.services.people.challenge import BITS, LIFETIME, is_solution
from tests.integration.account.signing_up import begin, code_in, finish, mails, opened, prove
from tests.support.pages import error, hidden, recorded, session_cookie

if TYPE_CHECKING:
    from tests.support.world import World

DENIED = "refused.example"


@pytest.fixture(name="site")
def _site(world: World) -> World:
    """A provider where people may create accounts, but not with every address."""
    return opened(world, sign_up_denied_domains=f".{DENIED}")


def addresses(site: World) -> dict[str, str]:
    """An address of each sort."""
    person = site.person()
    return {
        "without an account": site.unused_email(),
        "with an account": person.email,
        "with an account that is disabled": site.person(disabled=True).email,
        "with an account without a password": site.user(email=site.unused_email()).email,
        "of a denied domain": site.unused_email().replace("example.com", f"mail.{DENIED}"),
        "of a denied domain with an account": site.user(email=site.unused_email().replace("example.com", DENIED)).email,
    }


class Seen(NamedTuple):
    """What a stranger sees of an answer, without the parts that are sealed or are the address itself."""

    status: int
    headers: tuple[tuple[str, str], ...]
    page: str
    length: int
    calls: tuple[str, ...]


def seen(site: World, email: str) -> list[Seen]:
    """What a stranger sees who sends this address, types wrong codes, and asks again at once."""
    browser = site.browser()
    form = browser.open("/sign-up")
    found: list[Seen] = []
    steps = [("email", email), ("code", "0000 0000"), ("code", "1111 1111"), ("code", "x")]
    page = form
    for name, value in steps:
        with recorded(site) as calls:
            page = browser.submit(page, {name: value})
        text = page.text.replace(email, "ADDRESS")
        headers = tuple(
            sorted((key, value) for key, value in page.response.headers.items() if key not in {"x-request-id", "content-length"})
        )
        found.append(Seen(page.status, headers, re.sub(r"[\w-]+\.[\w-]{60,}", "SEALED", text), len(text), tuple(calls)))
    with recorded(site) as calls:
        again = browser.submit(form, {"email": email}, button="send-code")
    found.append(Seen(again.status, (), "", len(again.text.replace(email, "ADDRESS")), tuple(calls)))
    assert session_cookie(browser) is None
    return found


def test_every_address_gets_the_same_answers_by_the_same_calls(site: World) -> None:
    """Status, headers, cookies, bytes, length and DynamoDB calls: of the address, of wrong codes, and of asking again."""
    sorts = addresses(site)
    width = max(len(email) for email in sorts.values())
    padded = {
        sort: "a" * (width - len(email)) + email for sort, email in sorts.items() if "account" not in sort or sort == "without an account"
    }
    answers = {sort: seen(site, padded.get(sort, email)) for sort, email in sorts.items()}
    first = answers["without an account"]
    assert first[0].calls == ("BatchGetItem", "TransactWriteItems")
    for sort, answer in answers.items():
        for ours, theirs in zip(first, answer, strict=True):
            assert theirs._replace(length=0) == ours._replace(length=0), sort
            # A sealed value contains the address, so its length follows that of the address, and of nothing else.
            assert abs(theirs.length - ours.length) <= 4 * width, sort


def test_addresses_of_one_length_get_answers_of_one_length(site: World) -> None:
    """The sealed values of the pages tell nothing by their length."""
    known = site.person().email
    answers = [seen(site, email) for email in (known, site.unused_email())]
    assert [each.length for each in answers[0]] == [each.length for each in answers[1]]


def test_the_mail_tells_its_owner_and_only_a_free_address_gets_a_code(site: World) -> None:
    """One mail each. An owner of an account is told that there is one; the code of their ticket is never sent, and never works."""
    subjects = {}
    for sort, email in addresses(site).items():
        begin(site, email=email)
        (mail,) = mails(site, email)
        subjects[sort] = mail.subject
        has_code = bool(re.search(r"\d{4} \d{4}|/link/", mail.text + mail.html))
        assert has_code == (sort == "without an account"), sort
    assert subjects["without an account"] == "Your code to create an account"
    assert {subject for sort, subject in subjects.items() if "with an account" in sort} == {"You already have an account"}
    assert subjects["of a denied domain"] == "No account can be created with this address"


@pytest.mark.parametrize("sort", ["with an account", "of a denied domain"])
def test_the_code_of_an_address_that_may_not_sign_up_never_works(site: World, sort: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even the right one, which no mail has: for the guesser it is wrong."""
    monkeypatch.setattr("idp.domain.tickets.code.new", lambda: "12345678")
    email = addresses(site)[sort]
    began = begin(site, email=email)
    page = began.browser.submit(began.page, {"code": "1234 5678"})
    assert page.status == 422
    assert "code is wrong" in error(page)


def test_a_list_of_domains_admits_only_these(world: World) -> None:
    """`example.com` is that domain; `.example.org` has its subdomains too; a name that only ends alike is another domain."""
    site = opened(world, sign_up_domains="example.com .example.org xn--bcher-kva.example", sign_up_denied_domains="bad.example.org")
    for domain, admitted in {
        "example.com": True, "mail.example.com": False, "notexample.com": False, "example.org": True, "a.b.example.org": True,
        "notexample.org": False, "bad.example.org": False, "good.example.org": True, "xn--bcher-kva.example": True, "example.net": False,
    }.items():  # fmt: skip
        email = site.unused_email().replace("example.com", domain)
        began = begin(site, email=email)
        assert (mails(site, email)[0].subject == "Your code to create an account") == admitted, domain
        assert began.page.has_button("check-code")


def test_a_network_gets_a_number_of_mails_an_hour(world: World) -> None:
    """M-07: beyond it the page is the same, and nothing is written or sent. Another network and the next hour have their own."""
    site = opened(world, tickets_hourly_per_network=3)
    asked = [begin(site) for _ in range(5)]
    assert [len(mails(site, began.email)) for began in asked] == [1, 1, 1, 0, 0]
    assert {began.page.status for began in asked} == {200}
    elsewhere = begin(site, browser=site.browser("203.0.113.77"))
    assert mails(site, elsewhere.email)
    site.clock.advance(3600)
    assert mails(site, begin(site).email)


def test_all_networks_together_have_a_limit(world: World) -> None:
    """A flood from many networks ends, too."""
    site = opened(world, tickets_hourly_per_network=1, tickets_hourly=2)
    site.clock.advance(3600 * 9_999)  # an hour in which no other test asks
    asked = [begin(site, browser=site.browser(f"203.0.113.{number}")) for number in range(4)]
    assert [len(mails(site, began.email)) for began in asked] == [1, 1, 0, 0]


def solve(puzzle: str) -> str:
    """The smallest solution of a puzzle."""
    return next(text for text in map(str, itertools.count()) if is_solution(puzzle, text, BITS))


def test_a_browser_that_works_gets_its_mail_and_others_a_tenth(world: World) -> None:
    """Proof of work: without a solution a tenth of the limit. Wrong, used and old solutions count as none."""
    site = opened(world, sign_up_challenge="proof-of-work", tickets_hourly_per_network=20)
    browser = site.browser()

    def send(**challenge: str) -> bool:
        form, email = browser.open("/sign-up"), site.unused_email()
        browser.submit(form, {"email": email, **challenge}, button="send-code")
        return bool(mails(site, email))

    assert [send() for _ in range(4)] == [True, True, False, False]
    puzzle = hidden(browser.open("/sign-up"), "challenge")
    solution = solve(puzzle)
    assert hashlib.sha256(f"{puzzle}:{solution}".encode()).digest()[:2] == b"\0\0"
    for wrong in ("", "x", "-1", "0" * 21, str(int(solution) + 1), "\u0661"):
        assert not send(challenge=puzzle, solution=wrong), wrong
    assert not send(challenge=puzzle[:-1], solution=solve(puzzle[:-1]))
    assert send(challenge=puzzle, solution=solution)
    assert not send(challenge=puzzle, solution=solution)
    old = hidden(browser.open("/sign-up"), "challenge")
    solution = solve(old)
    site.clock.advance(LIFETIME)
    assert not send(challenge=old, solution=solution)


def test_no_code_and_no_link_is_in_an_answer_the_log_or_the_trail(site: World, capsys: pytest.CaptureFixture[str]) -> None:
    """M-10: they are in the mail alone, and nothing at rest opens anything."""
    began = begin(site)
    mail = mails(site, began.email)[0]
    code, link = code_in(mail), re.search(r"/link/(\S+)", mail.text)
    assert link
    answers = [began.page.text, began.browser.open(f"/link/{link[1]}").text]
    finish(began, prove(site, began))
    printed = capsys.readouterr()
    stored = [str(raw) for table in ("directory", "state") for raw in site.services.database.scan(table) if "events" not in raw]
    for secret in (code, code.replace(" ", ""), link[1]):
        assert secret not in answers[0]
        assert secret not in printed.out + printed.err
        assert not [raw for raw in stored if secret in raw]
