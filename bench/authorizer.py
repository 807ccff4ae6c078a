"""The Lambda authorizer: warm in its handler, cold under the runtime client beside a handler that only imports `cryptography`, its size.

Tokens are made here, and keys are served on loopback over https. The function runs from the archive of `make package` for this machine.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from bench.keys_site import keys_site
from idp.verify import Verifier
from idp.verify.gateway.authorizer import Authorizer
from idp.verify.gateway.rules import load
from tests.support.lambda_host import LambdaHost
from tests.support.tls import Authority, HttpsSite
from tests.verify import events
from tests.verify.issuer import AUDIENCE, ISSUER, Issuer
from tests.verify.places import Request

ROOT = Path(__file__).resolve().parents[1]
RULES = {
    "routes": {f"{method} /things-{n}/{{id}}": {"scopes": [f"things-{n}:read"]} for n in range(10) for method in ("GET", "PUT")}
    | {"GET /orders/{id}": {"scopes": ["orders:read"]}, "DELETE /orders/{id}": {"scopes": ["orders:write"], "acr": ["aal2"]}}
}
"""A rules document of the size of a real API's."""
BARE = """
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.hazmat.primitives import hashes

def handler(event, context):
    return {}
"""
FLOOR = (
    BARE
    + """
import os, ssl
from socket import create_connection

url = os.environ["IDP_JWKS_URI"]
host, port = url.split("/")[2].split(":")

def handler(event, context):
    with ssl.create_default_context().wrap_socket(create_connection((host.encode(), int(port))), server_hostname=host.encode()) as secured:
        secured.sendall(b"GET /jwks HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n")
        while secured.recv(65536):
            pass
    return {}
"""
)
"""A handler that fetches the keys over TLS and verifies nothing."""
PYJWT = """
import os, jwt

keys = jwt.PyJWKClient(os.environ["IDP_JWKS_URI"])

def handler(event, context):
    token = event["headers"]["Authorization"].split()[1]
    key = keys.get_signing_key_from_jwt(token).key
    jwt.decode(token, key, algorithms=["ES256"], issuer=os.environ["IDP_ISSUER"], audience=os.environ["IDP_AUDIENCE"])
    return {}
"""
"""A common authorizer: it checks signature, issuer, audience and times, and has no policy."""
WARM_UP = 200


class Cold(NamedTuple):
    """Figures of one cold start in milliseconds: until the answer, and of the processor."""

    wall: float
    cpu: float


@dataclass
class Figures:
    """All figures: milliseconds by algorithm; megabytes."""

    warm: dict[str, list[float]] = field(default_factory=dict)
    warm_cpu: dict[str, list[float]] = field(default_factory=dict)
    cold: list[Cold] = field(default_factory=list)
    bare: list[Cold] = field(default_factory=list)
    floor: list[Cold] = field(default_factory=list)
    pyjwt: list[Cold] = field(default_factory=list)
    without_tls: list[Cold] = field(default_factory=list)
    unzipped: float = 0.0
    zipped: float = 0.0


def measure(work: Path, times: int, cold: int, tell: Callable[[str], None]) -> Figures:
    """Measure everything."""
    figures, issuer = Figures(), Issuer()
    for alg in ("ES256", "RS256"):
        tell(f"authorizer, warm, {alg}")
        figures.warm[alg], figures.warm_cpu[alg] = warm(issuer, alg, times)
    deployed = package(work / "arm64.zip")
    with zipfile.ZipFile(deployed) as made:
        figures.unzipped = sum(entry.file_size for entry in made.infolist()) / 1e6
    figures.zipped = deployed.stat().st_size / 1e6
    machine = ("--platform", f"{platform.machine()}-manylinux_2_28", "--python", f"{sys.version_info.major}.{sys.version_info.minor}")
    with zipfile.ZipFile(package(work / "own.zip", *machine)) as made:
        made.extractall(work / "task")
    (work / "whole").mkdir()  # PyJWT needs more of cryptography than our archive contains
    for name, handler in (("task/bare", BARE), ("task/floor", FLOOR), ("whole/with_pyjwt", PYJWT)):
        (work / f"{name}.py").write_text(handler)
    with keys(issuer, work) as env, keys_site(issuer.fetch()) as plain:  # the last one shows what remains without TLS
        for turn in range(cold):
            tell(f"authorizer, cold start {turn + 1} of {cold}")
            figures.bare.append(cold_start("bare.handler", work / "task", env, issuer))
            figures.floor.append(cold_start("floor.handler", work / "task", env, issuer))
            figures.pyjwt.append(cold_start("with_pyjwt.handler", work / "whole", env, issuer))
            figures.cold.append(cold_start("idp.functions.authorizer.handler", work / "task", env, issuer))
            figures.without_tls.append(cold_start("idp.functions.authorizer.handler", work / "task", {**env, **plain}, issuer))
    return figures


