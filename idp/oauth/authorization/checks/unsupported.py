"""Parameters that are not supported are refused with the code of their specification (OIDC Core §3.1.2.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import OAuthError

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.authorization.checks.draft import Draft
    from idp.oauth.params import Params


REFUSED = {"registration": "registration_not_supported"}


def check(params: Params, client: Client, draft: Draft) -> None:
    """Refuse self-issued registration (OIDC Core §7.2.1)."""
    del client, draft
    for name, code in REFUSED.items():
        if params.get(name) is not None:
            raise OAuthError(code, "request.parameter_unsupported", name=name)
