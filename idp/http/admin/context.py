"""The parts that each route uses: services, caller, cursors, audit trail; and functions that build answers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from idp.domain.message import Message
from idp.http.admin import scopes
from idp.http.admin.etags import etag
from idp.http.admin.idempotency_key import respond
from idp.http.admin.principal import insufficient_scope
from idp.services.admin.idempotency import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.access.roles import RoleModel
    from idp.domain.access.tenancy import Scope
    from idp.http.admin.principal import Principal
    from idp.http.interfaces.admin import AdminServices
    from idp.services.admin.cursors import Cursors
    from idp.services.audit.recorder import Actor


@dataclass(frozen=True, slots=True)
class Context:
    """The context of one request."""

    services: AdminServices
    cursors: Cursors
    principal: Principal

    @property
    def scope(self) -> Scope:
        """Return the part of the deployment that the caller administers. The token's OAuth scopes are in `principal.scopes`."""
        return self.principal.authority

    @property
    def by(self) -> Actor:
        """Return the caller, for services that write."""
        return self.principal.actor

    def require_scope(self, scope: str, *members: str) -> None:
        """Check that the token has an OAuth scope that these members or parameters need in addition to the route's.

        Raises:
            OAuthError: insufficient_scope.
        """
        if scope not in self.principal.scopes:
            raise insufficient_scope(
                Message("admin_api.member_needs_scope", members=", ".join(members), scope=scope),
                (scope,),
                bound=self.principal.bound,
            )

    def read_roles(self, *assigned: Mapping[str, str] | None) -> RoleModel:
        """Return all roles and groups if one of these assignments is not empty. Deleted and unreadable ones are left out."""
        from idp.domain.access.roles import RoleModel

        model = self.services.role_service.model(scope=self.scope) if any(assigned) else RoleModel()
        return RoleModel(model.roles, model.groups)

    def place(self, *what: str) -> tuple[str, ...]:
        """Return the caller, the list and its filters, for which a cursor is sealed."""
        return (self.principal.key, *what)


async def require_deployment(request: Request) -> None:
    """Refuse a caller who administers less than the deployment. Routes whose services take no `Scope` depend on it, such as keys.

    Raises:
        Forbidden: the caller administers one organisation.
    """
    scopes.principal(request).authority.require_deployment()


async def context(request: Request) -> Context:
    """Build the context of this request."""
    state = request.app.state
    return Context(state.services, state.cursors, scopes.principal(request))


Ctx = Annotated[Context, Depends(context)]


def answer(value: Any, status: int = 200, *, version: int | None = None, location: str | None = None, about: str = "") -> Answer:
    """Build a JSON answer, with the ETag of the version. `about`: as in `Answer`."""
    headers = {} if version is None else {"ETag": etag(version)}
    headers |= {} if location is None else {"Location": location}
    return Answer(status, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), headers, about=about)


def reply(value: Any, *, version: int | None = None) -> Response:
    """Build a JSON response with status 200."""
    return respond(answer(value, version=version))


def no_content(*, version: int | None = None) -> Response:
    """Build a response with status 204, with the ETag of the new version."""
    return respond(Answer(204, b"", {} if version is None else {"ETag": etag(version)}))
