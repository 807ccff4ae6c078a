"""Renders the CloudFormation template of serverless.yml with osls: without an account, a network or a build.

    python tools/cloudformation.py OUT.json [STAGE [NAME=VALUE …]]     # parameters as serverless.yml has them
    python tools/cloudformation.py OUT.json --most                     # the stage prod with everything switched on
    python tools/cloudformation.py OUT.json --edge                     # CloudFront: deploy/edge

osls needs the archives that it would upload. It gets empty ones, in a folder of its own, so that none of them is ever deployed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

ROOT = Path(__file__).resolve().parents[1]
OSLS = ROOT / "tests" / "clients" / "node_modules" / ".bin" / "osls"

MOST = (
    "dns=route53", "domain=id.example.com", "hostedZone=Z0123456789ABCDEFGHIJ",
    "mutualTls=on", "mutualTlsDomain=mtls.example.com", "mutualTlsTruststore=s3://trust/bundle.pem",
    "mail=ses", "mailFrom=id@example.com", "mailDomain=example.com", "authorizer=on", "audience=https://api.example.com", "policies=on",
    "scim=on", "console=on", "saml=on", "stream=on", "provisioning=on", "imports=on", "audit=on",
    "eventBus=on", "IDP_EVENT_BUS=identity",
    "tracing=on", "tracingEndpoint=https://collector.example.com",
    "alarmMail=on", "alarmAddress=ops@example.com", "budget=on",
    "migration=on", "IDP_MIGRATION_FUNCTION=arn:aws:lambda:eu-central-1:123456789012:function:cognito-password",
    "hookFunctions=on", "IDP_HOOKS=on", "IDP_HOOKS_FUNCTIONS=arn:aws:lambda:eu-central-1:123456789012:function:claims",
)  # fmt: skip
"""Every switch on."""

_NO_ACCOUNT = {
    "SLS_NOTIFICATIONS_MODE": "off", "SLS_TRACKING_DISABLED": "1", "AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nobody",
}  # fmt: skip
_NO_STACK = b"<ErrorResponse><Error><Code>ValidationError</Code><Message>Stack does not exist</Message></Error></ErrorResponse>"


class _NoStack(BaseHTTPRequestHandler):
    """CloudFormation of an account without stacks."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(HTTPStatus.BAD_REQUEST)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(_NO_STACK)))
        self.end_headers()
        self.wfile.write(_NO_STACK)

    def log_message(self, *_: object) -> None:
        """Write no log."""


@contextmanager
def _no_stack() -> Iterator[str]:
    """Yield an address for osls, which asks for the layers of the last deployment before it renders new ones."""
    with HTTPServer(("127.0.0.1", 0), _NoStack) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def render(stage: str = "prod", *parameters: str) -> str:
    """Return the template. `parameters` are NAME=VALUE."""
    if not OSLS.exists():
        raise SystemExit("osls is not installed; install it with: make setup")
    sources = [ROOT / "serverless.yml", *sorted((ROOT / "deploy").rglob("*.yml"))]
    archives = {archive for source in sources for archive in re.findall(r"dist/[\w-]+\.zip", source.read_text(encoding="utf-8"))}
    with tempfile.TemporaryDirectory(prefix="idp-cloudformation-") as folder:
        beside = Path(folder)
        for entry in ROOT.iterdir():
            if entry.name not in {"dist", "build", ".serverless", ".git"}:
                (beside / entry.name).symlink_to(entry)
        for archive in archives:
            (beside / archive).parent.mkdir(parents=True, exist_ok=True)
            with zipfile.ZipFile(beside / archive, "w") as empty:
                empty.writestr("empty", "")
        (beside / "serverless.yml").unlink()
        shutil.copy(ROOT / "serverless.yml", beside)
        return _packaged(beside, stage, parameters)


def render_edge(stage: str = "prod") -> str:
    """Return the template of deploy/edge."""
    with tempfile.TemporaryDirectory(prefix="idp-cloudformation-") as folder:
        shutil.copytree(ROOT / "deploy" / "edge", folder, dirs_exist_ok=True)
        origin = "origin=d-0123456789.execute-api.eu-central-1.amazonaws.com"
        return _packaged(Path(folder), stage, ("domain=id.example.com", "hostedZone=Z0123456789ABCDEFGHIJ", origin))


def _packaged(folder: Path, stage: str, parameters: tuple[str, ...]) -> str:
    command = [str(OSLS), "package", "--stage", stage, "--package", str(folder / ".rendered"), *(f"--param={each}" for each in parameters)]
    with _no_stack() as cloudformation:
        env = {**os.environ, **_NO_ACCOUNT, "AWS_ENDPOINT_URL_CLOUDFORMATION": cloudformation}
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"osls cannot render serverless.yml:\n{done.stdout}{done.stderr}")
    return (folder / ".rendered" / "cloudformation-template-update-stack.json").read_text(encoding="utf-8")


if __name__ == "__main__":
    chosen = ("prod", *MOST) if sys.argv[2:] == ["--most"] else sys.argv[2:]
    Path(sys.argv[1]).write_text(render_edge() if chosen == ["--edge"] else render(*chosen), encoding="utf-8")
