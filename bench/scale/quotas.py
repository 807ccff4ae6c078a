"""Quotas of AWS and limits of the stack: what they are without a request, and what a load needs of them.

Sources: the pages on quotas of each service in AWS's documentation; the stack's limits are the parameters of serverless.yml.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import yaml

from bench.scale import behaviour as b
from bench.scale.load import Load
from tools import costs

AS_OF = "2026-11-30"
_SIGN_INS = tuple(b.SIGN_IN_SHARES)
_PASSWORDS = ("sign-in with a password", "sign-in with a password and TOTP", "failed sign-in")
_OF_TOKEN = (*_SIGN_INS, "SSO visit", "refresh", "client credentials", "sign-up")
_OF_AUTHORIZE = (*_SIGN_INS, "SSO visit", "sign-up")


class Quota(NamedTuple):
    """`need`: the busiest second of a load, without headroom. `how`: where it is raised."""

    name: str
    default: float
    need: Callable[[Load], float]
    how: str


def quotas(root: Path) -> list[Quota]:
    """The quotas, those of the stack with the defaults of its parameters."""
    stack = yaml.safe_load((root / "serverless.yml").read_text(encoding="utf-8"))["params"]["default"]
    return [
        Quota("Lambda: concurrent executions", 1_000, lambda load: max(load.busy, _invocations(load) / 10), _CONCURRENT),
        Quota("Lambda: new environments in 10 seconds", 1_000, lambda load: load.busy / 6, "never; if the peak comes within a minute"),
        Quota("API Gateway: requests a second", 10_000, _invocations, _ASK),
        Quota("the stack: `requests`, of a route", stack["requests"], lambda load: load.rate(*_OF_AUTHORIZE), _DEPLOY),
        Quota("the stack: `tokenRequests`", stack["tokenRequests"], lambda load: load.rate(*_OF_TOKEN), _DEPLOY),
        Quota("the stack: `signInRequests`, of a route", stack["signInRequests"], lambda load: load.rate(*_PASSWORDS), _DEPLOY),
        *(
            Quota(f"DynamoDB: {word} units a second of `{place}`", 40_000, _of_place(place, writes=writes), f"{_ASK}, for each table")
            for place, writes, word in (
                ("directory", False, "read"), ("directory", True, "write"), ("state", False, "read"), ("state", True, "write"),
                ("state.by_time", True, "write"),
            )
        ),
        Quota("DynamoDB: read units a second of a new table", 12_000, _most(writes=False), _WARM),
        Quota("DynamoDB: write units a second of a new table", 4_000, _most(writes=True), _WARM),
        Quota("KMS: symmetric requests a second, least of all regions", 10_000, lambda load: min(load.busy, 100.0), _ASK),
        Quota("SES: mails a second", 14, lambda load: load.peak(load.mails), "the account's dashboard; 1 in the sandbox"),
        Quota("SES: mails a day", 50_000, lambda load: load.mails, "the account's dashboard; 200 in the sandbox"),
        Quota("CloudFront: requests a second of a distribution", 250_000, _invocations, _ASK),
        Quota("CloudFront: Gbit a second of a distribution", 150, lambda load: _invocations(load) * costs.ANSWER_KB * 8 / 1e6, _ASK),
    ]  # fmt: skip


_ASK, _DEPLOY = "Service Quotas", "parameter of `make deploy`"
_CONCURRENT = "Service Quotas; new accounts have 10"
_TABLES = ("directory", "state")
_WARM = "warm throughput of the table, before the first peak"


def _invocations(load: Load) -> float:
    return load.peak(load.requests)


def _most(*, writes: bool) -> Callable[[Load], float]:
    """Units of the table that gets most."""
    return lambda load: max(_of_place(table, writes=writes)(load) for table in _TABLES)


def _of_place(place: str, *, writes: bool) -> Callable[[Load], float]:
    return lambda load: load.peak_by_place.get((place, writes), 0.0)


def asked(quota: Quota, load: Load) -> str:
    """What is needed with headroom; in bold with "raise" if it is more than the default."""
    wanted = quota.need(load) * b.HEADROOM
    text = f"{math.ceil(wanted):,}" if wanted >= 1 else f"{wanted:.2g}"
    return f"**raise to {text}**" if wanted > quota.default else text
