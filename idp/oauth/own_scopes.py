"""The scopes that this provider itself gives a meaning: those of OpenID Connect, of the admin API and of the decision point.

Any other scope belongs to an API, and is known here as soon as an app is registered for it.
"""

from __future__ import annotations

from idp.domain.scope import STANDARD
from idp.services import admin_scopes

EVALUATE, SUBJECTS = "access:evaluate", "access:subjects"
OWN = frozenset({*STANDARD, *admin_scopes.ALL, EVALUATE, SUBJECTS})
