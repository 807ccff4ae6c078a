"""The environment of printed commands: a deployment that answers, an account on moto, a folder like a checkout, and stubs."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from joserfc.jwk import ECKey

from idp.http.app import build
from tests.printed.account import SIMPLE, TABLES, Account
from tests.printed.found import ROOT, fences
from tests.support.cli import CommandLine
from tests.support.site import site

STUBS = ("aws", "curl", "git", "idp", "make", "node", "npm", "npx", "opa", "pip", "python", "uvicorn")
SECONDS = 120
ALLOWED = {"IDP_SIGN_UP": "invited", "IDP_SCIM": "on", "IDP_ORGANIZATION_SCIM_CLIENTS": "3"}


@dataclass
class Ground:
    """Created once. Each command gets a copy of the deployment, so that commands do not affect each other."""

    folder: Path
    account: Account
    issuer: str
    serving: dict[str, Any]
    original: CommandLine
    made: dict[str, Any] = field(default_factory=dict)
    asker: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, list[Any]] = field(default_factory=dict)
    organisation: str = ""

    def prepare(self) -> None:
        """Bootstrap, and create the things that the pages name."""
        idp = self.original
        self.made = idp.done("bootstrap", "--json").json
        idp.done("roles", "create", "existing")
        idp.done("groups", "create", "existing")
        idp.done("clients", "create", "Chat", "--client-id", "app_chat", "--redirect-uri", "https://chat.example/callback")
        idp.done("clients", "create", "Worker", "--client-id", "worker", "--service")
        audience = f"{self.issuer}/access/v1"
        asker = ("--client-id", "gateway", "--service", "--resource", audience, "--scope", "access:evaluate access:subjects")
        self.asker = idp.done("clients", "create", "Gateway", *asker, "--json").json
        idp.done("users", "create", "person@example.com", "--no-password")
        self.organisation = idp.done("organizations", "create", "existing", "--name", "Existing", "--json").json["id"]
        database = idp.services().database
        self.rows = {table: list(database.scan(table)) for table in TABLES}

    def deployment(self) -> CommandLine:
        """Return a copy of the deployment, which the issuer answers for from now on."""
        copy = self.original.other(prefix=f"t{secrets.token_hex(6)}")
        services = copy.services()
        for table, rows in self.rows.items():
            services.database.write_raw(table, rows)
        self.serving["app"] = build(services)
        return copy

    def environment(self, text: str, idp: CommandLine) -> dict[str, str]:
        """Return the variables that the pages assume. TOKEN is for the API that the text calls."""
        admin = self.made["admin_client"]
        return {
            "ISSUER": self.issuer, "TOKEN": self._token(self.asker if "/access/v1/" in text else admin), "CLIENT_ID": admin["client_id"],
            "CLIENT_SECRET": admin["client_secret"],
            "APP": "app_chat", "WORKER": "worker", "ORG": self.organisation,
            "USER_ID": idp.services().users.id_of("person@example.com") or "",
        }  # fmt: skip

    def _token(self, client: dict[str, Any]) -> str:
        asked = {"grant_type": "client_credentials", "scope": " ".join(client.get("scopes", ()))}
        answer = httpx.post(f"{self.issuer}/token", data=asked, auth=(client["client_id"], client["client_secret"]))
        return str(answer.json()["access_token"])

    def bash(self, text: str, idp: CommandLine, region: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a text as pasted into a shell. It stops at the first failing command. No question is answered."""
        stubs = self.folder.parent / "stubs"
        environment = {
            **os.environ, **idp.env, **self.account.environment(region), **self.environment(text, idp), **more, "STUBS": str(stubs),
            "PATH": f"{stubs}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", text], cwd=self.folder, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip


@contextmanager
def ground(folder: Path, endpoint: str) -> Iterator[Ground]:
    """Yield everything, and remove it at the end."""
    checkout, serving = folder / "checkout", dict[str, Any]()
    _stubs(folder / "stubs")
    _checkout(checkout, folder / "stubs")

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await serving["app"](scope, receive, send)

    with site(lambda _: app) as issuer, Account(endpoint, issuer, folder) as account:
        idp = CommandLine(endpoint, f"t{secrets.token_hex(6)}", folder, {"IDP_ISSUER": issuer, **SIMPLE, **ALLOWED})
        made = Ground(checkout, account, issuer, serving, idp)
        made.prepare()
        yield made


def _stubs(folder: Path) -> None:
    folder.mkdir()
    for name in STUBS:
        program = folder / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m tests.printed.stubs {name} "$@"\n')
        program.chmod(0o755)


def _checkout(folder: Path, stubs: Path) -> None:
    """Create the files of a checkout that the pages name."""
    shutil.copytree(ROOT / "examples", folder / "examples", ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    (folder / "packages").symlink_to(ROOT / "packages")
    for place, program in ((".venv/bin", stubs), (".tools/opa", stubs)):
        (folder / place).parent.mkdir()
        (folder / place).symlink_to(program)
    for name in ("policies.cedar", "schema.cedarschema", "rules.json", "cases.json"):
        shutil.copy(ROOT / "examples" / "policies" / name, folder / name)
    [listed] = [text for language, text in fences("docs/clients.md") if language == "json" and '"profile": "fapi2"' in text]
    for name in ("fapi.json", "plan.json", "file"):
        (folder / name).write_text(listed)
    [branding] = [text for language, text in fences("docs/looks.md") if language == "json" and '"Corner shop"' in text]
    (folder / "branding.json").write_text(branding)
    (folder / "people.csv").write_text("email,name\nimported@example.com,Imported\n")
    (folder / "taker.pem").write_bytes(ECKey.generate_key("P-256").as_pem(private=True))
    head = {
        "type": "export",
        "version": 1,
        "issuer": "https://old.example",
        "rp_id": "old.example",
        "at": 1,
        "encrypted_to": "of another key",
    }
    (folder / "old.ndjson").write_text("".join(json.dumps(line) + "\n" for line in (head, {"type": "end", "counts": {"export": 1}})))
    (folder / "secret.txt").write_text("sesame")
    for name in ("connections", "shop", "live"):
        (folder / f"{name}.yaml").write_text("connections: {}\n")
    (folder / "realm.json").write_text('{"realm": "meadow", "roles": {"realm": []}, "groups": [], "users": [], "clients": []}')
    shutil.copytree(ROOT / "examples" / "theme", folder / "mytheme")
    (folder / "hashes.txt").write_text(f"{'0' * 40}:7\n")
    (folder / "dist").mkdir()
    with zipfile.ZipFile(folder / "dist" / "authorizer.zip", "w") as archive:
        archive.writestr("idp.py", "")
