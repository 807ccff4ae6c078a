"""The two sides: each becomes a Lambda function on loopback, with its data created beforehand on the shared engine."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import botocore.session
import pyotp

from bench.flows import Account
from tests.support.lambda_host import LambdaHost

ROOT = Path(__file__).resolve().parents[1]
PEER = ROOT / "bench" / "peer"
ISSUER = "https://idp.example"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
}
# Argon2id is expensive on purpose, and the peer has no hash: with it the figures would only show Argon2id.
NO_HASH = {"IDP_ARGON2_MEMORY_KIB": "8", "IDP_ARGON2_ITERATIONS": "1", "IDP_ARGON2_PARALLELISM": "1"}


@dataclass(frozen=True)
class Provider:
    """A name, its accounts, and a function from a DynamoDB endpoint to a new execution environment."""

    name: str
    account: Account
    start: Callable[[str], LambdaHost]
    with_totp: Account | None = None
    env: Mapping[str, str] = field(default_factory=dict)


def project(engine: str, work: Path) -> Provider:
    """This project, with the demo data of `idp bootstrap`."""
    env = {
        **CREDENTIALS,
        **NO_HASH,
        "IDP_ISSUER": ISSUER,
        "IDP_ENV": "dev",
        "IDP_TABLE_PREFIX": f"bench-{uuid.uuid4().hex[:8]}",
        "IDP_KEY_FILE": str(work / "bench.key"),
    }
    command = [str(Path(sys.executable).with_name("idp")), "bootstrap", "--json", "--demo"]
    made = _json_of(command, {**os.environ, **env, "AWS_ENDPOINT_URL_DYNAMODB": engine})
    person = next(user for user in made["users"] if not user.get("totp_secret"))
    app = next(client for client in made["clients"] if client.get("client_secret") and client.get("redirect_uris"))
    service = made["admin_client"]
    account = Account(
        app["client_id"],
        app["client_secret"],
        app["redirect_uris"][0],
        service["client_id"],
        service["client_secret"],
        {"email": person["email"], "password": person["password"]},
    )
    other = next(user for user in made["users"] if user.get("totp_secret"))
    drift = itertools.count()  # codes from the present step on: an earlier one may end on its way
    totp = pyotp.TOTP(other["totp_secret"])
    fields = {"email": other["email"], "password": other["password"], "code": lambda: totp.at(int(time.time()) + 30 * next(drift))}
    with_totp = replace(account, fields=fields)

    def start(endpoint: str) -> LambdaHost:
        return LambdaHost("idp.functions.api.handler", cwd=ROOT, env={**env, "AWS_ENDPOINT_URL_DYNAMODB": endpoint})

    return Provider("idp", account, start, with_totp, env)


def person(engine: str, env: Mapping[str, str], number: int) -> dict[str, str]:
    """Create one more user of this project's deployment. Returns the fields of its sign-in page."""
    email, password = f"person{number}@example.com", uuid.uuid4().hex
    command = [str(Path(sys.executable).with_name("idp")), "users", "create", email, "--password-stdin", "--json"]
    _json_of(command, {**os.environ, **env, "AWS_ENDPOINT_URL_DYNAMODB": engine}, stdin=f"{password}\n")
    return {"email": email, "password": password}


def _json_of(command: list[str], env: dict[str, str], *, stdin: str = "") -> Any:
    done = subprocess.run(command, cwd=ROOT, env=env, input=stdin, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[-3:])} failed:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout)


def peer(engine: str) -> Provider:
    """node-oidc-provider, with an empty table of its own."""
    table = f"peer-{uuid.uuid4().hex[:8]}"
    dynamodb: Any = botocore.session.get_session().create_client(
        "dynamodb", region_name="us-east-1", endpoint_url=engine, aws_access_key_id="bench", aws_secret_access_key="bench"
    )
    dynamodb.create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
    )
    secret, redirect_uri = uuid.uuid4().hex, "https://app.example/cb"
    # It gives offline access only with prompt=consent; its development pages accept any name and password.
    account = Account("app", secret, redirect_uri, "service", secret, {"login": "ada", "password": "any"}, {"prompt": "consent"})
    env = {
        **CREDENTIALS,
        "ISSUER": ISSUER,
        "APP_SECRET": secret,
        "APP_REDIRECT_URI": redirect_uri,
        "SERVICE_SECRET": secret,
        "COOKIE_KEY": uuid.uuid4().hex,
        "PEER_TABLE": table,
        "NODE_ENV": "production",
    }
    command = ["node", "node_modules/aws-lambda-ric/bin/index.mjs", "lambda.handler"]

    def start(endpoint: str) -> LambdaHost:
        return LambdaHost("lambda.handler", command=command, cwd=PEER, env={**env, "PEER_DYNAMODB": endpoint})

    return Provider("node-oidc-provider", account, start)
