"""The costs of docs/deploy.md are computed from the last measurement."""

from __future__ import annotations

import re

import pytest
import yaml

from idp.settings import Settings
from idp.telemetry import record
from idp.telemetry.journal import Journal
from idp.telemetry.metrics import OF_ALARMS
from tools import costs, prices

FLOWS = {name: costs.Flow(2, 3, 1, 2) for name in costs.A_MONTH}


def test_the_page_has_the_table_that_is_computed_now() -> None:
    """Run `python -m tools.costs --write docs/deploy.md` after each new measurement."""
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


def test_the_goal_of_a_month_is_reached_by_default() -> None:
    """Less than $40 for 100 thousand people. The page says that it is not reached with all metrics, or with snapshots."""
    page = (costs.ROOT / "docs" / "performance.md").read_text()
    whole = sum(costs.month(100_000, costs.measured(page)).values())
    assert whole < 40 < whole + costs.all_metrics(100_000) < costs.cognito(100_000, 0.015, 0.015)
    assert whole + costs.SNAPSHOTS * prices.SNAPSHOT > 40


def test_the_default_of_the_stack_is_the_priced_one() -> None:
    """No snapshot in any stage, and the metrics of the alarms, of which no more exist than are priced. An outcome has two values."""
    parameters = yaml.safe_load((costs.ROOT / "serverless.yml").read_text())["params"]
    assert {stage: each.get("snapStart", "None") for stage, each in parameters.items()} == {"default": "None", "prod": "None"}
    assert Settings(issuer="https://idp.example").metrics == "alarms"
    assert sum(2 if "Outcome" in names else 1 for sets in OF_ALARMS.values() for names in sets) <= costs.METRICS


@pytest.mark.parametrize(("every", "kb"), [(False, costs.LOG_KB), (True, costs.LOG_KB_ALL)])
def test_the_log_of_a_request_is_as_long_as_is_priced(every: bool, kb: float) -> None:
    """A refresh: the function's line, three lines of Lambda, the gateway's, each with the 26 bytes that CloudWatch adds."""
    lines: list[str] = []
    with Journal(deployment="idp-prod", metrics=True, every_metric=every, write=lines.append).recording("JKJaXmPLvHcESHA=") as one:
        one.method, one.route, one.status, one.calls, one.read_units, one.write_units = "POST", "/token", 200, 2, 3.0, 1.0
        record.client("app_01K5Z8Q6R7S8T9V0W1X2Y3Z4A5")
        record.count("TokensIssued", Grant="refresh_token")
    form = yaml.safe_load((costs.ROOT / "serverless.yml").read_text())["provider"]["logs"]["httpApi"]["format"]
    gateway = re.sub(r"\$context\.[\w.]+", "a value: 14 b.", form)
    request = "8f507cfc-0000-4697-b07a-ac58fc914c95"
    lines += [gateway, f"START RequestId: {request} Version: 12", f"END RequestId: {request}"]
    lines.append(f"REPORT RequestId: {request} Duration: 12.34 ms Billed Duration: 13 ms Memory Size: 1769 MB Max Memory Used: 120 MB")
    found = sum(len(line) + 26 for line in lines) / 1000
    assert 0.8 * kb <= found <= kb, found


def test_the_dashboard_has_the_same_prices() -> None:
    board = (costs.ROOT / "deploy" / "dashboard.yml").read_text()
    assert f"*{prices.READ_UNITS}/1000000+" in board
    assert f"*{prices.WRITE_UNITS}/1000000" in board
    assert f"ms/1000*{costs.MEMORY_GB:.4f}*{prices.GB_SECOND:.10f}+runs*{prices.INVOCATIONS}/1000000" in board
    assert f"requests*{prices.GATEWAY}/1000000" in board


def test_every_priced_flow_has_measurements() -> None:
    """A renamed row of the bench must not count as free."""
    found = costs.measured((costs.ROOT / "docs" / "performance.md").read_text())
    assert set(found) == set(costs.A_MONTH)
    assert all(flow.calls and flow.reads and flow.cpu_ms for flow in found.values())


def test_without_users_only_the_key_and_optional_parts_cost() -> None:
    """DynamoDB, Lambda and the gateway cost nothing without requests."""
    nothing = costs.month(0, FLOWS)
    assert {part for part, price in nothing.items() if price} == {"logs, metrics", "key"}
    assert nothing["key"] == pytest.approx(prices.KMS_KEY)


def test_the_cost_of_refreshes_equals_a_calculation_by_hand() -> None:
    """A million users' refreshes, with units as DynamoDB bills them."""
    only = {**FLOWS, "login": costs.Flow(0, 0, 0, 0), "SSO visit": costs.Flow(0, 0, 0, 0)}
    units = costs.month(1_000_000, only)["DynamoDB"] - 16 * costs.STORED_GB - 2 * costs.RECOVERABLE_GB
    assert units == pytest.approx(60_000_000 * (3 * 0.125 + 0.625) / 1e6)


@pytest.mark.parametrize(("users", "lite", "ms"), [(10_000, 0, 0), (50_000, 220, 0), (100_000, 495, 815), (110_000, 541, 978)])
def test_prices_of_other_providers_are_the_published_ones(users: int, lite: float, ms: float) -> None:
    assert costs.cognito(users, 0.0055, 0.0046) == pytest.approx(lite)
    assert costs.entra(users) == pytest.approx(ms)
