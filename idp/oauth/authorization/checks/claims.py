"""claims and claims_locales: claims that are requested by name (OIDC Core §5.5, §5.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import InvalidValue, OAuthError
from idp.domain.requests import claims_request
from idp.domain.sessions.session import AAL1, AAL2

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.authorization.checks.draft import Draft
    from idp.oauth.params import Params

_MAX = 10


def check(params: Params, client: Client, draft: Draft) -> None:
    """Parse them. An essential acr that no sign-in here can reach is refused at once (§5.5.1.1)."""
    del client
    draft["claims_locales"] = tuple((params.get("claims_locales") or "").split()[:_MAX])
    text = params.get("claims")
    if text is None:
        return
    try:
        asked = claims_request.parse(text)
    except InvalidValue as problem:
        raise OAuthError("invalid_request", problem.message) from None
    wanted = claims_request.values(asked, "acr")
    if claims_request.essential(asked, "acr") and wanted and not {AAL1, AAL2} & set(wanted):
        raise OAuthError("unmet_authentication_requirements", "claims_parameter.acr_unreachable")
    if params.get("acr_values") is None and "acr" in claims_request.names(asked, "id_token"):
        draft["acr_values"] = ()  # the registered default is for requests that do not mention acr
    draft["claims"] = asked or None
    hinted = claims_request.values(asked, "sub")
    if hinted:
        draft["hinted_sub"] = hinted[0]
