"""New passwords are compared with lists of stolen ones: a file, and the range service, here an HTTPS server on this machine (R-15).

The service may be slow, down or broken: then the password is accepted and the skipped check is counted.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idp.adapters import breached_range
from idp.adapters.breached_file import BreachedFile
from idp.adapters.breached_range import BreachedRange
from idp.adapters.exchange import open_socket
from idp.adapters.fetch_function import QUICK, FetchFunction
from idp.adapters.outgoing import Fetched, FetchRefused, Outgoing
from idp.cli.filter_builder import build
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Invalid
from idp.services.factors.breached_passwords import BreachedPasswords
from idp.services.factors.passwords import Passwords
from idp.settings import Settings
from idp.telemetry.journal import Journal
from idp.wiring import build_services
from tests.integration.account.people import NEW, change, signed_in
from tests.integration.account.resetting import asked, newest, set_password
from tests.integration.account.signing_up import begin, finish, opened, prove
from tests.support.pages import error, sign_in
from tests.support.tls import Authority, HttpsSite

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from socket import socket

    from tests.support.world import World

HOST = "api.pwnedpasswords.com"
STOLEN, OTHER = "an otter that was stolen twice", "an otter that was never seen"
LONG = 60.0
"""Seconds for an answer that comes: the machine may be busy."""


def sha1(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest().upper()


def served(*rows: str, status: str = "200 OK") -> list[bytes]:
    body = "\r\n".join(rows).encode()
    return [f"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n".encode(), body]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def site(authority: Authority) -> Iterator[HttpsSite]:
    """The service. It lists STOLEN, and padding."""
    with HttpsSite(authority, HOST) as site:
        site.answer = served("0" * 35 + ":7", sha1(STOLEN)[5:] + ":987654", "F" * 35 + ":0")
        yield site


@pytest.fixture
def service(authority: Authority, site: HttpsSite) -> Outgoing:
    """Fetches from the real address of the service, which leads to the server of this test."""

    def connect(address: str, port: int, timeout: float) -> socket:
        assert (address, port) == ("127.0.0.1", 443)
        return open_socket(address, site.port, timeout)

    return Outgoing(frozenset({HOST}), str(authority.file), resolve=lambda *_: ["127.0.0.1"], connect=connect)


@pytest.fixture
def lines(world: World) -> list[str]:
    """The lines that the provider writes, at the lowest level."""
    written: list[str] = []
    vars(world.services)["journal"] = Journal(deployment="d", metrics=True, least="DEBUG", write=written.append)
    return written


def asking(world: World, fetcher: Any, *, timeout: float = LONG, file: BreachedFile | None = None) -> None:
    """Let this provider ask the service."""
    range_ = BreachedRange(lambda: fetcher, timeout=timeout)
    vars(world.services)["breached_passwords"] = BreachedPasswords(file, range_)


def skipped(lines: list[str]) -> float:
    """How many checks were skipped, by the metric."""
    found = [json.loads(line) for line in lines]
    return float(sum(line.get("BreachChecksSkipped", 0) for line in found))


def test_a_stolen_password_is_refused_and_only_five_digits_are_sent(
    world: World, site: HttpsSite, service: Outgoing, lines: list[str]
) -> None:
    """R-15. Neither the digits nor the count are in the log, nor in the page. Another password is accepted."""
    person = world.person()
    asking(world, service)
    browser = signed_in(world, person)
    page = change(browser, new=STOLEN)
    assert page.status == 422
    assert "stolen from other services" in error(page)
    ((request,), (name,)) = (site.requests, site.names)
    head, *headers = request.decode().strip().split("\r\n")
    assert head == f"GET /range/{sha1(STOLEN)[:5]} HTTP/1.1"
    assert sorted(headers) == [
        "Accept-Encoding: identity", "Accept: text/plain", "Add-Padding: true", "Connection: close", f"Host: {HOST}", "User-Agent: idp",
    ]  # fmt: skip
    assert name == HOST
    written = "".join(lines)
    assert [secret for secret in (sha1(STOLEN)[:5], sha1(STOLEN)[5:], STOLEN, "987654") if secret in written + page.text] == []
    assert skipped(lines) == 0
    assert "Your password is changed" in change(browser, new=OTHER).text
    assert skipped(lines) == 0


def test_padding_is_no_breach(world: World, site: HttpsSite, service: Outgoing) -> None:
    """A row with the count 0 is made up by the service."""
    asking(world, service)
    site.answer = served(sha1(STOLEN)[5:] + ":0", "0" * 35 + ":3")
    assert "Your password is changed" in change(signed_in(world, world.person()), new=STOLEN).text
    assert len(site.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(served(sha1(STOLEN)[5:] + ":2", status="500 Internal Server Error"), id="500"),
        pytest.param(served(sha1(STOLEN)[5:] + ":2", status="429 Too Many Requests"), id="429"),
        pytest.param(
            [b"HTTP/1.1 302 Found\r\nLocation: https://" + HOST.encode() + b"/elsewhere\r\nContent-Length: 0\r\n\r\n"], id="a redirect"
        ),
        pytest.param(served("<html>", "not", "rows"), id="another page"),
        pytest.param(served(sha1(STOLEN)[5:] + ":2", "x"), id="one bad row"),
        pytest.param(served(sha1(STOLEN) + ":2"), id="whole hashes"),
        pytest.param(served(sha1(STOLEN)[5:].lower() + ":2"), id="small letters"),
        pytest.param(served(sha1(STOLEN)[5:] + ":\u0662"), id="other digits"),
        pytest.param(served(sha1(STOLEN)[5:] + ":2", *["0" * 35 + ":1"] * 8000), id="a huge answer"),
        pytest.param(served(), id="nothing"),
        pytest.param([b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n" + sha1(STOLEN)[5:].encode()], id="cut"),
        pytest.param([b"\x00\xff no HTTP\r\n\r\n"], id="no HTTP"),
        pytest.param([b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b"], id="compressed"),
    ],
)
def test_a_service_without_a_usable_answer_does_not_stop_the_change(
    world: World, site: HttpsSite, service: Outgoing, lines: list[str], answer: list[bytes]
) -> None:
    """R-15: the password is set, the skipped check is counted, and the line says that it happened."""
    asking(world, service)
    site.answer = answer
    browser = signed_in(world, world.person())
    assert "Your password is changed" in change(browser, new=STOLEN).text
    assert len(site.requests) == 1
    assert skipped(lines) == 1
    (line,) = [line for line in map(json.loads, lines) if "BreachChecksSkipped" in line]
    assert line["level"] == "WARN"
    assert "gave no answer" in json.dumps(line)
    assert sha1(STOLEN)[:5] not in json.dumps(line)


def test_a_service_that_is_down_or_has_another_certificate_does_not_stop_the_change(
    world: World, authority: Authority, lines: list[str]
) -> None:
    """No connection, and a server that is not the service."""
    down = Outgoing(frozenset({HOST}), str(authority.file), resolve=lambda *_: [])
    browser = signed_in(world, world.person())
    asking(world, down)
    assert "Your password is changed" in change(browser, new=STOLEN).text
    with HttpsSite(authority, "other.example") as other:
        other.answer = served(sha1(STOLEN)[5:] + ":2")
        wrong = Outgoing(
            frozenset({HOST}), str(authority.file), resolve=lambda *_: ["127.0.0.1"],
            connect=lambda address, _, timeout: open_socket(address, other.port, timeout),
        )  # fmt: skip
        asking(world, wrong)
        assert "Your password is changed" in change(browser, current=STOLEN, new=OTHER).text
        assert other.requests == []
    assert skipped(lines) == 2


def test_a_slow_service_is_given_up(world: World, site: HttpsSite, service: Outgoing, lines: list[str]) -> None:
    """The answer would take a minute; the time is for the whole of it. In production it is one second."""
    assert breached_range.TIMEOUT == 1.0
    asking(world, service, timeout=0.4)
    over = threading.Event()

    def slowly(parts: Iterable[bytes]) -> Iterator[bytes]:
        for part in parts:
            yield part
            over.wait(0.05)

    first = b"HTTP/1.1 200 OK\r\n\r\n"
    site.answer = slowly(itertools.chain([first], itertools.takewhile(lambda _: not over.is_set(), itertools.repeat(b"0", 1200))))
    browser = signed_in(world, world.person())
    began = time.monotonic()
    assert "Your password is changed" in change(browser, new=STOLEN).text
    assert time.monotonic() - began < 50  # the last byte comes after a minute
    over.set()
    assert skipped(lines) == 1


class Counting:
    """A fetcher that counts, and has no answer."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def get(self, url: str, **how: Any) -> Fetched:
        self.asked.append({"url": url, **how})
        raise FetchRefused("status 503")


