"""organization: the organisation for which the person signs in, by the scope `organization` or the parameter of that name.

The parameter is this provider's own, as others have it. For an app that is not set up for organisations, `organization` is a scope like any
other, which an API of an earlier release may have; what names an organisation is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import InvalidValue, OAuthError
from idp.domain.requests import organisation_scope
from idp.domain.requests import scope as scopes

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.authorization.checks.draft import Draft
    from idp.oauth.params import Params


def check(params: Params, client: Client, draft: Draft) -> None:
    """Put what is asked for into the draft: an id, a slug, or ANY; nothing if no organisation is asked for (RFC 6749 §3.3).

    Raises:
        OAuthError: invalid_scope or invalid_request, when the app is not set up for organisations, a name is malformed, or several are
            named.
    """
    sent, parameter = params.get("scope") or "", params.get("organization") or ""
    if client.organization == organisation_scope.NONE:
        _refuse_names(sent, parameter)
        return
    if organisation_scope.SCOPE not in sent and not parameter and client.organization != organisation_scope.REQUIRED:
        return
    try:
        asked = organisation_scope.asked(scopes.parse(sent), parameter)
    except InvalidValue as problem:
        raise OAuthError("invalid_request" if parameter else "invalid_scope", problem.message) from None
    if asked or client.organization == organisation_scope.REQUIRED:
        draft["organization"] = asked or organisation_scope.ANY


def _refuse_names(sent: str, parameter: str) -> None:
    if parameter:
        raise OAuthError("invalid_request", "organization.not_for_app")
    if organisation_scope.PREFIX in sent and organisation_scope.names_one(scopes.parse(sent)):
        raise OAuthError("invalid_scope", "organization.not_for_app")
