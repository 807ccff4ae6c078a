"""Ids of people are used once (threats R-18): an import cannot keep the id of a person who was erased here.

Such an account would get the sessions that an unfinished erasure has not reached, tokens that apps still hold, and the events of the trail.
"""

from __future__ import annotations

import base64
import hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.services.keys.keyring import Keyring

PURPOSE = "used user ids"


def id_mark(keyring: Keyring, user_id: str) -> str:
    """Return the keyed hash of an id, by which it is remembered after its person is gone. It tells nothing about the person."""
    digest = hmac.digest(keyring.derive(PURPOSE), user_id.encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
