"""Hooks for tests: functions that a test answers, and a clock of the same deployment."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from idp.domain.access.tenancy import DEPLOYMENT
from idp.services.audit.recorder import SYSTEM
from idp.services.hooks.live_hooks import FRESH
from tests.support.lambda_invoke import Invoking, invoking

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from idp.domain.hooks.hook import Hook
    from idp.wiring.all_services import AllServices

ARN = "arn:aws:lambda:eu-central-1:123456789012:function:rules"
EVERYBODY = "permit(principal, action, resource);"
ON: dict[str, Any] = {"hooks": "on", "hooks_functions": ARN}


def hook(services: AllServices, kind: str, **members: Any) -> Hook:
    """Make a hook, and let the copy of the hooks be read again."""
    given = {"name": f"h-{secrets.token_hex(6)}", "kind": kind, **members}
    made = services.hook_service.create(given, scope=DEPLOYMENT, by=SYSTEM)
    services.clock.advance(FRESH)  # type: ignore[attr-defined]  # a clock of a test
    return made


def remove_hooks(services: AllServices) -> None:
    """Delete all hooks. Each costs its copy."""
    for each in services.hook_store.all():
        services.hook_service.delete(each.name, scope=DEPLOYMENT, by=SYSTEM)


@contextmanager
def function(monkeypatch: pytest.MonkeyPatch, answer: Any) -> Iterator[Invoking]:
    """The function with ARN. `answer`: as of `invoking`; another one can be set later."""
    with invoking(answer) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", server.url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        yield server
