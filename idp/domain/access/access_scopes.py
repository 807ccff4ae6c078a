"""The scopes of the decision endpoint (AuthZEN)."""

from __future__ import annotations

EVALUATE, SUBJECTS = "access:evaluate", "access:subjects"
"""To ask; and to ask about users and apps as the provider knows them, their roles, groups and attributes."""
SCOPES = frozenset({EVALUATE, SUBJECTS})
