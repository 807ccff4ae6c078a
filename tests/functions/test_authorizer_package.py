"""The authorizer's archive: at most 15 MB, only what it imports, and working under Lambda's runtime client."""

from __future__ import annotations

import http.server
import json
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.functions.conftest import MACHINE, PYTHON, ROOT, build
from tests.support.lambda_host import FunctionError, LambdaHost
from tests.support.tls import Authority, HttpsSite
from tests.verify import events
from tests.verify.issuer import ALGORITHMS, AUDIENCE, Issuer
from tests.verify.places import Request

MOST_MB = 15
NEVER = ("fastapi", "starlette", "authlib", "joserfc", "botocore", "pynamodb", "pydantic", "mangum", "jinja2", "argon2", "cedarpy")

pytestmark = pytest.mark.functions


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of `make package`."""
    return build(tmp_path_factory.mktemp("package") / "authorizer.zip", "--archive", "authorizer")


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same for this machine, unpacked as Lambda does."""
    folder = tmp_path_factory.mktemp("authorizer")
    own = ("--archive", "authorizer", "--platform", MACHINE, "--python", PYTHON)
    with zipfile.ZipFile(build(folder / "authorizer.zip", *own)) as made:
        made.extractall(folder / "task")
    return folder / "task"


def test_the_archive_is_at_most_15_mb(package: Path) -> None:
    with zipfile.ZipFile(package) as made:
        size = sum(entry.file_size for entry in made.infolist())
    assert size <= MOST_MB * 1e6, f"{size / 1e6:.1f} MB"


def test_the_archive_is_for_lambda_and_has_only_needed_files(package: Path) -> None:
    """Machine code for arm64 (183 in byte 18 of an ELF file). The only library is cryptography, with its dependencies."""
    with zipfile.ZipFile(package) as made:
        names = made.namelist()
        machines = {made.read(name)[18] for name in names if name.endswith(".so")}
    roots = {name.partition("/")[0] for name in names}
    assert machines == {183}
    assert {root for root in roots if not root.endswith((".dist-info", ".so"))} == {"idp", "cryptography", "LICENSE"}
    assert not [name for name in names if name.endswith((".pyi", ".key", ".pem", ".c")) or "/tests/" in name]
    assert {name.partition("/")[0].partition("-")[0] for name in names if "licen" in name.lower() and "/" in name} == {
        "cryptography",
        "cffi",
    }


