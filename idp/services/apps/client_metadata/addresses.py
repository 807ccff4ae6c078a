"""Addresses that the provider calls to start a sign-in (OIDC Core §4) or to announce a logout (Back-Channel Logout §2.2, Front-Channel
Logout §2).

See OIDC Registration §2.
"""

from __future__ import annotations

from idp.services.apps.client_metadata.values import Member, flag, https_url, url

MEMBERS: dict[str, Member] = {
    "initiate_login_uri": ("initiate_login_uri", https_url),
    "backchannel_logout_uri": ("backchannel_logout_uri", https_url),
    "backchannel_logout_session_required": ("backchannel_logout_session_required", flag),
    "frontchannel_logout_uri": ("frontchannel_logout_uri", url),
    "frontchannel_logout_session_required": ("frontchannel_logout_session_required", flag),
}
REMOVABLE = frozenset(name for name in MEMBERS if name.endswith("_uri"))
