"""acr_values: the authentication contexts that the client prefers, in its order (OIDC Core §3.1.2.1). The request is voluntary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.sessions.session import AAL1, AAL2

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.authorization.checks.draft import Draft
    from idp.oauth.params import Params


def check(params: Params, client: Client, draft: Draft) -> None:
    """Keep the known values; aal2 alone requires a second factor. Unknown values are dropped (OIDC Core §5.5.1.1).

    OIDC Registration §2: "default_acr_values … Values specified in the acr_values request parameter or an individual acr Claim request
    override these default values"; `claims` handles that claim.
    """
    named = params.get("acr_values")
    asked = client.default_acr_values if named is None else named.split()
    draft["acr_values"] = tuple(value for value in dict.fromkeys(asked) if value in {AAL1, AAL2})
