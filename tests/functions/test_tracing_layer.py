"""The layer with OpenTelemetry: small, and beside the package of the provider it is all that traces need."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.functions.conftest import MACHINE, PYTHON, build

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
    """What a function with nothing but these folders finds when it switches traces on."""
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


def test_package_and_layer_are_enough(unpacked: Path, layer: Path) -> None:
    """Nothing of this project's own environment is on the path."""
    done = tried(unpacked, layer)
    assert done.stdout.strip() == "32", done.stderr


def test_without_the_layer_there_is_no_opentelemetry(unpacked: Path) -> None:
    """The package does not carry it for those who do not trace."""
    done = tried(unpacked)
    assert "ModuleNotFoundError: No module named 'opentelemetry.exporter'" in done.stderr
