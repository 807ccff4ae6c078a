"""Members of tokens in words (OIDC Core §2, §5.1, RFC 9068 §2.2, RFC 7515 §4.1). A claim without words is the app's own."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from idp.domain.texts import marked

if TYPE_CHECKING:
    from collections.abc import Mapping

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "acr": marked("How strongly the person signed in. aal2 means with two factors."),
        "alg": marked("The algorithm of the signature."),
        "amr": marked("The ways in which the person signed in."),
        "at_hash": marked("A digest that binds the ID token to the access token."),
        "aud": marked("Whom the token is for. Everybody else must refuse it."),
        "auth_time": marked("When the person signed in."),
        "azp": marked("The app that asked for the token."),
        "client_id": marked("The app that asked for the token."),
        "email": marked("The address of the person."),
        "email_verified": marked("Whether the person proved that the address is theirs."),
        "exp": marked("When the token ends."),
        "gid": marked("The sign-in that the token comes from. Only this provider can read it."),
        "groups": marked("The groups of the person."),
        "iat": marked("When the token was made."),
        "iss": marked("Who made the token: this provider."),
        "jti": marked("The id of this token alone."),
        "kid": marked("The key that signed it. The public half is in the key set of this provider."),
        "name": marked("The name of the person."),
        "nonce": marked("A random text of this sign-in. The app compares it, so that no other token is accepted."),
        "org_id": marked("The organisation that the sign-in is for."),
        "permissions": marked("What the roles of the person allow."),
        "roles": marked("The roles of the person."),
        "scope": marked("What the token may be used for."),
        "sid": marked("The session at this provider. A logout names it."),
        "sub": marked("The id of the person, which never changes. For a token without a person, the id of the app."),
        "typ": marked("The kind of the token, so that it is not taken for another kind."),
    }
)
"""By name of the member."""
TIMES = frozenset({"exp", "iat", "nbf", "auth_time", "updated_at"})
"""Members that are seconds since 1970-01-01 00:00 UTC."""