def warm(issuer: Issuer, alg: str, times: int) -> tuple[list[float], list[float]]:
    """Time an event until the answer, and its processor time. Every token is new, and every line of the log is written."""
    now = int(time.time())
    verifier = Verifier(issuer=ISSUER, audience=AUDIENCE, fetch=issuer.fetch)
    function = Authorizer(verifier, load(json.dumps(RULES)))
    tokens = [issuer.token(issuer.claims(iat=now, exp=now + 3600, jti=str(n)), alg=alg) for n in range(times + WARM_UP)]
    asked = [events.rest(Request("Bearer " + token)) for token in tokens]
    taken, busy = list[float](), list[float]()
    with redirect_stdout(StringIO()):
        for event in asked:
            started, worked = time.perf_counter(), time.thread_time()
            answer = function(event)
            taken.append((time.perf_counter() - started) * 1e3)
            busy.append((time.thread_time() - worked) * 1e3)
            if not events.permits(answer, event):
                raise SystemExit("the authorizer refused a token that is right")
    return taken[WARM_UP:], busy[WARM_UP:]


def cold_start(handler: str, task: Path, env: dict[str, str], issuer: Issuer) -> Cold:
    """Time a process from its start to its first answer: imports, the keys over TLS, one token."""
    now = int(time.time())
    event = events.rest(Request("Bearer " + issuer.token(issuer.claims(iat=now, exp=now + 600), alg="ES256")))
    with LambdaHost(handler, cwd=task, env=env) as host:
        host.invoke(event)
        on_cpu = Path(f"/proc/{host.child.pid}/schedstat").read_text(encoding="ascii").split()[0]
        return Cold(host.cold_ms or 0.0, int(on_cpu) / 1e6)


@contextmanager
def keys(issuer: Issuer, work: Path) -> Iterator[dict[str, str]]:
    """Serve the issuer's keys over https. Yields the environment of a function that trusts the server."""
    authority, body = Authority(work), issuer.fetch()
    with HttpsSite(authority, "localhost") as site:
        site.answer = [b"HTTP/1.1 200 OK\r\nContent-Type: application/jwk-set+json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)]
        yield {
            "IDP_ISSUER": ISSUER,
            "IDP_AUDIENCE": AUDIENCE,
            "IDP_JWKS_URI": f"https://localhost:{site.port}/jwks",
            "IDP_AUTHORIZER_RULES": json.dumps(RULES),
            "SSL_CERT_FILE": str(authority.file),
        }


def package(output: Path, *options: str) -> Path:
    """Return the archive as `make package` builds it."""
    command = [sys.executable, "-m", "tools.package", "--archive", "authorizer", "--output", str(output), *options]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return output


def _p99(taken: list[float]) -> float:
    return sorted(taken)[int(len(taken) * 0.99) - 1]


def _medians(starts: list[Cold]) -> tuple[float, float]:
    return statistics.median(one.wall for one in starts), statistics.median(one.cpu for one in starts)


def table(figures: Figures) -> list[tuple[str, ...]]:
    """Rows: what, measured, target."""
    rows: list[tuple[str, ...]] = [("authorizer", "measured", "to reach")]
    for alg, taken in figures.warm.items():
        rows.append((f"warm in the handler, {alg}, p50 ms", f"{statistics.median(taken):.3f}", "≤ 0.3"))
        rows.append((f"warm in the handler, {alg}, p99 ms", f"{_p99(taken):.3f}", "≤ 1"))
        rows.append((f"… of the processor, {alg}, p99 ms", f"{_p99(figures.warm_cpu[alg]):.3f}", ""))
    (cold, cold_cpu), (bare, bare_cpu), (plain, plain_cpu) = map(_medians, (figures.cold, figures.bare, figures.without_tls))
    floor, pyjwt = (_medians(starts)[0] for starts in (figures.floor, figures.pyjwt))
    rows += [
        ("cold to the first answer, ms", f"{cold:.0f}", ""),
        ("… of a handler that only imports cryptography, ms", f"{bare:.0f}", ""),
        ("cold, as a multiple of that", f"{cold / bare:.2f}", "≤ 1.4"),
        ("… in processor time", f"{cold_cpu / bare_cpu:.2f} ({cold_cpu:.0f} / {bare_cpu:.0f} ms)", ""),
        ("… of that handler when it fetches the keys too, and verifies nothing", f"{floor / bare:.2f}", ""),
        ("… of a handler that verifies with PyJWT and PyJWKClient", f"{pyjwt / bare:.2f}", ""),
        ("… with the keys over plain HTTP: in all, processor", f"{plain / bare:.2f}, {plain_cpu / bare_cpu:.2f}", ""),
        ("archive for arm64, unzipped, MB", f"{figures.unzipped:.1f}", "≤ 15"),
        ("archive for arm64, zipped, MB", f"{figures.zipped:.1f}", ""),
    ]
    return rows
