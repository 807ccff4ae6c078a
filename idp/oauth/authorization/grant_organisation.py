"""What a grant keeps of the organisation that the person signed in for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.requests import organisation_scope

if TYPE_CHECKING:
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.domain.sessions.visitor import Visitor


def scopes_of_grant(request: AuthorizationRequest, visitor: Visitor) -> tuple[str, ...]:
    """The scopes of the request, without `organization` if the grant is for none."""
    if visitor.standing is not None and visitor.standing.belonging is not None:
        return request.scopes
    return tuple(scope for scope in request.scopes if scope != organisation_scope.SCOPE)


def members_of_grant(visitor: Visitor) -> dict[str, Any]:
    """The members of a grant that name the organisation. Empty if the grant is for none."""
    belonging = visitor.standing.belonging if visitor.standing else None
    if belonging is None:
        return {}
    organisation = belonging.organisation
    return {"org_id": organisation.id, "membership_id": belonging.membership.id, "org_stamp": organisation.security_stamp}
