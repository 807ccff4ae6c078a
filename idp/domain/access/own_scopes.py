"""The OAuth scopes with a meaning to this provider: of OpenID Connect, the admin API, the decision endpoint and shared signals.

Any other OAuth scope belongs to an API. It becomes known when an app is registered for it.
"""

from __future__ import annotations

from idp.domain.access import access_scopes, admin_scopes, signal_scopes
from idp.domain.requests.scope import STANDARD

BY_ADMINS = frozenset({*admin_scopes.ALL, *access_scopes.SCOPES, *signal_scopes.SCOPES})
"""The OAuth scopes that only an admin can give to a client. A client cannot register itself for them."""
OWN = BY_ADMINS | frozenset(STANDARD)
