"""The scopes of the decision endpoint (AuthZEN)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

EVALUATE, SUBJECTS = "access:evaluate", "access:subjects"
"""To ask; and to ask about users and apps as the provider knows them, their roles, groups and attributes."""
DESCRIPTIONS: Mapping[str, str] = MappingProxyType(
    {
        EVALUATE: "Ask for access decisions",
        SUBJECTS: "Ask for access decisions about users and apps with their roles, groups and attributes",
    }
)
SCOPES = frozenset(DESCRIPTIONS)
