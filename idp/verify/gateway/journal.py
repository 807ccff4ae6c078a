"""One line of JSON for each decision: the reason, the subject, the key. It never contains the token or an unverified claim."""

from __future__ import annotations

import json
import sys

from idp.verify.digest import sha256
from idp.verify.token import Token


def line(decision: str, reason: str, *, route: str = "", request_id: str = "", token: Token | None = None, note: str = "") -> None:
    """Write the line to standard output, which is the function's log. `sub` is hashed, so that the log is not a list of users."""
    members = {"event": "authorizer", "decision": decision, "reason": reason, "route": route, "request_id": request_id, "note": note}
    if token:
        members |= {"kid": token.kid, "client_id": token.client_id, "sub_hash": sha256(token.subject.encode()).hex()[:16]}
    sys.stdout.write(json.dumps({name: value for name, value in members.items() if value}) + "\n")
