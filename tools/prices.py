"""Prices of AWS, in dollars: the only place that has them. Of us-east-1, on demand, without any free tier but that ten alarms are free.

Sources: the pricing pages of Lambda, DynamoDB, API Gateway, CloudWatch, KMS, SES, CloudFront, WAF and EC2 (transfer).
Computations read them here (`tools/costs.py`, `bench`); the dashboard repeats some (`deploy/dashboard.yml`), and a test compares them.
"""

from __future__ import annotations

REGION, AS_OF = "us-east-1", "2026-09-20"

MILLION = 1_000_000
READ_UNITS, WRITE_UNITS = 0.125, 0.625
"""A million request units of DynamoDB."""
STORED_GB, RECOVERABLE_GB = 0.25, 0.20
"""A GB of DynamoDB a month, beyond the first 25 without a free tier; and with point-in-time recovery."""
GB_SECOND, INVOCATIONS = 0.0000133334, 0.20
"""Lambda on arm64: a GB for a second, and a million invocations."""
SNAPSHOT = 6.90
"""SnapStart: the cache of one published version of 1769 MB for a month, with some restores."""
GATEWAY = 1.00
"""A million requests at an HTTP API."""
GATEWAY_BEYOND, GATEWAY_FIRST = 0.90, 300 * MILLION
"""… beyond so many a month."""
LOGS_GB, OUT_GB = 0.50, 0.09
"""A GB that CloudWatch Logs takes in, and a GB to the internet."""
METRIC = 0.30
"""A custom metric of CloudWatch for a month in which each hour has data."""
KMS_KEY, KMS_REQUESTS = 1.00, 3.00
"""A key for a month, and a million requests."""
MAILS = 100.00
"""A million mails by SES."""
FIREWALL, FIREWALL_REQUESTS, CLOUDFRONT_REQUESTS = 5 + 4 * 1 + 0.40, 0.60, 1.20
"""A web ACL with four rules and the secret of CloudFront's header for a month; a million requests at WAF and at CloudFront."""
