"""The deployed archive: small, for the right machine, without files of development, and complete."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from idp.domain.languages import SHIPPED
from tests.functions.conftest import ROOT, build
from tests.support.lambda_host import ApiGateway, LambdaHost

MOST_MB = 40

pytestmark = pytest.mark.functions


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of `make package`."""
    return build(tmp_path_factory.mktemp("package") / "api.zip")


@pytest.fixture(scope="module")
def names(package: Path) -> list[str]:
    """Every file in it."""
    with zipfile.ZipFile(package) as made:
        return made.namelist()


def test_the_package_is_at_most_40_mb(package: Path) -> None:
    """Unzipped (docs/design.md, Promises), because Lambda fetches and unpacks it at every cold start."""
    with zipfile.ZipFile(package) as made:
        size = sum(entry.file_size for entry in made.infolist())
    assert size <= MOST_MB * 1e6, f"{size / 1e6:.1f} MB"


def test_the_libraries_are_for_lambda(names: list[str]) -> None:
    """Compiled for arm64 and Python 3.13, or for any Python."""
    compiled = [name for name in names if name.endswith(".so")]
    assert compiled
    assert all("cpython-313-aarch64" in name or ".abi3." in name for name in compiled), compiled
    with_machine = {"_rust.abi3.so", "_ffi.abi3.so"} & {name.rpartition("/")[2] for name in compiled}
    assert len(with_machine) == 2


def test_compiled_files_are_for_arm64(package: Path, names: list[str]) -> None:
    """Also files whose name does not say so: byte 18 of an ELF file is the machine, 183 is AArch64."""
    with zipfile.ZipFile(package) as made:
        machines = {name: made.read(name)[18] for name in names if name.endswith(".so")}
    assert set(machines.values()) == {183}, machines


def test_no_development_file_is_packed(names: list[str]) -> None:
    """No test tool, no type stubs, no runtime client (Lambda has its own), no command line, no development server, no demo."""
    roots = {name.partition("/")[0].partition("-")[0].partition(".")[0].lower() for name in names}
    assert not roots & {"pytest", "moto", "boto3", "awslambdaric", "mypy", "ruff", "uvicorn", "typer", "rich", "hypothesis", "playwright"}
    assert not [name for name in names if name.startswith(("idp/cli/", "templates/demo/", "tests/", ".env"))]
    assert not [name for name in names if name.endswith((".pyi", ".key", ".pem", ".c")) and name != "botocore/cacert.pem"]


def test_botocore_is_packed_with_few_services(names: list[str]) -> None:
    """Half of what pip installs describes other services."""
    services = {name.split("/")[2] for name in names if name.startswith("botocore/data/") and name.count("/") > 2}
    assert services == {"dynamodb", "kms", "sts"}


