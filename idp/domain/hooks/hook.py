"""A hook: a Cedar policy or a function that changes what happens at a token, a registration or a sign-in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CLAIMS, REGISTRATION, SIGN_IN = KINDS = ("claims", "registration", "sign_in")
"""The kinds. The first adds claims to tokens; the other two decide."""
DENY, ALLOW, WITHOUT_CLAIMS = "deny", "allow", "without_claims"
"""What happens if a hook gives no usable answer."""
ON_FAILURE: Mapping[str, tuple[str, ...]] = {CLAIMS: (WITHOUT_CLAIMS, DENY), REGISTRATION: (DENY, ALLOW), SIGN_IN: (DENY, ALLOW)}
"""The values of `on_failure` by kind, the default first."""
MOST = 20
"""The greatest number of hooks."""
SHORTEST, LONGEST, USUAL = 100, 2000, 1000
"""Milliseconds for the answer of a function: the bounds of `timeout_ms`, and its default."""
TOGETHER = 2.0
"""Seconds for all functions of one moment. A sign-in by a connection may have used 7 of its 10 seconds before."""


@dataclass(frozen=True, slots=True)
class Hook:
    """A hook. Its name never changes. Either `cedar` or `function` is set.

    `cedar`: policies, checked against `schema` ("": the schema of docs/hooks.md). `claims`: those that are added if they permit.
    `function`: the ARN of a Lambda function. `apps`: client ids; empty for all apps and for the pages of the provider.
    `targets`: for claims, which of access_token, id_token and userinfo get them.
    """

    name: str
    kind: str
    cedar: str = ""
    schema: str = ""
    claims: Mapping[str, Any] = field(default_factory=dict)
    function: str = ""
    timeout_ms: int = USUAL
    on_failure: str = ""
    apps: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    enabled: bool = True
    description: str = ""
    version: int = 1
    created_at: int = 0
    updated_at: int = 0

    def is_for(self, kind: str, client_id: str) -> bool:
        """Return whether it is asked at this moment. `client_id`: the app, or "" for a page of the provider."""
        return self.enabled and self.kind == kind and (not self.apps or client_id in self.apps)

    @property
    def denies_on_failure(self) -> bool:
        """Return whether a failure refuses. A value of another release counts as a refusal."""
        return self.on_failure not in {ALLOW, WITHOUT_CLAIMS}
