"""The archive of the function for SAML: small, for the right machine, only what it imports, and it judges under Lambda's runtime client."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.functions.conftest import MACHINE, PYTHON, build
from tests.support.saml_idp import expected, metadata, response

if TYPE_CHECKING:
    from pathlib import Path

MOST_MB = 25

pytestmark = pytest.mark.functions


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of `make package`."""
    return build(tmp_path_factory.mktemp("package") / "saml.zip", "--archive", "saml")


def test_the_archive_of_saml_is_at_most_25_mb_and_for_lambda(package: Path) -> None:
    """Machine code for arm64 (183 in byte 18 of an ELF file)."""
    with zipfile.ZipFile(package) as made:
        names = made.namelist()
        machines = {made.read(name)[18] for name in names if name.endswith(".so")}
        size = sum(entry.file_size for entry in made.infolist())
    assert machines == {183}
    assert size <= MOST_MB * 1e6, f"{size / 1e6:.1f} MB"


def test_the_archive_has_the_parser_and_nothing_of_the_provider(package: Path) -> None:
    with zipfile.ZipFile(package) as made:
        names = made.namelist()
    roots = {name.partition("/")[0] for name in names}
    libraries = {"certifi", "cryptography", "lxml", "signxml"}
    assert {root for root in roots if not root.endswith((".dist-info", ".so"))} == {"idp", "LICENSE", *libraries}
    ours = {"/".join(name.split("/")[:3]) for name in names if name.startswith("idp/") and name.count("/") > 1}
    assert not [name for name in ours if name.startswith(("idp/store", "idp/services", "idp/settings", "idp/wiring"))]


def test_the_packed_function_judges_a_response_and_reads_metadata(tmp_path: Path) -> None:
    """The same archive for this machine, unpacked as Lambda does, and nothing else on the path."""
    own = ("--archive", "saml", "--platform", MACHINE, "--python", PYTHON)
    with zipfile.ZipFile(build(tmp_path / "saml.zip", *own)) as made:
        made.extractall(tmp_path / "task")
    asked = expected()._asdict()
    events = [
        {"response": response(), "expected": asked},
        {"response": response(sign="none"), "expected": asked},
        {"metadata": metadata(), "now": asked["now"]},
    ]
    code = f"""if True:
        import json, sys
        sys.path[:] = [{str(tmp_path / "task")!r}, *(each for each in sys.path if "site-packages" not in each)]
        from idp.functions.saml import handler
        print(json.dumps([handler(event, None) for event in json.load(sys.stdin)]))
    """
    done = subprocess.run([sys.executable, "-I", "-c", code], input=json.dumps(events), check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    judged, refused, read = json.loads(done.stdout)
    assert judged["assertion"]["name_id"] == "person-1"
    assert refused["refused"] == "the assertion is not signed"
    assert read["metadata"]["signs_requests"] is False
