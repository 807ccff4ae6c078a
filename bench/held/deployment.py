"""A deployment whose sign-ins hash with Argon2's parameters of production, on an engine of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.flows import Account
from bench.providers import CREDENTIALS, NO_HASH, ROOT, project
from idp.settings.rules.hashing import ARGON2_FLOOR
from tests.engines.launch import ENGINES
from tests.support.lambda_host import LambdaHost

HASHING = dict(zip(NO_HASH, map(str, ARGON2_FLOOR), strict=True))


@dataclass(frozen=True)
class Deployment:
    """`env`: that of its functions. `account`: its app and its service, which is an admin."""

    env: Mapping[str, str]
    account: Account
    engine: str

    def start(self) -> LambdaHost:
        """A new execution environment of the function `api`."""
        return LambdaHost("idp.functions.api.handler", cwd=ROOT, env=self.env)


@contextmanager
def deployment(engine: str, work: Path, tell: Callable[[str], None]) -> Iterator[Deployment]:
    """Yield a new deployment. `engine`: the name of one. The engine ends with the `with`."""
    os.environ.update(CREDENTIALS)
    tell("held: making a deployment")
    with ENGINES[engine]() as url:
        made = project(url, work)
        env = {**made.env, **HASHING, "AWS_ENDPOINT_URL_DYNAMODB": url}
        yield Deployment(env, made.account, url)
