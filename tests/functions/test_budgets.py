"""The limits of each flow in DynamoDB calls and in dollars, on every real engine, through the deployed function."""

from __future__ import annotations

import pytest

from bench import measure, providers
from bench.meter import Usage

pytestmark = [pytest.mark.functions, pytest.mark.engines]

CALLS = {"discovery": 0, "client credentials": 1, "login": 8, "login with TOTP": 11, "SSO visit": 5, "refresh": 2}
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
