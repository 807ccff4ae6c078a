"""The clients of the admin API in packages/ against a running provider: Python over its own sockets, TypeScript in Node."""

from __future__ import annotations

import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pytest
from idp_admin_client import AdminClient, ClientCredentials, NoAnswerError, ProblemError

from idp.cli.declared.problems import ApiRefusedError
from idp.cli.declared.remote_api import RemoteApi
from idp.domain.access.tenancy import DEPLOYMENT
from tests.support.node_client import run
from tests.support.served_provider import served_provider

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.served_provider import ServedProvider

ROOT = Path(__file__).resolve().parents[2]
SCOPES = "roles:read roles:write clients:write"


@pytest.fixture
def served(quick_endpoint: str, tmp_path: Path) -> Iterator[ServedProvider]:
    with served_provider(quick_endpoint, folder=tmp_path) as running:
        yield running


def _service(idp: ServedProvider) -> tuple[str, str]:
    made, secret = idp.services.client_service.create(
        {"grant_types": ["client_credentials"], "scope": SCOPES, "resources": [f"{idp.issuer}/admin/v1"]}, scope=DEPLOYMENT
    )
    assert secret
    return made.id, secret


def test_the_python_client_speaks_to_a_running_provider(served: ServedProvider) -> None:
    client_id, secret = _service(served)
    admin = AdminClient(served.issuer, ClientCredentials(served.issuer, client_id, secret, SCOPES))
    made = admin.create_role({"name": "editor"})
    assert admin.change_role("editor", {"description": "Edits."}, if_match=made.etag).etag == '"2"'
    assert [each["name"] for each in admin.all_roles()] == ["editor"]
    with pytest.raises(ProblemError) as refused:
        admin.change_role("editor", {}, if_match=made.etag)
    assert refused.value.status == 412


def test_the_python_client_tells_that_no_server_answers() -> None:
    with pytest.raises(NoAnswerError):
        AdminClient("http://127.0.0.1:9", "t", tries=1).list_roles()


def test_the_typescript_client_speaks_to_a_running_provider(served: ServedProvider, tmp_path: Path) -> None:
    """The script checks versions, pages, repetition, refusals and tokens."""
    out = tmp_path / "compiled"
    tsc = ROOT / "tests/clients/node_modules/.bin/tsc"
    subprocess.run([tsc, "--project", ROOT / "packages/typescript-admin-client", "--outDir", out], check=True)
    (out / "package.json").write_text('{"type": "module"}')
    client_id, secret = _service(served)
    config = {"issuer": served.issuer, "client_id": client_id, "client_secret": secret, "module": str(out / "index.js")}
    assert run(ROOT / "tests/clients/admin_client.mjs", config, lambda url: url) == {"roles": 5}


class _Redirecting(BaseHTTPRequestHandler):
    """Redirects each request to the address in `to`, and notes the tokens that come to /stolen."""

    stolen: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        """Answer one request."""
        if self.path == "/stolen":
            self.stolen.append(self.headers.get("Authorization", ""))
        self.send_response(302)
        self.send_header("Location", "/stolen")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize("call", ["client", "command line"])
def test_a_redirect_is_not_followed(call: str) -> None:
    """The token stays with the address that was named."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Redirecting) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        issuer = f"http://127.0.0.1:{server.server_port}"
        try:
            if call == "client":
                with pytest.raises(NoAnswerError, match="302"):
                    AdminClient(issuer, "secret-token", tries=1).list_roles()
            else:
                with pytest.raises(ApiRefusedError):
                    RemoteApi(issuer, "secret-token")
        finally:
            server.shutdown()
            thread.join()
    assert _Redirecting.stolen == []
