"""`python -m bench.imports`: the imports of a cold start to the first token, and the time of each."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx

from bench import providers
from bench.flows import Relying
from tests.engines.launch import ENGINES
from tests.support.lambda_host import ApiGateway

LINE = re.compile(r"^import time:\s+(\d+) \|\s+(\d+) \|( +)(\S+)", re.MULTILINE)


class Import(NamedTuple):
    """One module: its own time, and its time with all its imports, in microseconds."""

    name: str
    depth: int
    own: int
    whole: int


def imports(output: str) -> Iterator[Import]:
    """Parse the lines of `-X importtime`, in the order in which the imports ended."""
    for own, whole, indent, name in LINE.findall(output):
        yield Import(name, len(indent) // 2, int(own), int(whole))


def record(flow: str) -> tuple[list[Import], float]:
    """Return all imports of a new execution environment that serves discovery and then the flow, and its milliseconds."""
    os.environ.update(providers.CREDENTIALS)
    with tempfile.TemporaryDirectory(prefix="idp-bench-") as work, ENGINES["dynoxide"]() as engine:
        provider = providers.project(engine, Path(work))
        with provider.start(engine) as first, httpx.Client(transport=ApiGateway(first), base_url=providers.ISSUER) as http:
            known = Relying(http, provider.account)
            known.discovery()
        os.environ["PYTHONPROFILEIMPORTTIME"] = "1"
        with provider.start(engine) as host, httpx.Client(transport=ApiGateway(host), base_url=providers.ISSUER) as http:
            app = Relying(http, provider.account)
            app.paths = known.paths
            getattr(app, flow)()
            return list(imports(host.output)), host.cold_ms or 0.0


def main() -> None:
    """Print the packages by their own time, then the modules with the most expensive imports."""
    found, cold_ms = record("client_credentials")
    packages: dict[str, int] = {}
    for one in found:
        package = one.name.partition(".")[0]
        packages[package] = packages.get(package, 0) + one.own
    importing = sum(one.own for one in found) / 1e3
    print(f"{len(found)} modules, {importing:.0f} ms of {cold_ms:.0f} ms to the first token (measured while tracing)\n")
    for package, own in sorted(packages.items(), key=lambda item: -item[1])[:25]:
        print(f"{own / 1e3:8.1f} ms  {package}")
    print("\nwith all that they brought along:")
    for one in sorted(found, key=lambda one: -one.whole)[:40]:
        print(f"{one.whole / 1e3:8.1f} ms  {'  ' * one.depth}{one.name}")


if __name__ == "__main__":
    main()
