"""connection, or idp_hint: the connection by which the person signs in. Both are names of this provider's own, as others have them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.authorization.checks.draft import Draft
    from idp.oauth.params import Params

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def check(params: Params, client: Client, draft: Draft) -> None:
    """Keep the name if it can be one. Otherwise it is ignored, as an unknown one is: it is a hint, and the sign-in page follows."""
    del client
    name = params.get("connection") or params.get("idp_hint") or ""
    draft["connection"] = name if _ID.fullmatch(name) else ""