def test_nothing_is_asked_at_a_sign_in(world: World) -> None:
    """Not even when the password is hashed again with new parameters, or with a wrong or another person's password."""
    fetcher, person = Counting(), world.person(password=STOLEN)
    asking(world, fetcher)
    vars(world.services.sign_in)["_passwords"] = Passwords(replace(world.services.settings, argon2_iterations=2))
    assert sign_in(world, world.browser(), world.client(), person).redirected_to
    browser = signed_in(world, person)
    for current, new in (("wrong and wrong again", NEW), (STOLEN, "short"), (STOLEN, STOLEN), (STOLEN, "123456789qwerty")):
        assert change(browser, current=current, new=new).status == 422
    assert fetcher.asked == []
    change(browser, current=STOLEN, new=NEW)
    assert [asked["url"] for asked in fetcher.asked] == [f"https://{HOST}/range/{sha1(NEW)[:5]}"]
    assert fetcher.asked[0]["timeout"] == LONG


def test_a_refusal_uses_up_no_code(world: World, service: Outgoing) -> None:
    """The list is asked before the code is used, so the same code goes with the next password."""
    person = world.person(totp=True)
    browser = signed_in(world, person)
    world.clock.now += 330
    asking(world, service)
    code = person.code(world.clock())
    assert "stolen" in error(change(browser, new=STOLEN, code=code))
    assert "Your password is changed" in change(browser, new=OTHER, code=code).text