def alone(unpacked: Path, code: str, **env: str) -> str:
    """Run code with only the package on the path. Returns its output."""
    path = f"import sys; sys.path[:] = [{str(unpacked)!r}, *(p for p in sys.path if 'site-packages' not in p)]"
    done = subprocess.run([sys.executable, "-I", "-c", f"{path}\n{code}"], check=False, capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_module_of_the_archive_can_be_imported(unpacked: Path) -> None:
    """No removed file is needed."""
    code = (
        "import importlib, pkgutil, idp\n"
        "for m in pkgutil.walk_packages(idp.__path__, 'idp.'): importlib.import_module(m.name)\n"
        "print(len(sys.modules))"
    )
    assert alone(unpacked, code, IDP_ISSUER="https://id.example", IDP_AUDIENCE=AUDIENCE)


def test_the_authorizer_starts_with_every_setting(unpacked: Path) -> None:
    """Optional parts are in the archive."""
    switches = {"IDP_AUTHORIZER_REVOCATION": "on", "IDP_AUTHORIZER_DECISIONS": "roles policies", "IDP_AUTHORIZER_SUBJECTS": "stored"}
    keys = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    assert (
        alone(unpacked, "import idp.functions.authorizer", IDP_ISSUER="https://id.example", IDP_AUDIENCE=AUDIENCE, **switches, **keys) == ""
    )


def test_the_authorizer_loads_neither_a_framework_nor_an_sdk() -> None:
    """In a clean process of the whole project, with revocation and stored roles switched on."""
    code = f"import idp.functions.authorizer, sys; print([m for m in {NEVER} if m in sys.modules])"
    env = {"IDP_ISSUER": "https://id.example", "IDP_AUDIENCE": AUDIENCE, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    stored = {"IDP_AUTHORIZER_REVOCATION": "on", "IDP_AUTHORIZER_DECISIONS": "roles", "IDP_AUTHORIZER_SUBJECTS": "stored"}
    for more in ({}, stored):
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True, env={**env, **more})
        assert done.stdout.strip() == "[]"


RARE = ("cryptography.hazmat.backends", "cryptography.hazmat.primitives.ciphers", "encodings.idna", "http.client", "inspect", "dataclasses")
COLD = """
import builtins, sys
compiled, compile = [], builtins.compile
builtins.compile = lambda *given, **more: compiled.append(given) or compile(*given, **more)
from idp.functions.authorizer import handler
handler({event}, None)
print([m for m in {rare} if m in sys.modules], len(compiled))
"""


def test_a_cold_start_loads_no_unneeded_module(unpacked: Path, issuer: Issuer, tmp_path: Path) -> None:
    """Until the answer to an ES256 token, with keys over TLS: no ciphers, no IDNA, and no annotation that must be compiled."""
    event = events.rest(Request("Bearer " + issuer.token(fresh(issuer), alg="ES256")))
    authority, body = Authority(tmp_path), issuer.fetch()
    with HttpsSite(authority, "localhost") as site:
        site.answer = [b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)]
        env = {"IDP_JWKS_URI": f"https://localhost:{site.port}/jwks", "SSL_CERT_FILE": str(authority.file)}
        said = alone(unpacked, COLD.format(event=event, rare=RARE), IDP_ISSUER="https://id.example", IDP_AUDIENCE=AUDIENCE, **env)
    *_, allowed, loaded = said.splitlines()
    assert json.loads(allowed)["decision"] == "allow"
    assert loaded == "[] 0"


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture(scope="module")
def jwks_uri(issuer: Issuer) -> Iterator[str]:
    """The issuer's keys over HTTP."""

    class Keys(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = issuer.fetch()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Write no log."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Keys) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/jwks"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def function(unpacked: Path, jwks_uri: str) -> Iterator[LambdaHost]:
    rules = {"routes": {"GET /orders/{id}": {"scopes": ["orders:read"]}, "DELETE /orders/{id}": {"scopes": ["orders:write"]}}}
    env = {
        "IDP_ISSUER": "https://id.example",
        "IDP_AUDIENCE": AUDIENCE,
        "IDP_JWKS_URI": jwks_uri,
        "IDP_AUTHORIZER_RULES": json.dumps(rules),
    }
    with LambdaHost("idp.functions.authorizer.handler", cwd=unpacked, env=env) as host:
        yield host


def fresh(issuer: Issuer, **changes: Any) -> dict[str, Any]:
    now = int(time.time())
    return issuer.claims(**{"iat": now, "exp": now + 600, **changes})


@pytest.mark.parametrize("event", [events.token, events.rest, events.http_1, events.http_2])
@pytest.mark.parametrize("alg", ALGORITHMS)
def test_the_packaged_authorizer_allows_and_denies(function: LambdaHost, issuer: Issuer, alg: str, event: Any) -> None:
    header = f"Bearer {issuer.token(fresh(issuer), alg=alg)}"
    for method, expected in (("GET", True), ("DELETE", False)):
        asked = event(Request(header, method))
        assert events.permits(function.invoke(asked), asked) is expected


@pytest.mark.parametrize("header", ["", "Bearer x", "Bearer a.b.c", "Basic eDp4"])
def test_a_malformed_token_is_unauthorized(function: LambdaHost, header: str) -> None:
    """The gateway answers 401 to an error with exactly this message."""
    with pytest.raises(FunctionError) as raised:
        function.invoke(events.token(Request(header)))
    assert '"errorMessage": "Unauthorized"' in str(raised.value)


def test_the_log_explains_decisions_and_contains_no_secret(function: LambdaHost, issuer: Issuer) -> None:
    """A line of JSON per decision with its reason, without any part of a token and without the subject."""
    token = issuer.token(fresh(issuer, sub="person-canary", exp=int(time.time()) - 60))
    with pytest.raises(FunctionError):
        function.invoke(events.rest(Request(f"Bearer {token}")))
    good = issuer.token(fresh(issuer, sub="person-canary"))
    function.invoke(events.rest(Request(f"Bearer {good}")))
    lines = [json.loads(line) for line in function.output.splitlines() if '"authorizer"' in line]
    assert lines[-2]["reason"] == "expired"
    assert (lines[-1]["decision"], lines[-1]["kid"], lines[-1]["client_id"]) == ("allow", "key-RS256", "app-1")
    for secret in (token, good, token.split(".")[1], good.split(".")[2], "person-canary"):
        assert secret not in function.output
