"""The whole authorizer with policies in DynamoDB, warm: verify a token, decide, write the log line.

Measured in the handler, and under the runtime client. The policies come from a real engine.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from bench.authorizer import RULES
from bench.keys_site import keys_site
from bench.policies import texts
from bench.providers import ROOT, project
from idp.wiring.authorizer import build_authorizer
from tests.engines.launch import ENGINES
from tests.support.lambda_host import LambdaHost
from tests.verify import events
from tests.verify.issuer import AUDIENCE, ISSUER, Issuer
from tests.verify.places import Request

SIZE, WARM_UP = 100, 200
HEAD = (f"the authorizer with {SIZE} stored Cedar policies", "p50 ms", "p99 ms", "of the processor, p99 ms", "to reach")
EMPTY = "def handler(event, context):\n    return {}\n"


def asking(action: str) -> dict[str, Any]:
    """A rule whose answer comes from the policies."""
    resource = {"type": "document", "id": "d-1", "properties": {"department": "finance"}}
    return {"decision": {"action": action, "resource": resource}}


ONE = {"routes": {**RULES["routes"], "GET /orders/{id}": asking("read")}}
"""Rules of which one of 22 needs a decision."""
ALL = {"routes": {key: asking("read" if key == "GET /orders/{id}" else f"act{n}") for n, key in enumerate(RULES["routes"])}}
"""Rules that each need a different decision."""


def run(work: Path, times: int, tell: Callable[[str], None]) -> list[tuple[str, ...]]:
    """The rows of the table."""
    issuer = Issuer()
    with ENGINES["dynoxide"]() as engine, keys_site(issuer.fetch()) as keys:
        tell("policies: a deployment with them")
        env = {**_published(engine, work), **keys, "IDP_ISSUER": ISSUER, "IDP_AUDIENCE": AUDIENCE, "IDP_AUTHORIZER_DECISIONS": "policies"}
        rows: list[tuple[str, ...]] = [HEAD]
        for name, rules, cache, alg, reach in (
            ("in the handler, ES256, one rule of 22 asks", ONE, "token", "ES256", "≤ 1"),
            ("in the handler, RS256, one rule of 22 asks", ONE, "token", "RS256", "≤ 1"),
            ("… and the gateway keeps no answers", ONE, "off", "RS256", ""),
            ("… and all 22 ask, each something else", ALL, "token", "RS256", ""),
        ):
            tell(f"policies: {name}")
            function = build_authorizer({**env, "IDP_AUTHORIZER_RULES": json.dumps(rules), "IDP_AUTHORIZER_CACHE": cache})
            with redirect_stdout(StringIO()):
                rows.append((name, *timed(function, _events(issuer, alg, times)), reach))
        tell("policies: under the runtime client")
        (work / "empty.py").write_text(EMPTY)
        of_lambda = {**env, "IDP_AUTHORIZER_RULES": json.dumps(ONE)}
        for name, handler, folder in (
            ("under the runtime client, ES256, one rule of 22 asks", "idp.functions.authorizer.handler", ROOT),
            ("… of which a handler that does nothing", "empty.handler", work),
        ):
            with LambdaHost(handler, cwd=folder, env=of_lambda) as host:
                wall, late, _ = timed(host.invoke, _events(issuer, "ES256", times), let_in=folder is ROOT)
                rows.append((name, wall, late, "", ""))
    return rows


def timed(function: Callable[[dict[str, Any]], Any], asked: list[dict[str, Any]], *, let_in: bool = True) -> tuple[str, str, str]:
    """Return p50 and p99, and p99 of the processor time, which a busy machine does not change; milliseconds."""
    taken, busy = list[float](), list[float]()
    for event in asked:
        started, worked = time.perf_counter(), time.thread_time()
        answer = function(event)
        taken.append((time.perf_counter() - started) * 1e3)
        busy.append((time.thread_time() - worked) * 1e3)
        if let_in and not events.permits(answer, event):
            raise SystemExit("the authorizer refused a token that is right")
    taken, busy = sorted(taken[WARM_UP:]), sorted(busy[WARM_UP:])
    late = len(taken) * 99 // 100
    return f"{taken[len(taken) // 2]:.2f}", f"{taken[late]:.2f}", f"{busy[late]:.2f}"


def _events(issuer: Issuer, alg: str, times: int) -> list[dict[str, Any]]:
    """Return events, each with a token of its own."""
    now = int(time.time())
    whose = {"roles": ["reader", "role0", "role7"], "department": "finance", "iat": now, "exp": now + 3600}
    tokens = (issuer.token(issuer.claims(**whose, jti=str(n)), alg=alg) for n in range(times + WARM_UP))
    return [events.rest(Request(f"Bearer {token}")) for token in tokens]


def _published(engine: str, work: Path) -> Mapping[str, str]:
    """Create a deployment with the policy set published. Returns its environment."""
    env = {**project(engine, work).env, "AWS_ENDPOINT_URL_DYNAMODB": engine}
    for name, text in zip(("bench.cedar", "bench.cedarschema"), texts(SIZE), strict=True):
        (work / name).write_text(text)
    push = ["policy", "push", str(work / "bench.cedar"), "--schema", str(work / "bench.cedarschema"), "--publish"]
    command = [str(Path(sys.executable).with_name("idp")), *push]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"idp {' '.join(push[:2])} failed:\n{done.stderr[-3000:]}")
    return env
