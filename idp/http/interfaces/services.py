"""All that `idp.http` needs of the deployment."""

from __future__ import annotations

from typing import Protocol

from idp.http.interfaces.account import AccountServices
from idp.http.interfaces.admin import AdminServices
from idp.http.interfaces.oidc import OidcServices
from idp.http.interfaces.scim import ScimServices
from idp.http.interfaces.signals import SignalServices


class Services(OidcServices, AccountServices, AdminServices, ScimServices, SignalServices, Protocol):
    """The interfaces of all groups together."""
