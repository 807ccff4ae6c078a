"""Just-in-time migration through the deployed function: what the first sign-in of a person costs who waits, and the second one.

The earlier system is a Lambda function on loopback. The count begins at the filled sign-in form and ends with its answer. The people
who wait are numbered as an import numbers them, so a right answer also takes one off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.accounts import Site, function
from bench.meter import Meter, Usage
from bench.people import connect_earlier_system, create_waiting
from bench.report import usage_columns
from tests.engines.launch import ENGINES

ARN = "arn:aws:lambda:us-east-1:000000000000:function:earlier"
RIGHT, WRONG, DOWN = "the password of the earlier system", "a wrong password of some length", 500  # test values


class Earlier:
    """The earlier system: it knows everybody's password. `down`: it does not answer."""

    down = False

    def __call__(self, event: dict[str, Any]) -> Any:
        """The answer to a question. Mails are accepted."""
        if "password" not in event:
            return {}
        if self.down:
            return DOWN
        right = event["password"] == RIGHT
        return {"result": "right", "user": {"email": event["email"], "email_verified": True}} if right else {"result": "wrong"}


def run(work: Path, tell: Callable[[str], None]) -> list[tuple[str, ...]]:
    """Rows: sign-in, calls, units, dollars. The whole sign-in form, on a warm function."""
    rows: list[tuple[str, ...]] = [("sign-in", "calls", "read units", "write units", "$ a million", "which calls")]
    with ENGINES["dynoxide"]() as engine:
        return rows + [(name, *usage_columns(used)) for name, used in count(engine, work, tell).items()]


def count(engine: str, work: Path, tell: Callable[[str], None]) -> dict[str, Usage]:
    """Calls and units of each sign-in. Of each the third run is counted, each of another person."""
    used: dict[str, Usage] = {}
    with Meter(engine) as meter, _site(engine, work, meter.url) as (site, earlier):
        people = iter(create_waiting(site.env, 12))
        for name, password, down in (
            ("first, right", RIGHT, False), ("first, wrong", WRONG, False), ("first, no answer", RIGHT, True),
        ):  # fmt: skip
            tell(f"counting: {name}")
            earlier.down = down
            for _ in range(3):
                email = next(people)
                _sign_in(site, meter, email, password, succeeds=name == "first, right")
                used[name] = meter.take()
                if name == "first, right":
                    _sign_in(site, meter, email, password, succeeds=True)
                    used["second"] = meter.take()
    return used


@contextmanager
def _site(engine: str, work: Path, through: str) -> Iterator[tuple[Site, Earlier]]:
    with function(engine, work, through=through, settings={"IDP_MIGRATION_FUNCTION": ARN}) as site:
        earlier = Earlier()
        site.queue.answer = earlier
        connect_earlier_system(site.env, ARN)
        yield site, earlier


def _sign_in(site: Site, meter: Meter, email: str, password: str, *, succeeds: bool) -> None:
    browser = site.browser()
    page = site.authorize(browser)
    meter.take()
    page = browser.submit(page, {"email": email, "password": password})
    if (page.redirected_to is not None) is not succeeds:
        raise SystemExit(f"the sign-in did not end as it should: {page}")