def test_every_deployed_module_is_packed(names: list[str]) -> None:
    """Every deployed module of idp, its data, templates, migrations and the licence."""
    tracked = subprocess.run(
        ["git", "ls-files", "idp", "templates", "migrations", "LICENSE"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    left_out = (
        "idp/cli/", "templates/demo/", "idp/locales/", "idp/functions/console.py", "idp/http/console/", "templates/console/",
    )  # fmt: skip  # the console has an archive of its own
    wanted = {name for name in tracked.stdout.split() if not name.startswith(left_out)}
    packed = {name.removesuffix("c") if name.startswith("idp/") and name.endswith(".pyc") else name for name in names}
    assert wanted <= packed, wanted - packed


def test_catalogues_are_packed_compiled(names: list[str]) -> None:
    """Each language but English has its compiled catalogue. What translators edit, and Babel, stay out."""
    packed = {name for name in names if name.startswith("idp/locales/")}
    assert packed == {f"idp/locales/{tag.replace('-', '_')}/LC_MESSAGES/idp.mo" for tag in SHIPPED if tag != "en"}
    assert not [name for name in names if name.lower().startswith("babel")]


def test_the_licences_of_libraries_are_packed(names: list[str]) -> None:
    """Their terms require it."""
    libraries = {name.partition("/")[0] for name in names if ".dist-info/" in name}
    with_licence = {name.partition("/")[0] for name in names if ".dist-info/" in name and "licen" in name.lower()}
    assert libraries == with_licence


def test_the_same_checkout_gives_the_same_bytes(package: Path, tmp_path: Path) -> None:
    """A deployment of the same commit therefore changes nothing."""
    with zipfile.ZipFile(package) as first, zipfile.ZipFile(build(tmp_path / "again.zip")) as second:
        once, again = ({entry.filename: entry.CRC for entry in made.infolist()} for made in (first, second))
    assert {name for name in once | again if once.get(name) != again.get(name)} == set(), "was a file changed in between?"
    assert (tmp_path / "again.zip").read_bytes() == package.read_bytes()


def test_no_bytecode_is_missing_or_stale(unpacked: Path) -> None:
    """Bytecode that is used without its source; migrations keep theirs, because they are found by their files."""
    sources = {path.relative_to(unpacked) for path in unpacked.rglob("*.py")}
    assert {path.parts[0] for path in sources} == {"migrations"}
    for path in unpacked.rglob("*.pyc"):
        assert path.read_bytes()[4:8] == b"\x01\x00\x00\x00", f"{path}: not unchecked-hash"
    for source in sources:
        compiled = unpacked / source.parent / "__pycache__" / f"{source.stem}.{sys.implementation.cache_tag}.pyc"
        assert compiled.exists(), source


@pytest.fixture(scope="module")
def function(unpacked: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The unpacked package under the runtime client, without an engine."""
    env = {
        "IDP_ENV": "dev",
        "IDP_ISSUER": "https://idp.example",
        "IDP_KEY_FILE": str(tmp_path_factory.mktemp("key") / "key"),
        "AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:1",
    }
    with LambdaHost("idp.functions.api.handler", cwd=unpacked, env=env) as host:
        yield httpx.Client(transport=ApiGateway(host), base_url="https://idp.example")


def test_the_package_answers_discovery(function: httpx.Client) -> None:
    """Discovery needs no store."""
    assert function.get("/.well-known/openid-configuration").json()["issuer"] == "https://idp.example"


def test_the_package_has_its_templates(function: httpx.Client) -> None:
    """A page without a store: an unknown request is refused before any read."""
    page = function.get("/authorize")
    assert page.status_code == 400
    assert "<html" in page.text


@pytest.mark.parametrize(("language", "direction"), [("de", "ltr"), ("ar", "rtl"), ("ja", "ltr"), ("pt-BR", "ltr")])
def test_the_package_has_its_languages(function: httpx.Client, language: str, direction: str) -> None:
    """A page in another language, from the compiled catalogue and the standard library."""
    page = function.get("/no/such/page", headers={"Accept-Language": language})
    assert f'<html lang="{language}" dir="{direction}">' in page.text
    assert "Page not found" not in page.text


def test_the_package_has_the_admin_api(function: httpx.Client) -> None:
    """FastAPI and pydantic load from the package, and describe the API."""
    described = function.get("/admin/v1/openapi.json")
    assert described.status_code in {200, 401}, described.text


def test_without_a_store_the_answer_is_503(function: httpx.Client) -> None:
    """FI-1: 503 with Retry-After, no stack trace."""
    answer = function.post("/token", data={"grant_type": "client_credentials"}, auth=("app", "secret"))
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "Traceback" not in answer.text


EVERYTHING = (
    "[importlib.import_module(m.name) for m in pkgutil.walk_packages(idp.__path__, 'idp.')"
    " if 'functions' not in m.name and m.name not in ('idp.telemetry.tracing',)"  # its library is a layer
    " and not m.name.startswith('idp.adapters.saml.')]"  # the function with lxml has a package of its own
)


@pytest.mark.parametrize(
    "used",
    [
        *(
            f"botocore.session; botocore.session.get_session().create_client('{name}', 'eu-central-1')"
            for name in ("dynamodb", "kms", "sts")
        ),
        "argon2; argon2.PasswordHasher(memory_cost=8, time_cost=1, parallelism=1).hash('x')",
        "bcrypt; assert bcrypt.checkpw(b'x', bcrypt.hashpw(b'x', bcrypt.gensalt(4)))",
        *(
            "idp.domain.factors.foreign_hash as h; from idp.services.factors.foreign_hashes import schemes; "
            f"assert schemes.digest(h.decoy({label!r}, bytes, ''), b'x')"
            for label in ("sha512-crypt:1000", "md5-crypt:", "apr1:", "phpass:7", "firescrypt:4,8,1", "argon2i:64,1,1,19,32")
        ),
        "segno; segno.make('x').svg_inline()",
        "fido2.mds3, fido2.webauthn, fido2.cose, fido2.attestation.packed, fido2.attestation.tpm, fido2.attestation.u2f",
        "authlib.oidc.rpinitiated, authlib.oidc.discovery, authlib.oidc.core, authlib.oauth2.rfc8414",
        f"importlib, pkgutil, idp; {EVERYTHING}",
    ],
    ids=[
        "dynamodb",
        "kms",
        "sts",
        "argon2",
        "bcrypt",
        "sha-crypt",
        "md5-crypt",
        "apr1",
        "phpass",
        "firebase",
        "argon2i",
        "segno",
        "fido2",
        "authlib",
        "every module",
    ],
)
def test_no_removed_file_is_needed(unpacked: Path, used: str) -> None:
    """With only the package on the path."""
    alone = f"import sys; sys.path[:] = [{str(unpacked)!r}, *(p for p in sys.path if 'site-packages' not in p)]"
    done = subprocess.run([sys.executable, "-I", "-c", f"{alone}; import {used}"], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
