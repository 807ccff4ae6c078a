"""Each alarm on a metric of our own goes off when its event happens, with the metrics that are written by default.

The test reads the log lines as CloudWatch does: one metric for each set of dimensions, with the values of that line. Then it evaluates the
alarms of deploy/alarms.yml and deploy/mail_queue.yml on them: namespace, name, dimensions with their values, statistic, threshold.
"""

from __future__ import annotations

import contextlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from idp.adapters.mail_function import MailFunction
from idp.domain.apps.grant_types import MODULES
from idp.domain.errors import Throttled
from idp.domain.sessions.request_origin import Origin
from idp.http.mails import render_mail
from idp.store.deliveries import Delivery
from idp.store.transport import NoAnswer
from idp.telemetry.journal import Journal
from idp.telemetry.record import count
from tests.integration.oidc.engine import Watched, watched
from tests.support import deployment
from tests.support.deployment import ISSUER, WEB, Deployment

ROOT = Path(__file__).resolve().parents[2]
MORE = "${file(deploy/widgets/${param:IDP_METRICS, 'alarms'}.yml):widgets}"
STACK, PASSWORD = "idp-dev", "a long and quiet river"
PARAMETERS: dict[str, Any] = yaml.safe_load((ROOT / "serverless.yml").read_text())["params"]["default"]
STATISTICS: dict[str, Callable[[list[float]], float]] = {"Sum": sum, "Maximum": max}
OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
}

Series = dict[tuple[str, str, frozenset[tuple[str, str]]], list[float]]


def resources(file: str) -> dict[str, Any]:
    """Read a file of deploy/ with the parameters that osls fills in for the stage dev."""
    text = (ROOT / "deploy" / file).read_text().replace("${self:custom.prefix}", STACK)
    for name, value in PARAMETERS.items():
        text = text.replace(f"${{param:{name}}}", str(value))
    read: dict[str, Any] = yaml.safe_load(text)
    found: dict[str, Any] = read.get("Resources", read)
    return found


ALARMS = {
    name: each["Properties"]
    for file in ("alarms.yml", "mail_queue.yml")
    for name, each in resources(file).items()
    if each.get("Properties", {}).get("Namespace") == "idp"
}


def counted(lines: list[str]) -> Series:
    """Return the metrics of these lines as CloudWatch reads them from the embedded metric format."""
    found: Series = defaultdict(list)
    for line in map(json.loads, lines):
        for directive in line.get("_aws", {}).get("CloudWatchMetrics", ()):
            for names in directive["Dimensions"]:
                dimensions = frozenset((name, line[name]) for name in names)
                for metric in directive["Metrics"]:
                    found[directive["Namespace"], metric["Name"], dimensions].append(line[metric["Name"]])
    return found


def rings(alarm: dict[str, Any], lines: list[str]) -> bool:
    """Return whether one period with these lines is over the alarm's threshold."""
    dimensions = frozenset((each["Name"], each["Value"]) for each in alarm["Dimensions"])
    values = counted(lines).get((alarm["Namespace"], alarm["MetricName"], dimensions), [])
    if not values:
        return False
    value = STATISTICS[alarm["Statistic"]](values)
    return OPERATORS[alarm["ComparisonOperator"]](value, float(alarm["Threshold"]))


@pytest.fixture
def idp(quick_endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Deployment, Watched, list[str]]]:
    """A provider, its engine, and the lines that it writes."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", quick_endpoint)
    chosen = deployment.settings(str(tmp_path))
    first = deployment.prepared(chosen)
    made, engine = watched(chosen, first.clock)
    lines: list[str] = []
    vars(made.services)["journal"] = Journal(deployment=STACK, metrics=True, every_metric=False, write=lines.append)
    yield made, engine, lines
    engine.forget()
    deployment.removed(first)


def failed_sign_ins(idp: Deployment, _: Watched) -> None:
    """Wrong passwords are tried for many people from many addresses."""
    for number in range(PARAMETERS["failedSignIns"]):
        idp.address = f"203.0.{number}.7"
        browser = idp.browser()
        form = {**idp.authorize(browser, WEB).fields, "email": f"somebody{number}@example.com", "password": "guess"}
        browser.post("/login", form, headers=[("origin", ISSUER)])


def lockouts(idp: Deployment, _: Watched) -> None:
    """Wrong passwords are tried for one person."""
    ada, browser = idp.person(password=PASSWORD), idp.browser()
    page = idp.authorize(browser, WEB)
    for _again in range(30):
        idp.log_in(browser, page, ada, "guess")


def refresh_replay(idp: Deployment, _: Watched) -> None:
    """A used refresh token is sent again long afterwards."""
    token = idp.tokens(WEB, idp.person())["refresh_token"]
    idp.refresh(WEB, token)
    idp.clock.advance(3600)
    idp.refresh(WEB, token)


def unavailable(idp: Deployment, engine: Watched) -> None:
    """DynamoDB does not answer."""
    engine.fault = lambda _operation, _number: NoAnswer("timed out")
    for _again in range(5):
        assert idp.call(WEB, "/token", grant_type="refresh_token", refresh_token="x" * 40).status in {400, 503}
        idp.post("/login", {"email": "a@example.com", "password": "x"})
        idp.get("/authorize", deployment.asked_by(WEB))


def given_up(idp: Deployment, _: Watched) -> None:
    """An app never accepts a logout token."""
    app = idp.app(backchannel_logout_uri="https://nobody.invalid/logout")
    delivery = Delivery(id="d", due=idp.clock(), client_id=app.id, user_id="u", session_id="s", since=idp.clock())
    idp.services.deliveries.put([delivery])
    for _again in range(8):
        with idp.services.journal.job("deliver", object()):
            idp.services.backchannel_logout.run()
        idp.clock.advance(86400)


def old_key(idp: Deployment, _: Watched) -> None:
    """No key is rotated. The job reports the key's age, as functions/rotate_keys.py does (tests/functions/test_logs.py)."""
    idp.clock.advance(93 * 86400)
    with idp.services.journal.job("rotate_keys", object()):
        count("SigningKeyAgeDays", idp.services.key_rotation.age_days())


