"""scope: it must be well formed. Scopes of the client are granted, unknown scopes are left out (RFC 6749 §3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.access.own_scopes import OWN
from idp.domain.errors import InvalidValue, OAuthError
from idp.domain.requests import organisation_scope
from idp.domain.requests import scope as rules

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.authorization.checks.draft import Draft
    from idp.oauth.params import Params

_LONGEST_NAMED = 60
"""Characters of a scope that an error message repeats."""


def check(params: Params, client: Client, draft: Draft) -> None:
    """Put the scopes that are granted into the draft.

    §3.3: "The authorization server MAY fully or partially ignore the scope requested by the client". A scope that is unknown to
    the client and to this provider is ignored: `groups` is a default of many apps. The token response names what was granted.
    offline_access is ignored without a refresh grant (OIDC Core §11).

    Raises:
        OAuthError: invalid_scope, when the value is malformed, when the client asks for a scope of this provider that it is not
            registered for, and when no requested scope can be granted.
    """
    try:
        asked = rules.parse(params.get("scope") or "")
    except InvalidValue as problem:
        raise OAuthError("invalid_scope", problem.message) from None
    if client.organization != organisation_scope.NONE:
        asked = organisation_scope.plain(asked)  # the check of `organization` reads the name
    beyond = rules.beyond(asked, client.scopes)
    granted = rules.keep(asked, client.scopes)
    if refused := [scope for scope in beyond if _is_own(scope, client)] or (not granted and beyond):
        raise OAuthError("invalid_scope", "client.scope_not_registered", scope=refused[0][:_LONGEST_NAMED])
    if "refresh_token" not in client.grant_types:
        granted = tuple(scope for scope in granted if scope != "offline_access")
    draft["scopes"] = granted


def _is_own(scope: str, client: Client) -> bool:
    """Whether the scope has a meaning to this provider. `organization` has one for an app that is set up for organisations."""
    return scope in OWN or (scope == organisation_scope.SCOPE and client.organization != organisation_scope.NONE)
