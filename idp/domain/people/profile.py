"""Recognises whether a profile changed between the page that showed it and the form that came back."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from idp.domain.people.asked_claims import AskedClaim


def fingerprint(claims: Mapping[str, Any], asked: Sequence[AskedClaim]) -> str:
    """Return a text that differs for different claims or fields: a SHA-256 in base64url. It is no secret and decides about no authority.

    `asked`: the claims that have a field. A form of before a change of that list would otherwise remove the claims that it did not show.
    """
    text = json.dumps([claims, [each.name for each in asked]], sort_keys=True, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
