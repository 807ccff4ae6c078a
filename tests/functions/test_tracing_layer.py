"""The layer with OpenTelemetry: small, and complete together with the provider's package."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import httpx
import pytest

from tests.functions.conftest import ISSUER, MACHINE, PYTHON, HttpApi, build, environment, idp
from tests.support.lambda_host import LambdaHost
from tests.support.trace_collector import Collector

pytestmark = pytest.mark.functions
MOST_MB = 6


@pytest.fixture(scope="module")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For this machine, unpacked as Lambda does: under /opt, whose folder `python` is on the path."""
    folder = tmp_path_factory.mktemp("layer")
    archive = build(folder / "tracing.zip", "--archive", "tracing", "--platform", MACHINE, "--python", PYTHON)
    with zipfile.ZipFile(archive) as made:
        assert sum(entry.file_size for entry in made.infolist()) < MOST_MB * 1e6
        made.extractall(folder / "opt")
    return folder / "opt" / "python"


def tried(*path: Path) -> subprocess.CompletedProcess[str]:
    """Run a function that switches traces on, with only these folders on the path."""
    program = (
        f"import sys; sys.path[:0] = {[str(each) for each in path]!r}\n"
        "from idp.telemetry.tracing import Tracer\n"
        "from idp.telemetry.record import Record\n"
        "tracer, record = Tracer(deployment='x'), Record('r', method='GET')\n"
        "with tracer.request(record, ''), tracer.span('DynamoDB.GetItem', {'a': 1}): record.status = 200\n"
        "print(len(record.trace_id))\n"
        "tracer._provider.get_tracer('x')\n"
        "import os; sys.stdout.flush(); os._exit(0)\n"
    )
    return subprocess.run([sys.executable, "-S", "-I", "-c", program], check=False, capture_output=True, text=True)


def test_package_and_layer_contain_everything_for_traces(unpacked: Path, layer: Path) -> None:
    """Nothing of this project's own environment is on the path."""
    done = tried(unpacked, layer)
    assert done.stdout.strip() == "32", done.stderr


def test_without_the_layer_there_is_no_opentelemetry(unpacked: Path) -> None:
    """Deployments without traces do not carry it."""
    done = tried(unpacked)
    assert "ModuleNotFoundError: No module named 'opentelemetry.exporter'" in done.stderr


def test_switched_on_the_function_sends_its_spans_with_the_answer(unpacked: Path, layer: Path, quick_endpoint: str, tmp_path: Path) -> None:
    """With the package, the layer on its path, and the two variables of `tracing=on`. No span waits for later."""
    env = environment(tmp_path, quick_endpoint)
    made = json.loads(idp(env, "bootstrap", "--json"))
    collector = Collector()
    given = {**env, "IDP_TRACING": "otlp", "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "PYTHONPATH": str(layer)}
    with LambdaHost("idp.functions.api.handler", cwd=unpacked, env=given) as host:
        client = made["admin_client"]
        answer = httpx.Client(transport=HttpApi(host), base_url=ISSUER).post(
            "/token", data={"grant_type": "client_credentials"}, auth=(client["client_id"], client["client_secret"])
        )
        assert answer.status_code == 200
        names = [span.name for span in collector.spans]
        line = json.loads(host.output.splitlines()[-1])
    collector.server.shutdown()
    collector.server.server_close()
    assert "POST /token" in names
    assert any(name.startswith("DynamoDB.") for name in names)
    (request,) = [span for span in collector.spans if span.name == "POST /token"]
    assert request.trace_id.hex() == line["trace_id"]
    assert client["client_secret"].encode() not in collector.raw
