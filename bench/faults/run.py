"""One run: a person or an app goes through a flow while the store fails. Every request and what it means are in its history."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address
from random import Random
from typing import Any

import httpx

from bench.faults.checker import CUT_OFF, UNAVAILABLE
from bench.faults.history import Event, History, Outcome
from bench.faults.site import Site
from tests.support.forms import Browser, Page
from tests.support.in_process import InProcess
from tests.support.pages import APP
from tests.support.people import Person

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
        self.unavailable = 0
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
            self.unavailable += 1
            self.clock.advance(self.wait)
            if number == MOST_TRIES - 1:
                self.heal()
        raise NotReached("unavailable without a fault")

    def heal(self) -> None:
        """End the fault."""
        self.faulty = False
        self.proxy.heal()
        self.twice, self.cut, self.frozen, self.before_request = "", False, False, lambda: None

    def post(self, path: str, form: Mapping[str, str], **given: Any) -> httpx.Response:
        """Send a form of an app, and again while the provider is unavailable."""
        return self.insist(lambda: self.http.post(path, data=dict(form), **given))

    # -- facts -----------------------------------------------------------------------------------------------------

    def begin(self) -> int:
        """The place in time at which an act begins."""
        return self.history.tick()

    def note(self, act: str, about: str, *, start: int, outcome: Outcome = "ok", **members: Any) -> None:
        """Add an act that ends now."""
        self.history.add(Event(act, about, outcome=outcome, start=start, end=self.history.tick(), **members))

    def close(self) -> None:
        """End the threads."""
        self.thread.shutdown(wait=True)


class Gateway(httpx.BaseTransport):
    """Invokes the function. It duplicates and cuts off requests as the fault of the run says, and records each."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._inner = InProcess(run.site.app, address=run.address)

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
            self._invoke(request, duplicate=True)
            return first
        both = [run.thread.submit(self._invoke, request, duplicate=True) for _ in range(2)]
        answers = [each.result() for each in both]
        return min(answers, key=lambda answer: (not answer.has_redirect_location, answer.status_code))

    def _invoke(self, request: httpx.Request, *, duplicate: bool = False) -> httpx.Response:
        run, start = self._run, self._run.begin()
        hits, told = run.proxy.hits, request.headers.get("x-due")
        try:
            if run.frozen and run.faulty:
                response = self._frozen(request, hits)
            else:
                response = self._inner.handle_request(request)
                run.proxy.thaw()
        except Exception as problem:  # noqa: BLE001  # what would be an error of the function is a violation of the run
            run.history.logged.append(repr(problem))
            response = httpx.Response(500, request=request, text=repr(problem))
        struck = run.proxy.hits > hits
        if struck and run.cut:
            response = httpx.Response(CUT_OFF, request=request)
            run.proxy.judge = None
        self._record(request, response, start, due=bool(told) and not duplicate)
        return response

    def _frozen(self, request: httpx.Request, hits: int) -> httpx.Response:
        """If the fault strikes, the gateway gives up, and the function goes on after the next request."""
        run = self._run
        going = run.thread.submit(self._inner.handle_request, request)
        going.add_done_callback(lambda _: run.proxy.struck.set())
        run.proxy.struck.wait()
        run.proxy.struck.clear()
        if run.proxy.hits == hits:
            run.proxy.thaw()
            return going.result()
        run.frozen, run.proxy.judge = False, None
        return httpx.Response(CUT_OFF, request=request)

    def _record(self, request: httpx.Request, response: httpx.Response, start: int, *, due: bool) -> None:
        error, history = "", self._run.history
        if response.headers.get("content-type", "").startswith(("application/json", "application/problem+json")):
            told = response.json()
            error = str(told.get("error", "")) if isinstance(told, dict) else ""
        path = request.url.path
        history.add(Event(
            "request", f"{request.method} {'/link/…' if path.startswith('/link/') else path}", error,
            "ok" if response.is_success or response.has_redirect_location else "refused", start, history.tick(),
            response.status_code, retry_after="retry-after" in response.headers, due=due,
        ))  # fmt: skip


DUE = {"x-due": "1"}
"""Marks a request whose credential is valid, so that a denial is a fault. The provider ignores the header."""


class RunBrowser(Browser):
    """A browser whose person sends again what found the provider unavailable."""

    def __init__(self, run: Run) -> None:
        super().__init__(httpx.Client(transport=run.http._transport, base_url=run.http.base_url), stop=APP)  # noqa: SLF001
        self.run = run

    def open(self, url: str, params: Mapping[str, str] | None = None) -> Page:
        return self._patiently(lambda: super(RunBrowser, self).open(url, params))

    def submit(self, page: Page, values: Mapping[str, str] | None = None, *, button: str | None = None) -> Page:
        try:
            page.form(values or {}, button)
        except AssertionError as problem:
            raise NotReached(str(problem)[:300]) from problem
        return self._patiently(lambda: super(RunBrowser, self).submit(page, values, button=button))

    def _patiently(self, send: Callable[[], Page]) -> Page:
        pages: list[Page] = []

        def once() -> httpx.Response:
            pages.append(send())
            return pages[-1].response

        self.run.insist(once)
        return pages[-1]


def short(*values: str) -> str:
    """A name of values for a history, from which nobody gets them."""
    return hashlib.sha256("\n".join(values).encode()).hexdigest()[:16]
