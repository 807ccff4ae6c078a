"""The command line, called in this process, with its own tables and key file."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typer import testing
from typer.main import get_command

from idp.cli import app, environment
from idp.store.create import create_tables
from idp.wiring import build_services

if TYPE_CHECKING:
    from idp.wiring.all_services import AllServices

# typer builds all commands again for each call, which takes 0.2 seconds.
setattr(testing, "_get_command", functools.cache(get_command))  # noqa: B010  # mypy knows no such member

CHEAP = {"IDP_ARGON2_MEMORY_KIB": "8", "IDP_ARGON2_ITERATIONS": "1"}
"""The cheapest parameters of Argon2. Other tests check its cost."""


@dataclass(frozen=True)
class Answer:
    """The output and the exit status of a command."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, parsed as one JSON document."""
        return json.loads(self.out)


@dataclass(frozen=True)
class CommandLine:
    """`idp …` for one deployment."""

    endpoint: str
    prefix: str
    folder: Path
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        """The environment variables of a command."""
        return {
            "AWS_ENDPOINT_URL_DYNAMODB": self.endpoint, "IDP_ENV": "dev", "IDP_ISSUER": "https://id.example.com",
            "IDP_TABLE_PREFIX": self.prefix, "IDP_KEY_FILE": str(self.folder / "key"), **CHEAP, **self.extra,
        }  # fmt: skip

    def __call__(self, *arguments: str, stdin: str | None = None) -> Answer:
        """Call a command. An exception that the command line does not turn into a sentence is raised."""
        done = testing.CliRunner().invoke(app, list(arguments), env=self.env, input=stdin, catch_exceptions=False)
        return Answer(done.exit_code, done.stdout, done.stderr)

    def done(self, *arguments: str) -> Answer:
        """Call a command and check that it succeeded."""
        answer = self(*arguments)
        assert answer.status == 0, answer.err
        return answer

    def other(self, **changes: Any) -> CommandLine:
        """A command line for another deployment, with other tables."""
        return replace(self, **changes)

    def services(self) -> AllServices:
        """The services of the same deployment."""
        import pytest

        with pytest.MonkeyPatch.context() as patched:
            for name, value in self.env.items():
                patched.setenv(name, value)
            services = build_services(environment.settings(dict(self.env)))
            create_tables(services.database)
        return services
