"""Checks CloudWatch's embedded metric format by its specification."""

from __future__ import annotations

import json
from typing import Any

UNITS = {"Count", "Milliseconds"}


def valid(line: dict[str, Any]) -> None:
    """The rules of the Embedded Metric Format Specification, with its limits."""
    described = line["_aws"]
    assert set(described) == {"Timestamp", "CloudWatchMetrics"}
    assert isinstance(described["Timestamp"], int)
    assert described["Timestamp"] > 10**12, "milliseconds"
    for directive in described["CloudWatchMetrics"]:
        assert set(directive) == {"Namespace", "Dimensions", "Metrics"}
        assert 1 <= len(directive["Namespace"]) <= 1024
        assert 1 <= len(directive["Metrics"]) <= 100
        for names in directive["Dimensions"]:
            assert len(names) <= 30
            for name in names:
                assert isinstance(line[name], str)
                assert 1 <= len(line[name]) <= 1024
        for metric in directive["Metrics"]:
            assert set(metric) == {"Name", "Unit"}
            assert metric["Unit"] in UNITS
            assert isinstance(line[metric["Name"]], int | float)
    assert len(json.dumps(line)) < 256 * 1024
