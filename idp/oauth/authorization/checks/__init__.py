"""The rules of an authorization request. Each is a function of (params, client, draft) that raises, or adds what it read to the draft.

`idp.oauth.authorization.pipeline` runs them; `idp.oauth.authorization.endpoints` says which endpoint leaves which out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.oauth.authorization.checks import (
    acr_values,
    authorization_details,
    claims,
    connection,
    display,
    dpop_jkt,
    fapi2,
    login_hint,
    max_age,
    nonce,
    organization,
    pkce,
    prompt,
    resource,
    response_mode,
    response_type,
    scope,
    state,
    unsupported,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.apps.client import Client
    from idp.oauth.authorization.checks.draft import Draft
    from idp.oauth.params import Params

    Check = Callable[[Params, Client, Draft], None]

CHECKS: tuple[Check, ...] = (
    state.check,
    response_mode.check,
    unsupported.check,
    response_type.check,
    scope.check,
    organization.check,
    resource.check,
    nonce.check,
    pkce.check,
    prompt.check,
    max_age.check,
    acr_values.check,
    display.check,
    login_hint.check,
    connection.check,
    dpop_jkt.check,
    fapi2.check,
    claims.check,
    authorization_details.check,
)
"""In order. The check of redirect_uri comes before them, because it decides how their errors are sent."""
