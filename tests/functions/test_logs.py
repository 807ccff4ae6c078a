"""The output of the deployed functions for CloudWatch: one line of JSON per request with its metrics, in both log formats."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.engines.lossy_proxy import LossyProxy
from tests.functions.conftest import ISSUER, ROOT, Deployed, HttpApi, environment, idp
from tests.functions.key_ages import age_active_keys
from tests.support.embedded_metrics import valid
from tests.support.lambda_host import LambdaHost

pytestmark = pytest.mark.functions


def written(output: str) -> list[dict[str, Any]]:
    """All lines of the output. Each one is JSON."""
    return [json.loads(line) for line in output.splitlines() if line.strip()]


def test_each_request_is_one_line(deployed: Deployed) -> None:
    """It has the gateway's request id, the route and the DynamoDB calls, and is valid as metrics."""
    client = deployed.made["admin_client"]
    basic = base64.b64encode(f"{client['client_id']}:{client['client_secret']}".encode()).decode()
    with deployed.http() as http:
        http.get("/jwks")  # a warm environment has read the keys
        before = len(written(deployed.host.output))
        sent = [
            http.get("/.well-known/openid-configuration"),
            http.post("/token", data={"grant_type": "client_credentials"}, headers={"Authorization": f"Basic {basic}"}),
            http.post("/token", data={"grant_type": "client_credentials"}, headers={"Authorization": "Basic eDp5"}),
            http.get("/admin/v1/users/somebody"),
            http.get("/what/secret/is/this"),
            http.get("/login"),
        ]
    lines = written(deployed.host.output)[before:]
    for line in lines:
        valid(line)
    told = [(line["route"], line["status"], line["outcome"], line["request_id"]) for line in lines if "request_id" in line]
    assert told == [
        (route, answer.status_code, outcome, answer.headers["x-request-id"])
        for answer, route, outcome in zip(
            sent,
            ["/.well-known/openid-configuration", "/token", "/token", "/admin/v1", "unknown", "/login"],
            ["ok", "ok", "refused", "refused", "refused", "ok"],
            strict=True,
        )
    ]
    token = next(line for line in lines if line.get("TokensIssued"))
    assert (token["Grant"], token["client_id"], token["dynamodb"]["calls"]) == ("client_credentials", client["client_id"], 1)
    assert token["DynamoDbReadUnits"] > 0
    assert next(line for line in lines if line.get("TokensRefused"))["Reason"] == "invalid_client"
    assert "secret" not in json.dumps(lines)


@pytest.mark.parametrize(
    "changes",
    [{"AWS_LAMBDA_LOG_FORMAT": "JSON"}, {"IDP_METRICS": ""}, {"IDP_METRICS": "off"}, {"IDP_LOG_LEVEL": "ERROR", "IDP_METRICS": "off"}],
)
def test_the_settings_decide_what_is_logged(quick_endpoint: str, tmp_path: Path, changes: dict[str, str]) -> None:
    """Lambda's JSON format changes nothing; with another choice of metrics the line stays; at ERROR successful requests are not logged."""
    env = environment(tmp_path, quick_endpoint)
    idp(env, "bootstrap", "--json")
    with LambdaHost("idp.functions.api.handler", cwd=ROOT, env={**env, **changes}) as host:
        import httpx

        with httpx.Client(transport=HttpApi(host), base_url=ISSUER) as http:
            assert http.get("/jwks").status_code == 200
        lines = written(host.output)
    quiet = "IDP_LOG_LEVEL" in changes
    assert [line.get("route") for line in lines] == ([] if quiet else ["/jwks"])
    assert [("_aws" in line, line["level"]) for line in lines] == ([] if quiet else [("IDP_METRICS" not in changes, "INFO")])


def test_the_rotation_reports_the_age_of_the_keys(quick_endpoint: str, tmp_path: Path) -> None:
    """Daily, for the alarm on the oldest active key. A failed run is logged and is an error of the function."""
    env = environment(tmp_path, quick_endpoint)
    idp(env, "bootstrap", "--json")
    age_active_keys(quick_endpoint, env["IDP_TABLE_PREFIX"] + "-keys", days=30)
    with (
        LossyProxy(quick_endpoint) as proxy,
        LambdaHost("idp.functions.rotate_keys.handler", cwd=ROOT, env={**env, "AWS_ENDPOINT_URL_DYNAMODB": proxy.url}) as host,
    ):
        host.invoke({"source": "aws.events"})
        (line,) = written(host.output)
        valid(line)
        assert (line["route"], round(line["SigningKeyAgeDays"]), round(line["SealingKeyAgeDays"])) == ("rotate_keys", 30, 0)
        proxy.fail("Query", "AccessDeniedException", times=100)
        with pytest.raises(AssertionError):
            host.invoke({"source": "aws.events"})
        failed = next(json.loads(each) for each in host.output.splitlines()[1:] if each.startswith('{"timestamp"'))
    assert (failed["level"], failed["outcome"], failed["Errors"]) == ("ERROR", "error", 1)


def test_a_log_line_needs_no_further_import_at_a_cold_start(tmp_path: Path) -> None:
    """Only its own few modules are imported; the rest is loaded already."""
    program = (
        "import sys, idp.wiring, idp.http.app, idp.adapters.dynamodb\n"
        "before = set(sys.modules)\n"
        "import idp.telemetry.journal, idp.telemetry.units, idp.telemetry.line, idp.telemetry.metrics\n"
        "print(sorted(set(sys.modules) - before))\n"
    )
    env = {**os.environ, **environment(tmp_path, "http://127.0.0.1:1")}
    done = subprocess.run([sys.executable, "-c", program], env=env, cwd=ROOT, check=True, capture_output=True, text=True)
    more = re.findall(r"'([\w.]+)'", done.stdout)
    assert [name for name in more if not name.startswith("idp.telemetry")] == []
