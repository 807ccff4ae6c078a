"""Computes the monthly costs of docs/deploy.md from measurements (docs/performance.md) and published prices.

    python -m tools.costs                        # prints the tables
    python -m tools.costs --write docs/deploy.md # writes them between the marks of the page

Prices are those of `tools/prices.py`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from tools import prices
from tools.prices import MILLION

ROOT = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- costs: begin -->", "<!-- costs: end -->"
LAMBDA_BEGIN, LAMBDA_END = "<!-- lambda: begin -->", "<!-- lambda: end -->"
USERS = {"1 thousand": 1_000, "100 thousand": 100_000, "10 million": 10_000_000}

# -- what a user does in a month -----------------------------------------------------------------------------------------
A_MONTH = {"login": 4, "SSO visit": 10, "refresh": 60}
REQUESTS = {"login": 4, "SSO visit": 2, "refresh": 1, "client credentials": 1}
"""Requests at the gateway. A login: the request, the stylesheet, the password, the code. A visit: the request, the code."""

# -- what was measured, or is assumed if one machine cannot measure it ------------------------------------------------------
HASH_MS = 50
"""Argon2id at its default, on one arm64 vCPU."""
CALL_MS = 5
"""One call of DynamoDB in its region, in milliseconds. The bench measures it on loopback."""
LOG_KB, LOG_KB_ALL = 1.0, 1.8
"""Log of one request: the function's line with its metrics, Lambda's three lines, the gateway's line. Then with all metrics.

`tests/tooling/test_costs.py` adds up such lines.
"""
ANSWER_KB = 4
STORED_KB = {"directory": 2, "state": 14}
"""Storage of one user: the account, sessions, grants, and events of 400 days."""
METRICS, METRICS_ALL = 15, 50
"""Metrics that have data in each hour: all of those that alarms and the dashboard need (`IDP_METRICS=alarms`, the default), and with `on`.

CloudWatch charges a metric by the hour in which it has data, so most of the first cost less: replays and lost mails are rare.
"""
SNAPSHOTS = 3
"""Versions that are kept, if they have snapshots (`snapStart=PublishedVersions`)."""

# -- prices of one, in dollars ----------------------------------------------------------------------------------------------
READ, WRITE = prices.READ_UNITS / MILLION, prices.WRITE_UNITS / MILLION
INVOCATION, GATEWAY = prices.INVOCATIONS / MILLION, prices.GATEWAY / MILLION
FIREWALL_REQUEST, CLOUDFRONT_REQUEST = prices.FIREWALL_REQUESTS / MILLION, prices.CLOUDFRONT_REQUESTS / MILLION
GB_SECOND, LOGS_GB, OUT_GB = prices.GB_SECOND, prices.LOGS_GB, prices.OUT_GB
STORED_GB, RECOVERABLE_GB = prices.STORED_GB, prices.RECOVERABLE_GB
MEMORY_GB = 1769 / 1024


@dataclass(frozen=True)
class Flow:
    """DynamoDB units and processor time of one flow, as measured."""

    calls: float
    reads: float
    writes: float
    cpu_ms: float


def measured(text: str, names: Collection[str] = A_MONTH) -> dict[str, Flow]:
    """Read this project's rows of the bench's table."""
    found = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("| \n").split("|")]
        if len(cells) > 8 and cells[1] == "idp" and cells[0] in names:  # noqa: PLR2004  # the columns of the bench
            calls, reads, writes, cpu = (float(cells[column]) for column in (2, 3, 4, 8))
            found[cells[0]] = Flow(calls, reads, writes, cpu)
    return found


def ms_of(cpu_ms: float, *, calls: float, hashes: int, requests: int) -> float:
    """Milliseconds of Lambda: processor time, DynamoDB's answers, hashes, and each request rounded up."""
    return cpu_ms + calls * CALL_MS + hashes * HASH_MS + requests


def lambda_dollars(ms: float, requests: float) -> float:
    """Dollars of Lambda for so many milliseconds in so many requests."""
    return ms / 1000 * MEMORY_GB * GB_SECOND + requests * INVOCATION


def billed_ms(name: str, flow: Flow) -> float:
    """Milliseconds of Lambda for one flow. A login has a hash."""
    return ms_of(flow.cpu_ms, calls=flow.calls, hashes=int(name == "login"), requests=REQUESTS[name])


def lambda_price(name: str, flow: Flow) -> float:
    """Dollars of Lambda for one flow."""
    return lambda_dollars(billed_ms(name, flow), REQUESTS[name])


