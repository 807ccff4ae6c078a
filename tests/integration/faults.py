"""A browser of a person who tries again, on a DynamoDB that fails once at a call that a test chooses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.support.forms import Browser, Page

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

    from tests.engines.lossy_proxy import LossyProxy, Rule
    from tests.support.clock import ShiftedClock

UNAVAILABLE, WRONG = 503, 500
WAIT = 61
"""Seconds that a person waits before another try. An address gets at most one mail a minute."""


class PatientBrowser(Browser):
    """A browser whose person sends a form again that was answered with 503. The fault is over then.

    Every other answer of the 5xx class fails the test: the provider must say that it is unavailable, and when to come back.
    """

    def __init__(self, http: httpx.Client, proxy: LossyProxy, clock: ShiftedClock) -> None:
        super().__init__(http, stop="https://nowhere.example")
        self._proxy, self._clock = proxy, clock
        self.unavailable = 0

    def open(self, url: str, params: Mapping[str, str] | None = None) -> Page:
        return self._again(lambda: super(PatientBrowser, self).open(url, params))

    def submit(self, page: Page, values: Mapping[str, str] | None = None, *, button: str | None = None) -> Page:
        return self._again(lambda: super(PatientBrowser, self).submit(page, values, button=button))

    def post(self, path: str, fields: Mapping[str, str]) -> Page:
        """Send a form that a script has filled."""
        headers = {"Origin": str(self.http.base_url).rstrip("/")}
        return self._again(lambda: self._follow(self.http.post(path, data=dict(fields), headers=headers, follow_redirects=False)))

    def _again(self, send: Callable[[], Page]) -> Page:
        page = send()
        if page.status == UNAVAILABLE:
            assert page.response.headers["retry-after"]
            self.unavailable += 1
            self._proxy.heal()
            self._clock.advance(WAIT)
            page = send()
        assert page.status < WRONG, page
        return page


Fault = Callable[["LossyProxy", int], "Rule"]
FAULTS: dict[str, Fault] = {
    "throttled (FI-1)": lambda proxy, nth: proxy.fail(nth=nth, times=99),
    "in conflict (FI-2)": lambda proxy, nth: proxy.fail("TransactWriteItems", "TransactionCanceledException", nth=nth, times=99),
    "without a reply (FI-3)": lambda proxy, nth: proxy.drop_reply(nth=nth),
    "after the end of the process (FI-4)": lambda proxy, nth: proxy.refuse(nth=nth),
}
"""Each makes the nth call fail, and what is sent again."""


@dataclass
class Trial:
    """A fault at the nth call after `begin`."""

    proxy: LossyProxy
    fault: Fault
    nth: int
    _rule: Rule | None = None

    def begin(self) -> None:
        """Let the calls be counted from here on."""
        self._rule = self.fault(self.proxy, self.nth)

    @property
    def hits(self) -> int:
        """How many calls failed."""
        return self._rule.hits if self._rule else 0


def each_call(proxy: LossyProxy, fault: Fault, most: int = 40) -> Iterator[Callable[[], None]]:
    """Yield a function that begins a fault, for each call in turn after it is called, until no call fails any more."""
    for nth in range(1, most):
        trial = Trial(proxy, fault, nth)
        yield trial.begin
        proxy.heal()
        if not trial.hits:
            assert nth > 1, "no call failed"
            return
    raise AssertionError(f"more than {most} calls")
