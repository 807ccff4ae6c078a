"""Metrics of a request: sign-ins by outcome and reason, second factors, lockouts, tokens by grant, replays, hashes, deliveries."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from idp.store.deliveries import Delivery
from idp.telemetry.journal import Journal
from tests.integration.oidc.logout_apps import Apps
from tests.support import deployment
from tests.support.deployment import SERVICE, WEB, Deployment, asked_by

PASSWORD = "a long and quiet river"
METRICS = ("SignIns", "SecondFactors", "Lockouts", "TokensIssued", "TokensRefused", "RefreshReplays", "CodeReplays")
DIMENSIONS = ("Outcome", "Grant", "Reason")


@pytest.fixture
def lines(fresh: Deployment) -> list[str]:
    """The lines that the provider writes."""
    written: list[str] = []
    vars(fresh.services)["journal"] = Journal(deployment="d", metrics=True, write=written.append)
    return written


@pytest.fixture
def fresh(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    """A provider with its own tables."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", quick_endpoint)
    made = deployment.prepared(deployment.settings(str(tmp_path_factory.mktemp("counted"))))
    yield made
    deployment.removed(made)


def counted(lines: list[str]) -> Counter[tuple[str, ...]]:
    """Metrics with the values of their own dimensions, and how often; the lines are forgotten."""
    found: Counter[tuple[str, ...]] = Counter()
    for line in map(json.loads, lines):
        for directive in line["_aws"]["CloudWatchMetrics"]:
            names = max(directive["Dimensions"], key=len)
            for metric in directive["Metrics"]:
                if metric["Name"] in METRICS:
                    found[(metric["Name"], *(line[name] for name in DIMENSIONS if name in names))] += line[metric["Name"]]
    lines.clear()
    return found


def test_sign_ins_are_counted_by_outcome(fresh: Deployment, lines: list[str]) -> None:
    """A right and a wrong password, an unknown and a disabled user are counted. An attempt that must wait counts as a lockout."""
    ada, gone = fresh.person(password=PASSWORD), fresh.person(password=PASSWORD, disabled=True)
    browser = fresh.browser()
    page = fresh.authorize(browser, WEB)
    lines.clear()
    fresh.log_in(browser, page, ada, "wrong")
    fresh.log_in(browser, page, gone, PASSWORD)
    browser.post("/login", {**page.fields, "email": "nobody@example.com", "password": "x"}, headers=[("origin", deployment.ISSUER)])
    fresh.log_in(browser, page, ada, PASSWORD)
    hashes = [json.loads(line)["HashMilliseconds"] for line in lines]
    assert counted(lines) == {
        ("SignIns", "failure", "wrong_password"): 1, ("SignIns", "failure", "disabled"): 1, ("SignIns", "failure", "unknown_email"): 1,
        ("SignIns", "success", "password"): 1,
    }  # fmt: skip
    assert len(hashes) == 4
    assert all(milliseconds > 0 for milliseconds in hashes)
    bob = fresh.person(password=PASSWORD)
    assert [fresh.log_in(browser, page, bob, "wrong").status for _ in range(15)][-1] == 429
    found = counted(lines)
    assert found["Lockouts",] > 0
    assert found["SignIns", "failure", "wrong_password"] + found["Lockouts",] >= 15


def test_tokens_and_replays(fresh: Deployment, lines: list[str]) -> None:
    """Tokens are counted by grant, refusals by error, and replays of used tokens."""
    browser = fresh.browser(fresh.person())
    code = fresh.code(WEB, browser)
    lines.clear()
    tokens = fresh.redeem(WEB, code).json
    fresh.refresh(WEB, tokens["refresh_token"])
    fresh.call(SERVICE, "/token", grant_type="client_credentials")
    fresh.post("/token", {"grant_type": "password"}, auth=WEB.auth)
    fresh.post("/token", {"grant_type": "client_credentials"}, auth=(SERVICE.id, "wrong"))
    fresh.clock.advance(3600)
    fresh.refresh(WEB, tokens["refresh_token"])
    assert counted(lines) == {
        ("TokensIssued", "authorization_code"): 1, ("TokensIssued", "refresh_token"): 1, ("TokensIssued", "client_credentials"): 1,
        ("TokensRefused", "unsupported_grant_type"): 1, ("TokensRefused", "invalid_client"): 1, ("TokensRefused", "invalid_grant"): 1,
        ("RefreshReplays",): 1,
    }  # fmt: skip
    other = fresh.code(WEB, browser)
    fresh.redeem(WEB, other)
    counted(lines)
    fresh.redeem(WEB, other)
    assert counted(lines) == {("TokensRefused", "invalid_grant"): 1, ("CodeReplays",): 1}


