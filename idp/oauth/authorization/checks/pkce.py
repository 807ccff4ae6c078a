"""PKCE: S256 only. Public clients must use it; other clients too, unless their registration says otherwise (RFC 9700 §2.1.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import OAuthError
from idp.domain.requests.pkce import challenge_problem

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.authorization.checks.draft import Draft
    from idp.oauth.params import Params


def check(params: Params, client: Client, draft: Draft) -> None:
    """Read the code challenge (RFC 7636 §4.3). A challenge must be valid even if none is required.

    Raises:
        OAuthError: invalid_request (RFC 7636 §4.4.1).
    """
    challenge, method = params.get("code_challenge"), params.get("code_challenge_method")
    if challenge is None and method is None and not client.must_use_pkce:
        return
    problem = challenge_problem(challenge, method)
    if problem:
        raise OAuthError("invalid_request", problem)
    draft["code_challenge"] = challenge
