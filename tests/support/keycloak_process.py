"""Starts the Keycloak of `.tools/keycloak`, and its command for exports. `tests.support.keycloak` is what tests use."""

from __future__ import annotations

import contextlib
import fcntl
import json
import shutil
import ssl
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from tests.support.process import Child, StartError, free_port
from tests.support.tls import Authority

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HOME = Path(__file__).resolve().parents[2] / ".tools" / "keycloak"
HOST, ADMIN, PASSWORD = "localhost", "admin", "nine wet walruses"
SECONDS = 600
"""At most so long it may take to start. A quiet machine needs 25 seconds."""


def command(folder: Path, *arguments: str) -> list[str]:
    """A command line of Keycloak, as `kc.sh` makes it, with the database in `folder`.

    Java is called without the script, so that the process that is ended is Java. H2 lets a second process, such as an export, use the
    database at the same time (AUTO_SERVER), on loopback.
    """
    java = shutil.which("java")
    if not java:
        raise StartError("Keycloak needs Java 17 or later; install it with: apt-get install openjdk-17-jre-headless")
    if not (HOME / ".stamp").exists():
        raise StartError("Keycloak is not there; fetch it with: make .tools/keycloak/.stamp")
    packages = ("java.lang", "java.security", "java.util", "java.util.concurrent")
    opened = (f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in packages)
    return [
        java, "-Xms64m", "-Xmx768m", "-XX:MaxMetaspaceSize=256m", "-XX:TieredStopAtLevel=1", *opened,
        f"-Dkc.home.dir={HOME}", f"-Djboss.server.config.dir={HOME / 'conf'}",
        "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
        "-Djava.util.concurrent.ForkJoinPool.common.threadFactory=io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory",
        f"-Dquarkus.transaction-manager.object-store.directory={folder / 'transactions'}", "-Dh2.bindAddress=127.0.0.1",
        "-Dpicocli.disable.closures=true", "-Duser.language=en", "-Duser.country=US", "-Dfile.encoding=UTF-8",
        "-cp", str(HOME / "lib" / "quarkus-run.jar"), "io.quarkus.bootstrap.runner.QuarkusEntryPoint",
        *arguments, "--optimized", "--cache=local", f"--db-url=jdbc:h2:file:{folder / 'h2'};NON_KEYWORDS=VALUE;AUTO_SERVER=TRUE",
    ]  # fmt: skip


@contextlib.contextmanager
def started(folder: Path) -> Iterator[Mapping[str, str]]:
    """A server at https://localhost:PORT, until the `with` ends. Yields `url`, and `authority`: the file of its certificate authority."""
    authority, port = Authority(folder), free_port()
    authority.server_context(HOST)
    url, pem = f"https://{HOST}:{port}", str(folder / f"{HOST}.pem")
    options = (
        f"--hostname={url}", "--http-host=127.0.0.1", f"--https-port={port}", f"--https-certificate-file={pem}",
        f"--https-certificate-key-file={pem}", f"--truststore-paths={authority.file}",
    )  # fmt: skip
    bootstrap = {"KC_BOOTSTRAP_ADMIN_USERNAME": ADMIN, "KC_BOOTSTRAP_ADMIN_PASSWORD": PASSWORD}
    child = Child(command(folder, "start", *options), cwd=folder, env=bootstrap)
    try:
        context = ssl.create_default_context(cafile=str(authority.file))
        with httpx.Client(verify=context, timeout=60) as http:
            child.wait_until(lambda: _answers(http, url), seconds=SECONDS, what="Keycloak")
        yield {"url": url, "authority": str(authority.file), "folder": str(folder)}
    finally:
        child.stop()


def _answers(http: httpx.Client, url: str) -> bool:
    try:
        return http.get(f"{url}/realms/master").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


@contextlib.contextmanager
def shared(folder: Path) -> Iterator[Mapping[str, str]]:
    """The server of all test processes that share `folder`. The first one starts it, and ends it when no other uses it any more.

    A shared lock says that a process uses it: the system lifts it also if the process dies.
    """
    folder.mkdir(exist_ok=True)
    at, own = folder / "server.json", contextlib.ExitStack()
    with own, (folder / "use").open("w") as use:
        with _locked(folder / "start"):
            first = not at.exists()
            if first:
                at.write_text(json.dumps(dict(own.enter_context(started(folder)))))
            fcntl.flock(use, fcntl.LOCK_SH)
        try:
            yield json.loads(at.read_text())
        finally:
            if first:
                with _locked(folder / "start"):
                    at.unlink()
                fcntl.flock(use, fcntl.LOCK_EX)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def export(folder: Path, realm: str, *options: str) -> None:
    """Run `kc.sh export` beside the server. Raises StartError with its output if it fails."""
    done = subprocess.run(
        command(folder, "export", "--realm", realm, *options), capture_output=True, text=True, check=False, timeout=SECONDS, cwd=folder
    )
    if "Export finished successfully" not in done.stdout:
        raise StartError(f"kc.sh export ended with status {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
