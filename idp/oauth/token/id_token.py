"""The ID Token of a token response (OIDC Core §3.1.3.3). This module loads with the first ID Token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.requests import claims_request
from idp.oauth.clients.encryption import encrypt_for
from idp.oauth.token.user_claims import claims_by_name, claims_by_scope

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from idp.domain.apps.client import Client
    from idp.domain.organisations.profile import OrganisationProfile
    from idp.domain.people.user import User
    from idp.domain.tokens.grant import Grant
    from idp.oauth.provider import GrantParts
    from idp.oauth.token.grant import Used


def sign_id_token(
    provider: GrantParts, client: Client, grant: Grant, user: User, used: Used, *,
    scopes: Sequence[str], access_token: str, mapped: Mapping[str, Any], organisation: OrganisationProfile | None = None,
) -> str:  # fmt: skip
    """The signed ID Token, encrypted if the client registered that. `mapped`: the claims that the client's mappings add.

    The claims of the granted scopes come from UserInfo (OIDC Core §5.4, §5.5), unless the client is registered to get them here too.
    `organisation`: the one that the grant is for.
    """
    scoped = claims_by_scope(user, scopes) if client.id_token_claims else {}
    more = {**mapped, **scoped, **claims_by_name(user, claims_request.names(grant.claims, "id_token"))}
    token = provider.tokens.issue_id_token(
        client, grant, nonce=used.nonce, access_token=access_token, more=more, code=used.code, organisation=organisation
    )
    return encrypt_for(provider, client, token, client.id_token_encrypted_response_alg, client.id_token_encrypted_response_enc)
