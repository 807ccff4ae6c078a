"""What a connection of an organisation may do, whatever is stored of it (docs/threat-model.md, Q-17).

Its admins decide what the upstream says. So it speaks for addresses in the domains that the organisation has proven and for no other, and
opens only accounts of the organisation's members whose own verified address is in such a domain: who holds the domain reads their mail
anyway. It opens no account of an admin of the deployment, stands for no second factor, gives no tokens or roles, and has no button.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from idp.domain.connections.connection import DOMAINS

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.connections.connection import Connection
    from idp.domain.people.user import User

MEMBERS = frozenset({
    "name", "enabled", "issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint",
    "iss_parameter", "client_id", "client_auth", "secret", "key_id", "signing_alg", "scopes", "response_mode", "claims", "tenants",
    "accounts", "link_verified", "metadata", "metadata_url", "certificates", "name_id_format", "signs_requests",
    "wants_signed_assertions", "wants_encryption",
})  # fmt: skip
"""The members that its admins set, beside id and preset. All others have the values of `bounded`."""
PRESET_NAMES: Final = ("google", "microsoft", "gitlab", "cognito", "auth0", "keycloak", "oidc", "saml")
"""The presets of its connections. None asks for a password here, and none is OAuth 2.0, whose answer has no signature."""


def bounded(it: Connection, domains: tuple[str, ...] = ()) -> Connection:
    """Return the connection with no more power than an organisation may give it. `domains`: those that the organisation has proven."""
    return replace(
        it, domains=domains, email_trust=DOMAINS, shown=False, logo_uri="", position=100, apps=(), trusts_factors=False,
        keeps_tokens=False, token_apps=(), token_incarnations={}, hook="", who="",
    )  # fmt: skip


def may_open(it: Connection, email: str, user: User) -> bool:
    """Return whether it may open this account. `it`: bounded, with the domains that are proven now. `email`: what the upstream vouches for.

    The membership is checked beside this.
    """
    domain = email.rpartition("@")[2]
    own = user.email_verified and user.email.rpartition("@")[2] == domain
    return bool(domain) and domain in it.domains and own and not user.admin


def may_serve(it: Connection, client: Client | None) -> bool:
    """Return whether people may sign in to this app by it. None: the account page.

    The people of an app that accepts connections only are those of the connections that the deployment chose. So it serves such an app
    only if each sign-in to it is for an organisation.
    """
    return not it.org_id or client is None or not client.connections_only or client.organization == "required"
