"""The OAuth scopes of the decision endpoint (AuthZEN)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

EVALUATE, SUBJECTS = "access:evaluate", "access:subjects"
"""EVALUATE allows to ask for decisions. SUBJECTS lets the provider use the stored roles, groups and attributes of users and apps."""
DESCRIPTIONS: Mapping[str, str] = MappingProxyType(
    {
        EVALUATE: "Ask for access decisions",
        SUBJECTS: "Ask for access decisions about users and apps with their roles, groups and attributes",
    }
)
SCOPES = frozenset(DESCRIPTIONS)
