"""What the checks have read of an authorization request so far: members of `AuthorizationRequest` by name."""

from __future__ import annotations

from typing import Any

Draft = dict[str, Any]
