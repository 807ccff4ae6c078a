"""One run: a person or an app goes through a flow while the store fails. Every request and what it means are in its history."""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from ipaddress import IPv4Address
from random import Random
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx

from bench.faults.checker import CUT_OFF, UNAVAILABLE
from bench.faults.history import Event, History, Outcome
from bench.faults.site import Site
from idp.domain.errors import Unavailable
from tests.support.forms import Browser, Page, origin
from tests.support.in_process import InProcess
from tests.support.pages import APP
from tests.support.people import Person

T = TypeVar("T")
MOST_TRIES = 3
"""Tries of a request that finds the provider unavailable. Before the next one the fault is over."""
CODE_IN_MAIL = re.compile(r"\b\d{4} \d{4}\b", re.ASCII)
LINK_IN_MAIL = re.compile(r"https?://\S+/link/\S+", re.ASCII)


class NotReached(Exception):
    """The flow did not end. Under a fault the person begins anew; without one it is a violation."""


class Run:
    """What a flow and a fault see. `wait`: seconds that a person waits before another try."""

    def __init__(self, site: Site, random: Random) -> None:
        self.site, self.random, self.history = site, random, History()
        self.clock, self.proxy = site.clock, site.proxy
        self.address = str(IPv4Address(0x0B00_0000 + random.getrandbits(24)))
        self.http = httpx.Client(transport=Gateway(self), base_url=site.settings.issuer)
        self.wait = 1
        self.in_doubt = 0
        """Requests whose caller got no success, though a write of theirs may have happened or may happen yet."""
        self.going_on = 0
        """Requests of these whose function has not ended."""
        self.clock_wrong = 0
        """Seconds that the clock of an environment is wrong."""
        self.calls = 1
        """How many calls of DynamoDB the flow makes without a fault."""
        self.twice: str = ""
        """How each POST is invoked twice: `after`, `beside`, or not at all."""
        self.cut: bool = False
        """Whether a function that meets the fault ends, so that its answer is lost."""
        self.frozen: bool = False
        """Whether it goes on when the next request is over."""
        self.before_request: Callable[[], None] = lambda: None
        self.faulty = False
        self.thread = ThreadPoolExecutor(2)
        self._going: list[Future[Any]] = []
        """Functions that may be frozen."""
        self.strict = True
        """Whether a denial of a valid credential is a violation. Not if a clock is minutes wrong."""
        self.environment: Callable[[], Any] = lambda: site.app
        """The environment of the next request."""
        self.undo: list[Callable[[], None]] = []
        """What ends the fault, beside the proxy."""
        self.duplicates: list[httpx.Response] = []
        """Answers that the caller did not get."""
        self.backup: list[dict[str, Any]] = []
        """Items of `directory` that are restored after the flow."""
        self.admin_token = ""
        self.ttl = ""
        """`late` or `early`: what happens to items with a TTL after the flow."""
        self.rival: Any = None
        """Another flow that wants the same (FI-5)."""
        self.bystander = False
        """Whether another person signs in during the fault."""

    # -- people and browsers -----------------------------------------------------------------------------------------

    def person(self, **given: Any) -> Person:
        """A new person, whose password and codes no log may have."""
        made = self.site.person(password=f"nine wet walruses {secrets.token_hex(4)}", **given)
        self.history.secret(made.password, made.secret, *made.recovery_codes)
        return made

    def browser(self) -> RunBrowser:
        """A browser without cookies."""
        return RunBrowser(self)

    def mailed(self, address: str, pattern: re.Pattern[str] = CODE_IN_MAIL) -> str:
        """What the pattern finds in the newest mail to the address."""
        mailer: Any = self.site.services.mailer
        for mail in mailer.sent:
            found = pattern.search(mail.text) if mail.to == address else None
            if found:
                self.history.secret(found[0])
                return found[0]
        raise NotReached("no mail came")

    # -- requests --------------------------------------------------------------------------------------------------

    def insist(self, send: Callable[[], httpx.Response]) -> httpx.Response:
        """Send a request, and again while the provider is unavailable. The last try is without the fault."""
        for number in range(1, MOST_TRIES + 1):
            response = send()
            if response.status_code not in {UNAVAILABLE, CUT_OFF}:
                return response
            self.clock.advance(self.wait)
            if number == MOST_TRIES - 1:
                self.heal()
        raise NotReached("unavailable without a fault")

    def heal(self) -> None:
        """End the fault."""
        self.faulty = False
        self.proxy.heal()
        self.twice, self.cut, self.frozen, self.before_request = "", False, False, lambda: None
        self.environment, self.strict = lambda: self.site.app, True
        while self.undo:
            self.undo.pop()()

    def replace(self, owner: object, name: str, value: object) -> None:
        """Give the owner another member until the fault is over."""
        before = getattr(owner, name)
        setattr(owner, name, value)
        self.undo.append(lambda: setattr(owner, name, before))

    def wait_for_clocks(self) -> None:
        """Wait until what was used at a time in the future is in the past."""
        self.clock.advance(self.clock_wrong)

    def post(self, path: str, form: Mapping[str, str], **given: Any) -> httpx.Response:
        """Send a form of an app, and again while the provider is unavailable."""
        return self.insist(lambda: self.http.post(path, data=dict(form), **given))

    # -- functions that no client calls ---------------------------------------------------------------------------------

    def invoke(self, name: str, function: Callable[[], T], *, pause: int) -> T:
        """Invoke a function, and again after `pause` seconds while it fails or is killed. The last try is without the fault.

        Under FI-10 it is invoked twice. A frozen one goes on after the next invocation.
        """
        for number in range(1, MOST_TRIES + 1):
            start, hits = self.begin(), self.proxy.hits
            ended = self._invoked(function)
            if self.cut and self.proxy.hits > hits:
                ended, self.proxy.judge = (), None
            self.note("request", name, start=start, outcome="ok" if ended else "refused", status=200 if ended else CUT_OFF)
            if ended:
                return ended[0]
            self.clock.advance(pause)
            if number == MOST_TRIES - 1:
                self.heal()
        raise NotReached(f"{name} fails without a fault")

    def settle(self) -> None:
        """Wait for functions that were frozen. The fault is over."""
        self.proxy.thaw()
        wait(self._going)

    def until_frozen(self, function: Callable[[], T]) -> Future[T] | None:
        """Run a function in another thread. None if a call of it is frozen: it goes on when the run thaws it."""
        hits = self.proxy.hits
        going = self.thread.submit(function)
        self._going.append(going)
        going.add_done_callback(lambda _: self.proxy.struck.set())
        self.proxy.struck.wait()
        self.proxy.struck.clear()
        if self.proxy.hits == hits:
            self.proxy.thaw()
            return going
        self.frozen, self.proxy.judge = False, None
        self.going_on += 1
        return None

    def _invoked(self, function: Callable[[], T]) -> tuple[T] | tuple[()]:
        """What the function returned, if it did."""
        try:
            if self.frozen and self.faulty:
                going = self.until_frozen(function)
                return (going.result(),) if going else ()
            beside = self.thread.submit(function) if self.twice == "beside" and self.faulty else None
            found = function()
            if beside:
                wait([beside])
            elif self.twice and self.faulty:
                function()
        except Unavailable:
            return ()
        self.proxy.thaw()
        return (found,)

    # -- facts -----------------------------------------------------------------------------------------------------

    def begin(self) -> int:
        """The place in time at which an act begins."""
        return self.history.tick()

    def note(self, act: str, about: str, *, start: int, outcome: Outcome = "ok", **members: Any) -> None:
        """Add an act that ends now."""
        self.history.add(Event(act, about, outcome=outcome, start=start, end=self.history.tick(), **members))

    @contextmanager
    def writing(self, about: str, value: str) -> Iterator[None]:
        """A write that is acknowledged if the flow comes to the end of the block, and may have happened if not."""
        start = self.begin()
        try:
            yield
        except NotReached:
            self.note("write", about, value=value, start=start, outcome="unknown")
            raise
        self.note("write", about, value=value, start=start)

    def prepare_admin(self) -> None:
        """Get the token of an admin before the fault."""
        self.admin_token = self.site.admin_token()

    def admin(self, method: str, path: str, body: Any = None, *, once: str = "") -> httpx.Response:
        """A request of an admin. `once`: the key by which a repeated request is recognised."""
        headers = {"Authorization": f"Bearer {self.admin_token}", **({"Idempotency-Key": once} if once else {})}
        return self.insist(lambda: self.http.request(method, f"/admin/v1{path}", json=body, headers=headers))

    def close(self) -> None:
        """End the threads."""
        self.thread.shutdown(wait=True)