def test_admins_and_the_command_line_are_refused_too(world: World, service: Outgoing) -> None:
    """Users are created and get passwords by the same rule; nothing is written."""
    asking(world, service)
    users, email, user = world.services.user_service, world.unused_email(), world.person().user
    with pytest.raises(Invalid, match="stolen"):
        users.create(email, STOLEN, scope=DEPLOYMENT)
    assert world.services.users.id_of(email) is None
    with pytest.raises(Invalid, match="stolen"):
        users.set_password(user.id, STOLEN, scope=DEPLOYMENT)
    assert world.services.users.get(user.id) == user


def test_a_reset_and_a_new_account_refuse_it_and_go_on(world: World, service: Outgoing) -> None:
    """The ticket is not used up, so the next password is accepted on the same page. The name of the app is a known word."""
    asking(world, service)
    person, browser = world.person(), world.browser()
    page = browser.submit(asked(world, browser, person.email), {"code": newest(world, person.email).code})
    page = set_password(browser, page, STOLEN)
    assert "stolen" in error(page)
    assert "Your password is changed" in set_password(browser, page).text
    site = opened(world)
    asking(site, service)
    other = site.browser()
    app = site.client(name="Otters and Rafts")
    began = begin(site, page=site.authorize(other, app), browser=other)
    page = prove(site, began)
    for refused, sentence in ((STOLEN, "stolen"), ("otters rafts 12345", "Use other words")):
        page = other.submit(page, {"new_password": refused}, button="create-account")
        assert sentence in error(page)
    assert "code" in finish(began, page).answer


def test_a_file_of_the_deployment_needs_no_call(world: World, tmp_path: Path, lines: list[str]) -> None:
    """The spelling is the one that is hashed: NFKC."""
    listed = [sha1(STOLEN), sha1("caf\u00e9 with sixteen otters")]
    build((f"{line}:9\n".encode() for line in listed), tmp_path / "filter", min_count=1, step=lambda: None)
    fetcher = Counting()
    asking(world, fetcher, file=BreachedFile(str(tmp_path / "filter")))
    browser = signed_in(world, world.person())
    for refused in (STOLEN, "cafe\u0301 with sixteen otters"):
        assert "stolen from other services" in error(change(browser, new=refused))
    assert fetcher.asked == []
    assert skipped(lines) == 0
    assert "Your password is changed" in change(browser, new=OTHER).text
    assert len(fetcher.asked) == 1


@pytest.mark.parametrize("content", [None, b"", b"not a filter"])
def test_a_file_that_cannot_be_used_does_not_stop_the_change(world: World, tmp_path: Path, lines: list[str], content: bytes | None) -> None:
    """It is counted, and `idp doctor` names it."""
    if content is not None:
        (tmp_path / "filter").write_bytes(content)
    vars(world.services)["breached_passwords"] = BreachedPasswords(BreachedFile(str(tmp_path / "filter")))
    assert "Your password is changed" in change(signed_in(world, world.person()), new=STOLEN).text
    assert skipped(lines) >= 1


def test_the_settings_decide_what_is_asked(tmp_path: Path) -> None:
    """By default neither. With IDP_FETCH_FUNCTION the function asks, and is given up after its second and its start."""
    issuer = "https://id.example"
    off = build_services(Settings(issuer)).breached_passwords
    assert vars(off) == {"_file": None, "_service": None}
    both = build_services(Settings(issuer, breached_passwords="range", breached_passwords_file=str(tmp_path / "x")))
    assert None not in vars(both.breached_passwords).values()
    assert isinstance(both.quick_outgoing, Outgoing)
    function = build_services(Settings(issuer, fetch_function="fetch", breached_passwords="range")).quick_outgoing
    assert isinstance(function, FetchFunction)
    assert QUICK.read + QUICK.connect < 5