def lambda_table(flows: dict[str, Flow], users: int = 100_000) -> str:
    """Return Lambda's milliseconds, memory and dollars by flow, as Markdown."""
    rows = [
        [
            *("flow", "invocations", "CPU ms, measured", "DynamoDB calls, measured", "ms billed", "GB-seconds at 1769 MB", "$ a million"),
            "$ a month, 100 thousand",
        ],
        ["---", *["---:"] * 7],
    ]  # fmt: skip
    total = 0.0
    for name, flow in flows.items():
        ms, each, times = billed_ms(name, flow), lambda_price(name, flow), users * A_MONTH.get(name, 0)
        total += times * each
        figures = (str(REQUESTS[name]), f"{flow.cpu_ms:.1f}", f"{flow.calls:.0f}", f"{ms:.1f}", f"{ms / 1000 * MEMORY_GB:.4f}")
        rows.append([name, *figures, f"{each * 1e6:.2f}", f"{times * each:.2f}" if times else "-"])
    rows.append(["**all of it**", *[""] * 6, f"**{total:.2f}**"])
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def month(users: int, flows: dict[str, Flow]) -> dict[str, float]:
    """Dollars by part."""
    times = {flow: users * count for flow, count in A_MONTH.items()}
    requests = sum(times[flow] * REQUESTS[flow] for flow in times)
    ms = sum(times[name] * billed_ms(name, flows[name]) for name in times)
    units = sum(times[f] * (flows[f].reads * READ + flows[f].writes * WRITE) for f in times)
    gb = {table: users * kb / 1e6 for table, kb in STORED_KB.items()}
    return {
        "DynamoDB": units + sum(gb.values()) * STORED_GB + gb["directory"] * RECOVERABLE_GB,
        "Lambda": ms / 1000 * MEMORY_GB * GB_SECOND + requests * INVOCATION,
        "gateway, transfer": requests * GATEWAY + requests * ANSWER_KB / 1e6 * OUT_GB,
        "logs, metrics": requests * LOG_KB / 1e6 * LOGS_GB + METRICS * prices.METRIC,
        "key": prices.KMS_KEY,
    }


def all_metrics(users: int) -> float:
    """What `IDP_METRICS=on` costs more: metrics, and longer lines of the log."""
    requests = sum(users * count * REQUESTS[flow] for flow, count in A_MONTH.items())
    return requests * (LOG_KB_ALL - LOG_KB) / 1e6 * LOGS_GB + (METRICS_ALL - METRICS) * prices.METRIC


def front(users: int) -> float:
    """CloudFront with the firewall, which is optional."""
    requests = sum(users * count * REQUESTS[flow] for flow, count in A_MONTH.items())
    return prices.FIREWALL + requests * (FIREWALL_REQUEST + CLOUDFRONT_REQUEST)


def cognito(users: int, first: float, beyond: float) -> float:
    """Price of Cognito. Ten thousand are free, then `first` to a hundred thousand, then `beyond`. Lower bands are unknown here."""
    return max(0, min(users, 100_000) - 10_000) * first + max(0, users - 100_000) * beyond


def entra(users: int) -> float:
    """Price of Entra. Fifty thousand are free."""
    return max(0, users - 50_000) * 0.0163


def table(flows: dict[str, Flow]) -> str:
    """Return the table as Markdown."""
    months = {name: month(users, flows) for name, users in USERS.items()}
    rows = [["dollars a month", *USERS], ["---", *["---:"] * len(USERS)]]
    rows += [[part, *(dollars(each[part]) for each in months.values())] for part in next(iter(months.values()))]
    rows.append(["**all of it**", *(f"**{dollars(sum(each.values()))}**" for each in months.values())])
    for words, more in (
        ("with all metrics", all_metrics),
        ("with SnapStart, three versions", lambda _: SNAPSHOTS * prices.SNAPSHOT),
        ("with CloudFront and the firewall", front),
    ):
        rows.append([words, *(dollars(sum(months[name].values()) + more(users)) for name, users in USERS.items())])
    rows.append(["Cognito Lite", *(dollars(cognito(users, 0.0055, 0.0046)) for users in USERS.values())])
    rows.append(["Cognito Essentials", *(dollars(cognito(users, 0.015, 0.015)) for users in USERS.values())])
    rows.append(["Auth0", "0 (free to 25 thousand)", "by contract", "by contract"])
    rows.append(["Entra External ID", *(dollars(entra(users)) for users in USERS.values())])
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def dollars(amount: float) -> str:
    """Format dollars."""
    return f"{amount:,.0f}" if amount >= 100 or amount == 0 else f"{amount:.2f}"  # noqa: PLR2004  # cents below a hundred


def rendered() -> str:
    """Return the table of the last measurement."""
    return table(measured((ROOT / "docs" / "performance.md").read_text(encoding="utf-8")))


def rendered_lambda() -> str:
    """Return the table of Lambda by flow, of the last measurement."""
    return lambda_table(measured((ROOT / "docs" / "performance.md").read_text(encoding="utf-8"), REQUESTS))


def main() -> None:
    """Print or write the tables."""
    if sys.argv[1:2] != ["--write"]:
        print(rendered(), rendered_lambda(), sep="\n\n")
        return
    page = Path(sys.argv[2])
    text = page.read_text(encoding="utf-8")
    for begin, end, made in ((BEGIN, END, rendered()), (LAMBDA_BEGIN, LAMBDA_END, rendered_lambda())):
        text = re.sub(f"{begin}.*{end}", f"{begin}\n{made}\n{end}", text, flags=re.DOTALL)
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
