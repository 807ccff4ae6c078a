"""A provider and its SCIM clients, as tests use them."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from idp.domain.access.tenancy import DEPLOYMENT
from tests.support.world import World

if TYPE_CHECKING:
    import httpx

    from tests.integration.admin.isolation.tenants import Tenant

ISSUER = "https://idp.example"
BASE = ISSUER + "/scim/v2"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
_numbers = count(1)


class Directory:
    """One SCIM client, with its token."""

    def __init__(self, world: Provisioning, client_id: str, token: str) -> None:
        self.world, self.id, self.token = world, client_id, token

    def call(self, method: str, path: str, body: Any = None, *, token: str | None = None, **kwargs: Any) -> httpx.Response:
        """One request. The token of this client is sent, unless another one is given; an empty one sends no header."""
        sent = self.token if token is None else token
        headers = {"Authorization": f"Bearer {sent}"} if sent else {}
        if body is not None:
            headers["Content-Type"] = "application/scim+json"
            kwargs["json"] = body
        headers |= kwargs.pop("headers", {})
        return self.world.http.request(method, f"/scim/v2{path}", headers=headers, **kwargs)

    def ok(self, method: str, path: str, body: Any = None, **kwargs: Any) -> Any:
        """The same, for a request that succeeds. Returns the body."""
        answer = self.call(method, path, body, **kwargs)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def person(self, name: str = "", **members: Any) -> dict[str, Any]:
        """A new person."""
        user_name = name or f"person{next(_numbers)}@corp.example"
        made: dict[str, Any] = self.ok("POST", "/Users", {"schemas": [USER], "userName": user_name, **members})
        return made

    def group(self, name: str = "", *members: str) -> dict[str, Any]:
        """A new group."""
        body = {"schemas": [GROUP], "displayName": name or f"Group {next(_numbers)}", "members": [{"value": each} for each in members]}
        made: dict[str, Any] = self.ok("POST", "/Groups", body)
        return made

    def patch(self, path: str, *operations: dict[str, Any], **kwargs: Any) -> httpx.Response:
        """A PATCH."""
        return self.call("PATCH", path, {"schemas": [PATCH], "Operations": list(operations)}, **kwargs)


class Provisioning(World):
    """A provider with SCIM."""

    def directory(self, client_id: str = "", **members: Any) -> Directory:
        """A new SCIM client."""
        id_ = client_id or f"directory-{next(_numbers)}"
        _, token = self.services.scim_client_service.create(id_, {"name": "Corp", **members}, scope=DEPLOYMENT, by=self.by)
        return Directory(self, id_, token)


def directory_of(it: Tenant, own_id: str = "okta", **members: Any) -> Directory:
    """A new SCIM client of an organisation."""
    world = it.world
    assert isinstance(world, Provisioning)
    made, token = world.services.organisation_scim_clients.create(
        it.id, own_id, {"name": "Okta", **members}, scope=DEPLOYMENT, by=world.by
    )  # fmt: skip
    return Directory(world, made.id, token)
