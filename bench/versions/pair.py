"""Both versions as functions under the real runtime client, on one engine and one set of tables. Each request goes to one of them.

A request is one invocation, as behind API Gateway. Mails come to `mails`, because the functions invoke a mail function that is here.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from bench.providers import CREDENTIALS, ISSUER, NO_HASH
from bench.versions.checkout import Version
from tests.support.lambda_host import ApiGateway, LambdaHost
from tests.support.lambda_invoke import Invoking, invoking

SETTINGS = {
    "IDP_ENV": "dev", "IDP_ISSUER": ISSUER, "IDP_SIGN_UP": "open", "IDP_MAIL_CODE": "on", "IDP_SCIM": "on", "IDP_REGISTRATION": "open",
    "IDP_REFRESH_GRACE": "0", "IDP_MAIL_FUNCTION": "mail", "IDP_MAIL_FROM": "id@example.com", "IDP_SIGN_IN_NOTICES": "off",
    "IDP_TICKETS_HOURLY": "1000000", "IDP_TICKETS_HOURLY_PER_NETWORK": "1000000", "IDP_REGISTRATION_HOURLY_PER_NETWORK": "1000000",
    "IDP_REGISTRATION_HOURLY": "1000000", "IDP_METRICS": "off",
}  # fmt: skip
"""Settings that both versions have."""
OLDER, NEWER = 0, 1
_COMMAND = "from idp.cli import app; app()"
_WRITE = """
import json, os, sys
from idp import settings
from idp.wiring import build_services
given = {k: v for k, v in os.environ.items() if k.startswith("IDP_")}
build_services(settings.load(given)).database.write_raw(sys.argv[1], json.load(sys.stdin))
"""
_CODE = re.compile(r"\b\d{4} \d{4}\b", re.ASCII)
_LINK = re.compile(r"https?://\S+/link/\S+")
_addresses = count(0x0A64_0000)

Choose = Callable[[], int]


@dataclass
class Sent:
    """A request: which version answered it, and how."""

    version: int
    method: str
    path: str
    status: int


@dataclass
class Pair:
    """The two versions. `choose`: which one gets the next request."""

    versions: tuple[Version, Version]
    hosts: tuple[LambdaHost, LambdaHost]
    env: Mapping[str, str]
    mail: Invoking
    choose: Choose = lambda: NEWER
    sent: list[Sent] = field(default_factory=list)
    made: dict[str, Any] = field(default_factory=dict)
    """What `idp bootstrap` printed."""

    def client(self) -> httpx.Client:
        """A browser or an app with cookies of its own, in a network of its own. Each of its requests goes to either version."""
        number = next(_addresses)
        return httpx.Client(transport=_Either(self, ".".join(str(number >> each & 255) for each in (24, 16, 8, 0))), base_url=ISSUER)

    def run(self, version: int, *arguments: str, script: str = _COMMAND, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run the command line of a version, or a script with its modules."""
        chosen = self.versions[version]
        return subprocess.run(
            [chosen.python, "-c", script, *arguments], cwd=chosen.folder, env={**os.environ, **self.env, **chosen.env}, input=stdin,
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    def done(self, version: int, *arguments: str, stdin: str = "") -> str:
        """Run a command that has to succeed. Returns its output."""
        ended = self.run(version, *arguments, stdin=stdin)
        if ended.returncode:
            name = self.versions[version].name
            raise AssertionError(f"{name}: idp {' '.join(arguments)} ended with {ended.returncode}: {ended.stderr[-2000:]}")
        return ended.stdout

    def write(self, table: str, items: list[dict[str, Any]]) -> None:
        """Write items as they are."""
        done = self.run(NEWER, table, script=_WRITE, stdin=json.dumps(items))
        if done.returncode:
            raise AssertionError(done.stderr[-2000:])

    def newest_mail(self, address: str) -> str:
        """The text of the newest mail to this address."""
        return next(str(event["text"]) for _, _, event in reversed(self.mail.asked) if event["to"] == address and event["deliver"])

    def code_in_mail(self, address: str) -> str:
        """The code in the newest mail to this address."""
        return _only(_CODE, self.newest_mail(address))

    def link_in_mail(self, address: str) -> str:
        """The link in the newest mail to this address."""
        return _only(_LINK, self.newest_mail(address))


class _Either(httpx.BaseTransport):
    """Sends each request to the version that `choose` names, and notes it."""

    def __init__(self, pair: Pair, address: str) -> None:
        self._pair, self._gateways = pair, [ApiGateway(host, source_ip=address) for host in pair.hosts]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send it."""
        chosen = self._pair.choose()
        answer = self._gateways[chosen].handle_request(request)
        self._pair.sent.append(Sent(chosen, request.method, request.url.path, answer.status_code))
        return answer


@contextmanager
def pair(engine: str, versions: tuple[Version, Version], work: Path, *, made_by: int) -> Iterator[Pair]:
    """Both versions, on tables that `made_by` made: with its migrations, its keys and its first app."""
    prefix = f"v{uuid.uuid4().hex[:8]}"
    with ExitStack() as stack:
        mail = stack.enter_context(invoking(202))
        env = {
            **CREDENTIALS, **NO_HASH, **SETTINGS, "IDP_TABLE_PREFIX": prefix, "IDP_KEY_FILE": str(work / f"{prefix}.key"),
            "AWS_ENDPOINT_URL_DYNAMODB": engine, "AWS_ENDPOINT_URL_LAMBDA": mail.url,
        }  # fmt: skip
        older, newer = (LambdaHost("idp.functions.api.handler", command=_function(each), cwd=each.folder, env={**env, **each.env})
                        for each in versions)  # fmt: skip
        found = Pair(versions, (older, newer), env, mail)
        found.made = json.loads(found.done(made_by, "bootstrap", "--json", "--demo"))
        stack.enter_context(older)
        stack.enter_context(newer)
        yield found


def _function(version: Version) -> list[str]:
    return [version.python, "-m", "awslambdaric", "idp.functions.api.handler"]


def _only(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    if found is None:
        raise AssertionError(f"the mail has no {pattern.pattern}")
    return found[0]