def mail_lost(idp: Deployment, _: Watched) -> None:
    """Lambda does not take a mail: it was not reached."""
    with idp.services.journal.job("mail", object()):
        MailFunction("mail", render_mail, str, int, region="us-east-1", endpoint="http://127.0.0.1:1").send(
            "ada@example.com",
            "password_changed",
            {"at": "now", "address": "192.0.2.1", "issuer": ISSUER, "brand": "idp"},
        )


def mails_used_up(idp: Deployment, _: Watched) -> None:
    """Strangers ask for more mails than all networks may cause in an hour."""
    vars(idp.services)["settings"] = replace(idp.services.settings, tickets_hourly=1, tickets_hourly_per_network=1)
    reset, now = idp.services.reset_request, idp.clock()
    with idp.services.journal.job("api", object()), contextlib.suppress(Throttled):
        for number in range(2):
            origin = Origin(f"203.0.113.{number}")
            reset.ask(f"somebody{number}@example.com", browser=f"{number}", request="", client=None, origin=origin, now=now)


HAPPENS: dict[str, Callable[[Deployment, Watched], None]] = {
    "FailedSignInsAlarm": failed_sign_ins,
    "LockoutsAlarm": lockouts,
    "RefreshReplaysAlarm": refresh_replay,
    "UnavailableAlarm": unavailable,
    "DeliveriesGivenUpAlarm": given_up,
    "MailsLostAlarm": mail_lost,
    "TicketLimitsAlarm": mails_used_up,
    "SigningKeyAgeAlarm": old_key,
}


def test_no_alarm_is_forgotten() -> None:
    """Each alarm of our own metrics has a case here. Alarms of AWS's own metrics are not tested."""
    assert set(HAPPENS) == set(ALARMS)


@pytest.mark.parametrize("name", HAPPENS)
def test_an_alarm_rings_for_its_fault(idp: tuple[Deployment, Watched, list[str]], name: str) -> None:
    """It does not ring before the fault."""
    provider, engine, lines = idp
    provider.tokens(WEB, provider.person(password=PASSWORD))
    assert not rings(ALARMS[name], lines)
    HAPPENS[name](provider, engine)
    assert rings(ALARMS[name], lines)


def test_of_another_deployment_it_does_not(idp: tuple[Deployment, Watched, list[str]]) -> None:
    """K-12: an alarm of one stage does not ring for another stage in the same account."""
    provider, engine, lines = idp
    vars(provider.services)["journal"] = Journal(deployment="idp-prod", metrics=True, every_metric=False, write=lines.append)
    refresh_replay(provider, engine)
    assert lines
    assert not rings(ALARMS["RefreshReplaysAlarm"], lines)


def words(board: dict[str, Any]) -> set[tuple[str, str]]:
    """Names and values of the dimensions that a dashboard shows of our own metrics, beside the deployment."""
    return {
        (metric[at], metric[at + 1])
        for widget in board["widgets"] for metric in widget["properties"]["metrics"] if metric[0] == "idp"
        for at in range(4, len(metric) - 1, 2) if isinstance(metric[at], str)
    }  # fmt: skip


def test_the_dashboards_words_are_the_codes() -> None:
    """Each grant in the dashboard is a module's name, and each outcome and reason is one that the code counts."""
    text: str = resources("dashboard.yml")["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    body, all_widgets = text.replace(MORE, ""), text.replace(MORE, resources("widgets/on.yml")["widgets"])
    assert {"Outcome"} == {name for name, _ in words(json.loads(body))}, "what is always written"
    shown = words(json.loads(all_widgets))
    source = "".join(file.read_text() for file in (ROOT / "idp" / "services").rglob("*.py"))
    assert {value for name, value in shown if name == "Grant"} <= set(MODULES.values())
    assert {value for name, value in shown if name in {"Outcome", "Reason"} and f'"{value}"' not in source} == set()
    assert {name for name, _ in shown} == {"Grant", "Outcome", "Reason"}
