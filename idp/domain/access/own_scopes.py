"""The OAuth scopes with a meaning to this provider: those of OpenID Connect, of the admin API and of the decision endpoint.

Any other OAuth scope belongs to an API. It becomes known when an app is registered for it.
"""

from __future__ import annotations

from idp.domain.access import access_scopes, admin_scopes
from idp.domain.requests.scope import STANDARD

BY_ADMINS = frozenset({*admin_scopes.ALL, *access_scopes.SCOPES})
"""The OAuth scopes that only an admin can give to a client. A client cannot register itself for them."""
OWN = BY_ADMINS | frozenset(STANDARD)
