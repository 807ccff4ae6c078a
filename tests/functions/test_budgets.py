"""The limits of each flow in DynamoDB calls and in dollars, on every real engine, through the deployed function."""

from __future__ import annotations

import pytest

from bench import measure, providers, waiting
from bench.meter import Usage

pytestmark = [pytest.mark.functions, pytest.mark.engines]

CALLS = {"discovery": 0, "client credentials": 1, "login": 8, "login with TOTP": 11, "SSO visit": 5, "refresh": 2}
WAITING = {"first, right": (7, 11.8), "second": (4, 3.4), "first, wrong": (6, 3.5), "first, no answer": (5, 2.9)}
"""Calls and dollars a million of the sign-in form of a person who waits for the first sign-in (just-in-time migration).

Of a write in a transaction DynamoDB Local reports four units, dynoxide two, as AWS documents: there the first one costs 7.75.
"""
DOLLARS_A_MILLION = {"login": 4.5, "SSO visit": 2.5, "refresh": 1.0}


@pytest.fixture(scope="module")
def used(dynamodb_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Usage]:
    """Calls and units of every flow, on a warm function."""
    return measure.count(providers.project(dynamodb_endpoint, tmp_path_factory.mktemp("budgets")), dynamodb_endpoint, lambda _: None)


@pytest.mark.parametrize("flow", CALLS)
def test_no_flow_exceeds_its_budget_of_calls(used: dict[str, Usage], flow: str) -> None:
    """Each flow stays within its number of calls."""
    assert used[flow].calls.total() <= CALLS[flow], used[flow].calls


@pytest.mark.parametrize("flow", DOLLARS_A_MILLION)
def test_no_flow_exceeds_its_budget_of_dollars(used: dict[str, Usage], flow: str) -> None:
    """A million of them at on-demand prices."""
    assert used[flow].dollars_per_million <= DOLLARS_A_MILLION[flow], used[flow]


@pytest.fixture(scope="module")
def used_by_waiting(dynamodb_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Usage]:
    """Calls and units of each sign-in of people who wait, on a warm function."""
    return waiting.count(dynamodb_endpoint, tmp_path_factory.mktemp("waiting"), lambda _: None)


@pytest.mark.parametrize("sign_in", WAITING)
def test_no_sign_in_of_waiting_people_exceeds_its_budget(used_by_waiting: dict[str, Usage], sign_in: str) -> None:
    """Calls, and a million of them at on-demand prices."""
    used, (calls, dollars) = used_by_waiting[sign_in], WAITING[sign_in]
    assert used.calls.total() <= calls, used.calls
    assert used.dollars_per_million <= dollars, used
