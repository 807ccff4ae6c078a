"""Metrics inside a log line, in CloudWatch's embedded metric format. They need no call and no waiting.

CloudWatch Logs turns a line with `_aws` into metrics: each directive names a namespace, sets of dimensions and metrics, whose values are
members of the same object. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/
CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idp.telemetry.record import Measured

NAMESPACE = "idp"
DEPLOYMENT = "Deployment"
SETS: dict[str, tuple[tuple[str, ...], ...]] = {
    "SignIns": (("Outcome",), ("Outcome", "Reason")),
    "SecondFactors": (("Outcome",), ("Outcome", "Reason")),
    "TokensIssued": ((), ("Grant",)),
    "TokensRefused": ((), ("Reason",)),
    "AccessDecisions": (("Outcome",),),
    "MailProblems": (("Kind",),),
    "HookCalls": (("Kind", "Outcome"),),
    "StreamRecordsFailed": (("Consumer",),),
    "Requests": ((), ("Route",)),
    "RequestMilliseconds": ((), ("Route",)),
}
"""The sets of dimensions of a metric, in addition to Deployment. A metric without an entry has Deployment only."""
OF_ALARMS: dict[str, tuple[tuple[str, ...], ...]] = {
    "SignIns": (("Outcome",),),
    "SecondFactors": (("Outcome",),),
    **dict.fromkeys(
        (
            "Lockouts", "RefreshReplays", "CodeReplays", "TokensRefused", "Unavailable", "SigningKeyAgeDays", "DeliveriesFailed",
            "DeliveriesGivenUp", "MailsLost", "TicketLimitsReached", "AuditHoursSealed",
        ),
        ((),),
    ),
}  # fmt: skip
"""What alarms and the dashboard need, with its sets of dimensions: all that is written unless `IDP_METRICS` is `on`."""


def embed_metrics(measured: Iterable[Measured], *, deployment: str, at_ms: int, every: bool = True) -> list[dict[str, Any]]:
    """Members for log lines, usually for one line. Values or dimensions with the same name need a line of their own.

    `every`: all metrics with all their dimensions, else those of OF_ALARMS.
    """
    lines: list[dict[str, Any]] = []
    for one in measured:
        sets = SETS.get(one.name, ((),)) if every else OF_ALARMS.get(one.name, ())
        if not sets:
            continue
        named = {name for names in sets for name in names}
        dimensions = {name: value for name, value in one.dimensions if name in named}
        values = {DEPLOYMENT: deployment, **dimensions, one.name: round(one.value, 3)}
        line = next((line for line in lines if one.name not in line and _agree(line, values)), None)
        if line is None:
            line = {"_aws": {"Timestamp": at_ms, "CloudWatchMetrics": []}}
            lines.append(line)
        line.update(values)
        _add(line["_aws"]["CloudWatchMetrics"], one, sets)
    return lines


def unwritten(measured: Iterable[Measured]) -> dict[str, float]:
    """What is no metric unless all are written: names, with the values of their dimensions, and sums."""
    return {" ".join((one.name, *dict(one.dimensions).values())): one.value for one in measured if one.name not in OF_ALARMS}


def _agree(line: dict[str, Any], values: dict[str, Any]) -> bool:
    return all(line.get(name, value) == value for name, value in values.items())


def _add(directives: list[dict[str, Any]], one: Measured, sets: tuple[tuple[str, ...], ...]) -> None:
    """Add a metric to the directive with the same dimensions, or to a new directive."""
    dimensions = [[DEPLOYMENT, *names] for names in sets]
    metric = {"Name": one.name, "Unit": one.unit}
    for directive in directives:
        if directive["Dimensions"] == dimensions:
            directive["Metrics"].append(metric)
            return
    directives.append({"Namespace": NAMESPACE, "Dimensions": dimensions, "Metrics": [metric]})