class Gateway(httpx.BaseTransport):
    """Invokes the function. It duplicates and cuts off requests as the fault of the run says, and records each."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        run = self._run
        run.before_request()
        request.read()
        if run.twice and run.faulty and request.method != "GET":
            return self._invoke_twice(request)
        return self._invoke(request)

    def _invoke_twice(self, request: httpx.Request) -> httpx.Response:
        """The caller gets the first answer; of two at the same moment, a success."""
        run = self._run
        if run.twice == "after":
            first = self._invoke(request)
            run.duplicates.append(self._invoke(request, duplicate=True))
            return first
        beside = run.thread.submit(self._invoke, request, duplicate=True)
        answers = [self._invoke(request, duplicate=True), beside.result()]
        answers.sort(key=lambda answer: (not answer.has_redirect_location, answer.status_code))
        run.duplicates += answers[1:]
        return answers[0]

    def _call(self, request: httpx.Request) -> httpx.Response:
        """An environment has one request at a time: one beside it, or a frozen one, is in the second."""
        run = self._run
        app = run.environment() if threading.current_thread() is threading.main_thread() else run.site.second
        return InProcess(app, address=run.address).handle_request(request)

    def _invoke(self, request: httpx.Request, *, duplicate: bool = False) -> httpx.Response:
        run, start = self._run, self._run.begin()
        hits, unsure, told = run.proxy.hits, run.proxy.unsure, request.headers.get(MARK, "")
        try:
            if run.frozen and run.faulty:
                response = self._frozen(request)
            else:
                response = self._call(request)
                run.proxy.thaw()
        except Exception as problem:  # noqa: BLE001  # what would be an error of the function is a violation of the run
            run.history.logged.append(repr(problem))
            response = httpx.Response(500, request=request, text=repr(problem))
        struck = run.proxy.hits > hits
        if struck and run.cut:
            response = httpx.Response(CUT_OFF, request=request)
            run.proxy.judge = None
        run.in_doubt += response.status_code == CUT_OFF or (response.status_code == UNAVAILABLE and run.proxy.unsure > unsure)
        self._record(request, response, start, due="" if duplicate or not run.strict else told)
        return response

    def _frozen(self, request: httpx.Request) -> httpx.Response:
        """If the fault strikes, the gateway gives up, and the function goes on after the next request."""
        going = self._run.until_frozen(lambda: self._call(request))
        return going.result() if going else httpx.Response(CUT_OFF, request=request)

    def _record(self, request: httpx.Request, response: httpx.Response, start: int, *, due: str) -> None:
        error, history = "", self._run.history
        if response.headers.get("content-type", "").startswith(("application/json", "application/problem+json")):
            told = response.json()
            error = str(told.get("error", "")) if isinstance(told, dict) else ""
        path = request.url.path
        used = due == DUE_UNLESS_USED[MARK] and (response.status_code, error) == USED
        history.add(Event(
            "request", f"{request.method} {'/link/…' if path.startswith('/link/') else path}", error,
            "ok" if response.is_success or response.has_redirect_location else "refused", start, history.tick(),
            response.status_code, retry_after="retry-after" in response.headers, due=bool(due) and not used,
        ))  # fmt: skip


MARK = "x-due"
DUE = {MARK: "1"}
"""Marks a request whose credential is valid, so that a denial is a fault. The provider ignores the header."""
DUE_UNLESS_USED = {MARK: "unless used"}
"""Marks the same, but an earlier request, whose caller got no answer, may have used the credential up."""
USED = (400, "invalid_grant")
"""What a used code is answered with (RFC 6749 §4.1.2 and §5.2)."""


class RunBrowser(Browser):
    """A browser whose person sends again what found the provider unavailable."""

    def __init__(self, run: Run) -> None:
        super().__init__(httpx.Client(transport=run.http._transport, base_url=run.http.base_url), stop=APP)  # noqa: SLF001  # both browsers use one transport
        self.run = run

    def open(self, url: str, params: Mapping[str, str] | None = None) -> Page:
        return self._patiently(lambda: super(RunBrowser, self).open(url, params))

    def submit(self, page: Page, values: Mapping[str, str] | None = None, *, button: str | None = None) -> Page:
        try:
            page.form(values or {}, button)
        except AssertionError as problem:
            raise NotReached(str(problem)[:300]) from problem
        return self._patiently(lambda: super(RunBrowser, self).submit(page, values, button=button))

    def press(self, page: Page, path: str) -> Page:
        """Send the form of the page that leads to `path`, by its first button."""
        form = next((form for form in page.forms if urlsplit(form.action).path == path), None)
        if form is None:
            raise NotReached(f"no form to {path}: {page}"[:300])
        pressed = {button.name: button.value for button in form.buttons[:1] if button.name}
        return self.send(path, {**form.fields, **pressed}, origin(form.action))

    def send(self, path: str, fields: Mapping[str, str], sender: str) -> Page:
        """Send a form that a script has filled. `sender`: the origin of its page."""
        headers = {"Origin": sender}
        return self._patiently(lambda: self._follow(self.http.post(path, data=dict(fields), headers=headers, follow_redirects=False)))

    def _patiently(self, send: Callable[[], Page]) -> Page:
        pages: list[Page] = []

        def once() -> httpx.Response:
            pages.append(send())
            return pages[-1].response

        self.run.insist(once)
        return pages[-1]


def short(*values: str) -> str:
    """Return a digest that stands for these values in a history. The values cannot be computed from it."""
    return hashlib.sha256("\n".join(values).encode()).hexdigest()[:16]