def test_log_lines_name_client_and_reason(fresh: Deployment, lines: list[str]) -> None:
    """The line has the client only if it is known, the error's code, and the detail that callers are not told."""
    fresh.post("/token", {"grant_type": "client_credentials"}, auth=(SERVICE.id, "wrong"))
    fresh.post("/token", {"grant_type": "client_credentials"}, auth=("made-up", "wrong"))
    fresh.browser().get("/authorize", asked_by(WEB, prompt="none"))
    told: list[dict[str, Any]] = [json.loads(line) for line in lines]
    assert [(line.get("client_id"), line["reason"], line.get("detail"), line["outcome"]) for line in told] == [
        (SERVICE.id, "invalid_client", "secret", "refused"),
        (None, "invalid_client", "unknown or disabled", "refused"),
        (WEB.id, "login_required", None, "refused"),
    ]


def test_a_sign_out_counts_whom_it_told(fresh: Deployment, lines: list[str]) -> None:
    """Threads notify apps. Their metrics and their DynamoDB calls are in the line of the request."""
    apps = Apps()
    vars(fresh.services)["outgoing"] = apps
    first, second, third = (fresh.app(backchannel_logout_uri=f"https://{name}.example/out") for name in ("a", "b", "c"))
    apps.answers[str(third.client.backchannel_logout_uri)] = 500
    browser = fresh.browser(fresh.person())
    tokens = [fresh.tokens(app, browser) for app in (first, second, third)]
    lines.clear()
    assert browser.get("/logout", {"id_token_hint": tokens[0]["id_token"]}).status == 200
    (line,) = (json.loads(each) for each in lines)
    assert (line["DeliveriesSent"], line["DeliveriesFailed"]) == (2, 1)
    without = fresh.browser(fresh.person())
    token = fresh.tokens(WEB, without)["id_token"]
    lines.clear()
    without.get("/logout", {"id_token_hint": token})
    (quiet,) = (json.loads(each) for each in lines)
    assert line["dynamodb"]["calls"] > quiet["dynamodb"]["calls"] + 3, "two are done, one is postponed"


def test_a_job_with_nothing_to_do_is_not_paid_for(fresh: Deployment, lines: list[str]) -> None:
    """The job runs every five minutes. It writes its line and no metric, because each metric has a monthly price."""
    with fresh.services.journal.job("deliver", object()):
        assert fresh.services.backchannel_logout.run() == 0
    (line,) = (json.loads(each) for each in lines)
    assert line["dynamodb"]["calls"] == 1
    assert "_aws" not in line


def test_failed_deliveries_are_counted(fresh: Deployment, lines: list[str]) -> None:
    """A logout token that no app accepts is tried again and then given up."""
    app = fresh.app(backchannel_logout_uri="https://nobody.invalid/logout")
    fresh.services.deliveries.put(
        [Delivery(id="d1", due=fresh.clock(), client_id=app.id, user_id="u", session_id="s", since=fresh.clock())]
    )
    names: Counter[str] = Counter()
    for _ in range(12):
        with fresh.services.journal.job("deliver", object()):
            fresh.services.backchannel_logout.run()
        names.update(name for line in lines for name in json.loads(line) if name.startswith("Deliveries"))
        lines.clear()
        fresh.clock.advance(86400)
    assert names["DeliveriesGivenUp"] == 1
    assert names["DeliveriesFailed"] > 1
    assert names["DeliveriesSent"] == 0
