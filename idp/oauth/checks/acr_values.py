"""acr_values: what the client would like, in its order (OIDC Core §3.1.2.1). A voluntary claim: unknown values ask for nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.client import Client
    from idp.oauth.checks import Draft
    from idp.oauth.params import Params


_MAX = 10


def check(params: Params, client: Client, draft: Draft) -> None:
    """aal2 alone asks for a second factor."""
    del client
    draft["acr_values"] = tuple((params.get("acr_values") or "").split()[:_MAX])
