"""Dollars a month of a load, by part."""

from __future__ import annotations

from bench.scale.behaviour import DAYS
from bench.scale.load import Load, stored_gb
from tools import costs, prices
from tools.prices import MILLION


def month(load: Load) -> dict[str, float]:
    """By part; all but the firewall, which is optional."""
    gb = stored_gb(load.people)
    requests, starts = load.requests * DAYS, load.starts * DAYS
    first = min(requests, prices.GATEWAY_FIRST)
    logs = load.log_bytes * DAYS / 1e9 + requests * OTHER_LOG_BYTES / 1e9
    return {
        "DynamoDB, units": DAYS * (load.reads * costs.READ + load.writes * costs.WRITE),
        "DynamoDB, storage and recovery": sum(gb.values()) * prices.STORED_GB + gb["directory"] * prices.RECOVERABLE_GB,
        "Lambda": costs.lambda_dollars(load.ms * DAYS, requests),
        "gateway": (first * prices.GATEWAY + (requests - first) * prices.GATEWAY_BEYOND) / MILLION,
        "transfer": requests * costs.ANSWER_KB / 1e6 * prices.OUT_GB,
        "logs": logs * prices.LOGS_GB,
        "metrics": costs.METRICS * prices.METRIC,
        "KMS": prices.KMS_KEY + starts * prices.KMS_REQUESTS / MILLION,
        "mails": load.mails * DAYS * prices.MAILS / MILLION,
    }


OTHER_LOG_BYTES = 700
"""Of a request: Lambda's three lines, the gateway's line, and 26 bytes that CloudWatch adds to each."""


def firewall(load: Load) -> float:
    """CloudFront and the firewall."""
    requests = load.requests * DAYS / MILLION
    return prices.FIREWALL + requests * (prices.FIREWALL_REQUESTS + prices.CLOUDFRONT_REQUESTS)
