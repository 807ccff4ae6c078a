"""What a route works with: the services, the caller, cursors; and how it answers."""

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
    """One request's."""

    services: AdminServices
    cursors: Cursors
    principal: Principal

    @property
    def scope(self) -> Scope:
        """What part of the deployment the caller administers. The token's OAuth scopes are in `principal.scopes`."""
        return self.principal.authority

    @property
    def by(self) -> Actor:
        """Who asks, for the services that change things."""
        return self.principal.actor

    def needs(self, scope: str, *members: str) -> None:
        """For members or parameters that take more than their route: raise insufficient_scope when the token lacks this scope."""
        if scope not in self.principal.scopes:
            raise insufficient_scope(
                Message("admin_api.member_needs_scope", members=", ".join(members), scope=scope),
                (scope,),
                bound=self.principal.bound,
            )

    def roles(self, *assigned: Mapping[str, str] | None) -> RoleModel:
        """The roles and groups that there are, to look at; read where anything is assigned. What is gone or cannot be read is not told."""
        from idp.domain.access.roles import RoleModel

        model = self.services.role_service.model(scope=self.scope) if any(assigned) else RoleModel()
        return RoleModel(model.roles, model.groups)

    def place(self, *what: str) -> tuple[str, ...]:
        """For whom and what a cursor is: this caller, a list and its filters."""
        return (self.principal.key, *what)


async def require_deployment(request: Request) -> None:
    """Refuse a caller who administers less than the deployment. Routes whose services take no `Scope` depend on it, such as keys.

    Raises:
        Forbidden: the caller administers one organisation.
    """
    scopes.principal(request).authority.require_deployment()


async def context(request: Request) -> Context:
    """The context of this request."""
    state = request.app.state
    return Context(state.services, state.cursors, scopes.principal(request))


Ctx = Annotated[Context, Depends(context)]


def answer(value: Any, status: int = 200, *, version: int | None = None, location: str | None = None) -> Answer:
    """A JSON answer, with the ETag of what it tells."""
    headers = {} if version is None else {"ETag": etag(version)}
    headers |= {} if location is None else {"Location": location}
    return Answer(status, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), headers)


def reply(value: Any, *, version: int | None = None) -> Response:
    """A JSON response, 200."""
    return respond(answer(value, version=version))


def nothing(*, version: int | None = None) -> Response:
    """204: done, nothing to tell but the new ETag."""
    return respond(Answer(204, b"", {} if version is None else {"ETag": etag(version)}))
