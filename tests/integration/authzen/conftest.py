"""A provider with people, roles and live policies, and services that ask it (AuthZEN).

| fixture | gives                                                                    |
|---------|--------------------------------------------------------------------------|
| `point` | a decision point for all tests of a module, with the table's policies    |
| `fresh` | a decision point for one test, without policies                          |
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.apps.client import Client
from idp.settings import Settings
from tests.support.access_cases import POLICIES, ROLES, RULES, SCHEMA
from tests.support.admin_calls import ISSUER
from tests.support.world import World

RESOURCE = ISSUER + "/access/v1"


class Point(World):
    """A decision point, and services that ask it."""

    def asker(self, *scopes: str, **members: Any) -> Client:
        """A new service with these scopes for the decision point."""
        return self.service_client(*scopes, **{"resources": [RESOURCE], **members})

    def bearer(self, *scopes: str) -> str:
        """The Authorization header of a new service with these scopes."""
        return "Bearer " + self.service_token(self.asker(*scopes))

    def ask(self, path: str, body: Any = None, *, authorization: str | None = None, **kwargs: Any) -> httpx.Response:
        """One request. `authorization` is the header; None: a new service with `access:evaluate`; an empty text: no header."""
        known = self.bearer("access:evaluate") if authorization is None else authorization
        headers = {**({"Authorization": known} if known else {}), **kwargs.pop("headers", {})}
        sent = {"content": kwargs.pop("content")} if "content" in kwargs else {"json": body}
        return self.http.post(f"/access/v1/{path}", headers=headers, **sent, **kwargs)

    def publish(self, **members: Any) -> None:
        """Create a policy set and publish it."""
        made = self.services.policy_service.create(**{"policies": "", "schema": "", **members}, scope=DEPLOYMENT, by=self.by)
        self.services.policy_service.publish(made.number, by=self.by, scope=DEPLOYMENT)


Make = Callable[..., Point]


@pytest.fixture(scope="session")
def make_point(tmp_path_factory: pytest.TempPathFactory, quick_endpoint: str) -> Make:
    """Makes decision points. They share only their keys."""
    key_file = str(tmp_path_factory.mktemp("authzen") / "key")
    keys: list[dict[str, Any]] = []

    def make(endpoint: str = quick_endpoint) -> Point:
        prefix = "t" + uuid.uuid4().hex[:12]
        settings = Settings(issuer=ISSUER, table_prefix=prefix, key_file=key_file, argon2_memory_kib=8, argon2_iterations=1)
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("AWS_ENDPOINT_URL_DYNAMODB", endpoint)
            return Point(settings, keys).begun()

    return make


@pytest.fixture(scope="module")
def point(make_point: Make) -> Point:
    """A decision point for all tests of the module."""
    made = make_point()
    for role, permissions in ROLES.items():
        made.services.role_service.create(role, permissions=permissions, scope=DEPLOYMENT)
    made.publish(policies=POLICIES, schema=SCHEMA, rules=RULES)
    return made


@pytest.fixture
def fresh(make_point: Make) -> Point:
    """A decision point for this test only."""
    return make_point()
