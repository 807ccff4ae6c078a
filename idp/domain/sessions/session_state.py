"""session_state (OpenID Connect Session Management 1.0 §4.2): lets an app's page notice that the sign-in changed, without a request."""

from __future__ import annotations

import base64
import hashlib


def browser_state(session_id: str) -> str:
    """The value that the iframe's script compares. It changes with the session, and the session cannot be derived from it."""
    return _digest(f"browser state of {session_id}")


def session_state(client_id: str, origin: str, state: str, salt: str) -> str:
    """The hash of who asks, from where (the redirect URI's origin), and the browser's state. The iframe's script computes the same.

    See Session Management 1.0 §3.2, §4.2.
    """
    digest = hashlib.sha256(f"{client_id} {origin} {state} {salt}".encode()).hexdigest()
    return f"{digest}.{salt}"


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:16]).rstrip(b"=").decode()
