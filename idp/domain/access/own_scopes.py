"""The scopes that this provider itself gives a meaning: those of OpenID Connect, of the admin API and of the decision point.

Any other scope belongs to an API, and is known here as soon as an app is registered for it.
"""

from __future__ import annotations

from idp.domain.access import access_scopes, admin_scopes
from idp.domain.requests.scope import STANDARD

BY_ADMINS = frozenset({*admin_scopes.ALL, *access_scopes.SCOPES})
"""Those that only an admin gives to a client: no client registers itself for one."""
OWN = BY_ADMINS | frozenset(STANDARD)
