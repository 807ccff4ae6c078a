"""The costs of docs/deploy.md are computed from the last measurement."""

from __future__ import annotations

import pytest

from tools import costs

FLOWS = {name: costs.Flow(2, 3, 1, 2) for name in costs.A_MONTH}


def test_the_page_has_the_table_that_is_computed_now() -> None:
    """Run `tools/costs.py --write docs/deploy.md` after each new measurement."""
    page = (costs.ROOT / "docs" / "deploy.md").read_text()
    assert f"{costs.BEGIN}\n{costs.rendered()}\n{costs.END}" in page


def test_the_page_has_the_table_of_lambda_that_is_computed_now() -> None:
    page = (costs.ROOT / "docs" / "deploy.md").read_text()
    assert f"{costs.LAMBDA_BEGIN}\n{costs.rendered_lambda()}\n{costs.LAMBDA_END}" in page


def test_the_price_of_lambda_equals_a_calculation_by_hand() -> None:
    """A refresh with two calls and 2 ms: 2 + 2 × 5 + 1 = 13 ms at 1769 MB, and one invocation. A login has the hash too."""
    flow = costs.Flow(2, 3, 1, 2)
    assert costs.lambda_price("refresh", flow) == pytest.approx(0.013 * 1769 / 1024 * 0.0000133334 + 0.2e-6)
    assert costs.billed_ms("login", flow) == pytest.approx(costs.billed_ms("refresh", flow) + 50 + 3)
    only = {"refresh": flow, "client credentials": flow}
    assert f"| {6_000_000 * costs.lambda_price('refresh', flow):.2f} |" in costs.lambda_table(only), "60 refreshes of 100 thousand people"
    assert costs.lambda_table(only).count("| - |") == 1, "no person asks for client credentials"


def test_the_goal_of_a_month_is_reached_without_metrics_and_snapstart_only() -> None:
    """Less than $40 for 100 thousand people. The page says that it is not reached with them."""
    page = (costs.ROOT / "docs" / "performance.md").read_text()
    whole = sum(costs.month(100_000, costs.measured(page)).values())
    assert whole - costs.METRICS * costs.METRIC - costs.SNAPSHOTS * costs.SNAPSHOT < 40 < whole < costs.cognito(100_000, 0.015, 0.015)


def test_every_priced_flow_has_measurements() -> None:
    """A renamed row of the bench must not count as free."""
    found = costs.measured((costs.ROOT / "docs" / "performance.md").read_text())
    assert set(found) == set(costs.A_MONTH)
    assert all(flow.calls and flow.reads and flow.cpu_ms for flow in found.values())


def test_without_users_only_the_key_and_optional_parts_cost() -> None:
    """DynamoDB, Lambda and the gateway cost nothing without requests."""
    nothing = costs.month(0, FLOWS)
    assert {part for part, price in nothing.items() if price} == {"logs, metrics", "key, snapshots"}
    assert nothing["key, snapshots"] == pytest.approx(costs.KMS_KEY + costs.SNAPSHOTS * costs.SNAPSHOT)


def test_the_cost_of_refreshes_equals_a_calculation_by_hand() -> None:
    """A million users' refreshes, with units as DynamoDB bills them."""
    only = {**FLOWS, "login": costs.Flow(0, 0, 0, 0), "SSO visit": costs.Flow(0, 0, 0, 0)}
    units = costs.month(1_000_000, only)["DynamoDB"] - 16 * costs.STORED_GB - 2 * costs.RECOVERABLE_GB
    assert units == pytest.approx(60_000_000 * (3 * 0.125 + 0.625) / 1e6)


@pytest.mark.parametrize(("users", "lite", "ms"), [(10_000, 0, 0), (50_000, 220, 0), (100_000, 495, 815), (110_000, 541, 978)])
def test_prices_of_other_providers_are_the_published_ones(users: int, lite: float, ms: float) -> None:
    assert costs.cognito(users, 0.0055, 0.0046) == pytest.approx(lite)
    assert costs.entra(users) == pytest.approx(ms)
