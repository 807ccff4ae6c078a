"""Metrics in CloudWatch's embedded metric format: lines follow the specification, and dimensions have few values."""

from __future__ import annotations

import json
from typing import Any

import pytest

from idp.telemetry import record
from idp.telemetry.journal import Journal
from idp.telemetry.metrics import SETS, embed_metrics
from idp.telemetry.record import Measured
from tests.support.embedded_metrics import valid


def journal(lines: list[str], **changes: Any) -> Journal:
    chosen = {"deployment": "idp-test", "metrics": True, "write": lines.append, "clock_ms": lambda: 1_790_000_000_123, **changes}
    return Journal(**chosen)


def said(lines: list[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines]


def test_a_request_is_one_line_with_its_metrics() -> None:
    """The line has the members of the log and the metrics."""
    lines: list[str] = []
    with journal(lines).recording("req-1", method="POST") as one:
        one.route, one.status, one.calls, one.read_units, one.write_units = "/token", 200, 2, 1.5, 1
        record.client("shop")
        record.count("TokensIssued", Grant="refresh_token")
    (line,) = said(lines)
    valid(line)
    assert {name: line[name] for name in ("timestamp", "level", "request_id", "route", "method", "status", "outcome", "client_id")} == {
        "timestamp": "2026-09-21T14:13:20.123Z", "level": "INFO", "request_id": "req-1", "route": "/token", "method": "POST", "status": 200,
        "outcome": "ok", "client_id": "shop",
    }  # fmt: skip
    assert line["dynamodb"] == {"calls": 2, "read_units": 1.5, "write_units": 1}
    assert (line["Deployment"], line["Grant"], line["Route"]) == ("idp-test", "refresh_token", "/token")
    assert (line["TokensIssued"], line["Requests"], line["DynamoDbCalls"], line["DynamoDbReadUnits"]) == (1, 1, 2, 1.5)
    by_metric = {m["Name"]: d["Dimensions"] for d in line["_aws"]["CloudWatchMetrics"] for m in d["Metrics"]}
    assert by_metric["TokensIssued"] == [["Deployment"], ["Deployment", "Grant"]]
    assert by_metric["DynamoDbCalls"] == [["Deployment"]]


def test_equal_metric_names_are_written_on_separate_lines() -> None:
    """A dimension has one value in a line. A second outcome in the same request is written on a line of its own."""
    found = [
        Measured("SignIns", 1, "Count", (("Outcome", "failure"), ("Reason", "wrong_password"))),
        Measured("SecondFactors", 1, "Count", (("Outcome", "success"), ("Reason", "totp"))),
        Measured("Lockouts", 1, "Count", ()),
    ]
    lines = embed_metrics(found, deployment="d", at_ms=1_790_000_000_000)
    assert [(line.get("SignIns"), line.get("SecondFactors"), line.get("Outcome")) for line in lines] == [
        (1, None, "failure"), (None, 1, "success"),
    ]  # fmt: skip
    for line in lines:
        valid(line)


@pytest.mark.parametrize(
    ("status", "error", "level", "outcome", "metric"),
    [
        (200, None, "INFO", "ok", None),
        (303, None, "INFO", "ok", None),
        (404, None, "INFO", "refused", None),
        (503, None, "WARN", "error", "Unavailable"),
        (500, None, "ERROR", "error", "Errors"),
        (500, KeyError("secret"), "ERROR", "error", "Errors"),
        (0, KeyError("secret"), "ERROR", "error", "Errors"),
    ],
)
def test_a_status_has_its_level_and_outcome(status: int, error: Exception | None, level: str, outcome: str, metric: str | None) -> None:
    """Unexpected errors are ERROR, what an operator should look at is WARN, all else is INFO."""
    lines: list[str] = []
    with journal(lines).recording("r", method="GET") as one:
        one.status = status
        if error:
            record.note_failure(error)
    (line,) = said(lines)
    assert (line["level"], line["outcome"]) == (level, outcome)
    assert {name for name in ("Errors", "Unavailable") if name in line} == ({metric} if metric else set())
    assert "secret" not in lines[0]


def test_a_quiet_log_still_counts() -> None:
    """With IDP_LOG_LEVEL=ERROR the line of a successful request has only its metrics, and with IDP_METRICS=off there is no line."""
    quiet: list[str] = []
    off: list[str] = []
    for journal_ in (journal(quiet, least="ERROR"), journal(off, least="ERROR", metrics=False)):
        with journal_.recording("req-1", method="GET") as one:
            one.route, one.status = "/jwks", 200
    (line,) = said(quiet)
    valid(line)
    assert (line["Requests"], "request_id" in line, off) == (1, False, [])


def test_without_metrics_the_line_has_no_directives() -> None:
    """The line of the log stays, without `_aws`. `ms` is left out if it rounds to 0."""
    lines: list[str] = []
    with journal(lines, metrics=False).recording("req-1", method="GET") as one:
        one.status = 200
        record.count("SignIns", Outcome="success", Reason="password")
    assert set(said(lines)[0]) - {"ms"} == {"timestamp", "level", "request_id", "method", "status", "outcome"}


def test_by_default_only_metrics_of_alarms_and_dashboard_are_written() -> None:
    """The reason of a failure is in the line, and no dimension. A request without such a metric has no directives."""
    lines: list[str] = []
    chosen = journal(lines, every_metric=False)
    with chosen.recording("req-1", method="POST") as one:
        one.route, one.status, one.calls, one.read_units = "/token", 200, 2, 1.5
        record.count("TokensIssued", Grant="refresh_token")
        record.count("HashMilliseconds", 50, unit="Milliseconds")
    with chosen.recording("req-2", method="POST") as one:
        one.route, one.status, one.reason, one.calls = "/login", 200, "wrong_password", 3
        record.count("SignIns", Outcome="failure", Reason="wrong_password")
        record.count("SignIns", Outcome="failure", Reason="over_the_limit")
    issued, *failed = said(lines)
    assert ("_aws" in issued, "TokensIssued" in issued, issued["dynamodb"]["calls"]) == (False, False, 2)
    assert [(line["SignIns"], line["Outcome"], "Reason" in line) for line in failed] == [(1, "failure", False)] * 2
    assert failed[0]["reason"] == "wrong_password"
    for line in failed:
        valid(line)
        assert [each["Dimensions"] for each in line["_aws"]["CloudWatchMetrics"]] == [[["Deployment", "Outcome"]]]


@pytest.mark.parametrize(
    ("changes", "counted"),
    [({"every_metric": False}, {"MailsSuppressed": 2, "MailProblems bounce": 1}), ({}, None), ({"metrics": False}, None),
     ({"every_metric": False, "least": "ERROR"}, None)],
)  # fmt: skip
def test_a_job_says_what_it_counted_if_that_is_no_metric(changes: dict[str, Any], counted: dict[str, float] | None) -> None:
    """A run is rare, so its line has room; what is a metric is not repeated."""
    lines: list[str] = []
    with journal(lines, **changes).job("mail", object()):
        record.count("MailsSuppressed", 2)
        record.count("MailProblems", Kind="bounce")
        record.count("MailsLost")
    found = said(lines)
    assert next((line["counted"] for line in found if "counted" in line), None) == counted
    assert ("MailsLost" in found[-1]) == ("metrics" not in changes)


def test_a_failing_job_is_logged_and_raises() -> None:
    """The exception is raised, because Lambda's alarm counts it and Lambda tries again."""
    lines: list[str] = []
    context = type("Context", (), {"aws_request_id": "job-1"})()
    with pytest.raises(ZeroDivisionError), journal(lines).job("rotate_keys", context):
        raise ZeroDivisionError("of something secret")
    (line,) = said(lines)
    assert (line["route"], line["request_id"], line["level"], line["error"]["type"]) == (
        "rotate_keys",
        "job-1",
        "ERROR",
        "ZeroDivisionError",
    )
    assert "Requests" not in line
    assert "secret" not in lines[0]


def test_only_these_metrics_have_dimensions_of_their_own() -> None:
    """Each combination of values costs money, so none is an id. The page about metrics has the same list."""
    found = {name for sets in SETS.values() for names in sets for name in names}
    assert found == {"Outcome", "Reason", "Grant", "Route", "Kind", "Consumer"}
