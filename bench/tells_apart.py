"""Whether the time of an answer tells which addresses have an account (threats G-01, M-06, R-09).

Each page gets addresses with an account and addresses without one, in random order, through the deployed function. The figure is the area
under the ROC curve (AUC) of the times: 0.5 tells nothing, 0 or 1 tells everything. Processor time of the function has less noise than the
time on the wall, so it would show a smaller difference.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from bench.accounts import Site, function
from bench.people import address, count_hashes, create_imported, create_people
from tests.engines.launch import ENGINES
from tests.support.forms import Browser, Page
from tests.support.lambda_host import LambdaHost

WRONG_PASSWORD, WRONG_CODE = "a wrong password of some length", "0000 0000"  # sent to be refused
GOAL = "0.40 to 0.60"
_OF_PROCESS = 2
"""With the inverted process id, the id of the clock of another process (clock_getcpuclockid(3) of Linux)."""


@dataclass(frozen=True)
class Asking:
    """A page that takes an address. `before` fills what comes before the form that is timed. `language`: that of the browser."""

    path: str
    typed: Callable[[str], dict[str, str]]
    before: Callable[[Browser, Page, str], Page] = lambda _browser, page, _email: page
    language: str = "en"


def _ask(browser: Browser, page: Page, email: str) -> Page:
    return browser.submit(page, {"email": email})


PAGES = {
    "sign in, wrong password": Asking("/account", lambda email: {"email": email, "password": WRONG_PASSWORD}),
    "forgot password": Asking("/forgot", lambda email: {"email": email}),
    "forgot password, wrong code": Asking("/forgot", lambda _: {"code": WRONG_CODE}, before=_ask),
    "sign in by mail": Asking("/mail-code", lambda email: {"email": email}),
    "sign in by mail, wrong code": Asking("/mail-code", lambda _: {"code": WRONG_CODE}, before=_ask),
    "create an account": Asking("/sign-up", lambda email: {"email": email}),
    "create an account, wrong code": Asking("/sign-up", lambda _: {"code": WRONG_CODE}, before=_ask),
    "forgot password, in German": Asking("/forgot", lambda email: {"email": email}, language="de"),
    "sign in by mail, in Japanese": Asking("/mail-code", lambda email: {"email": email}, language="ja"),
    "create an account, in Arabic": Asking("/sign-up", lambda email: {"email": email}, language="ar"),
}


LABELS = ("bcrypt:10", "bcrypt:12", "pbkdf2-sha256:210000,32", "wrapped-phpass:13", "")
"""Hashes of imported people, as many of each. The empty one is ours."""
ARGON2 = {"IDP_ARGON2_MEMORY_KIB": "19456", "IDP_ARGON2_ITERATIONS": "2"}
"""The parameters of a deployment. With the cheap ones of the other flows a wrapped hash would take less than its inner one."""
IMPORTED = {"imported people, wrong password": True, "the same without decoys": False}
"""Rows, and whether the hashes were counted. Without numbers every unknown address runs our own hash."""


def run(work: Path, times: int, tell: Callable[[str], None]) -> list[tuple[str, ...]]:
    """Rows: page, AUC on the wall, AUC of processor time. `times`: addresses of each sort for each page."""
    rows: list[tuple[str, ...]] = [("page", "answers", "AUC, time on the wall", "AUC, processor time", "to reach")]
    with ENGINES["dynoxide"]() as engine, function(engine, work) as site:
        for name, asking in PAGES.items():
            tell(f"{name}: {2 * times} addresses")
            rows.append(_row(name, site, asking, create_people(site.env, times)))
    return rows + imported(work, times, tell)


def imported(work: Path, times: int, tell: Callable[[str], None]) -> list[tuple[str, ...]]:
    """The same rows for people who came with hashes of other systems, with the parameters of a deployment for our own."""
    rows = []
    for name, counted in IMPORTED.items():
        tell(f"{name}: {2 * times} addresses")
        with ENGINES["dynoxide"]() as engine, function(engine, work, settings=ARGON2) as site:
            people = create_imported(site.env, times, LABELS)
            if counted:
                count_hashes(site.env)
            rows.append(_row(name, site, PAGES["sign in, wrong password"], people))
    return rows


def _row(name: str, site: Site, asking: Asking, known: list[str]) -> tuple[str, ...]:
    """Ask for `known` and for as many other addresses, in random order."""
    order = [(email, True) for email in known] + [(address(), False) for _ in known]
    random.shuffle(order)
    taken = [(had, *_timed(site, asking, email)) for email, had in order]
    wall = auc([one[1] for one in taken if one[0]], [one[1] for one in taken if not one[0]])
    busy = auc([one[2] for one in taken if one[0]], [one[2] for one in taken if not one[0]])
    return name, f"{len(known)} + {len(known)}", f"{wall:.2f}", f"{busy:.2f}", GOAL


def auc(some: Iterable[float], others: Iterable[float]) -> float:
    """Return the probability that one of `some` is above one of `others`; equal values count half (Mann-Whitney U / n·m)."""
    first, second = list(some), list(others)
    above = sum((a > b) + (a == b) / 2 for a in first for b in second)
    return above / (len(first) * len(second))


def _timed(site: Site, asking: Asking, email: str) -> tuple[float, float]:
    """Time one form, in a new browser of a new network. Returns milliseconds on the wall and of the function's processor time."""
    browser = site.browser(asking.language)
    page = asking.before(browser, browser.open(asking.path), email)
    started, worked = time.perf_counter(), _on_cpu(site.host)
    answer = browser.submit(page, asking.typed(email))
    taken = (time.perf_counter() - started) * 1e3, (_on_cpu(site.host) - worked) / 1e6
    if answer.status >= 500 or answer.status == 429:  # a refusal by a limit would measure the limit
        raise SystemExit(f"{asking.path} answered {answer.status}")
    return taken


def _on_cpu(host: LambdaHost) -> int:
    """Nanoseconds that the function's process was on a processor, with all its threads: passwords are hashed in another one."""
    return time.clock_gettime_ns(~host.child.pid << 3 | _OF_PROCESS)
