"""Stored policies: versions that never change, and the pointer to the live version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MOST_VERSIONS = 9_999_999


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One version. `schema`: the Cedar schema of `policies`. `namespace`: the Cedar namespace of types and actions. `rules`: attribute
    rules.
    """

    number: int
    policies: str = ""
    schema: str = ""
    namespace: str = ""
    rules: Mapping[str, Any] | None = None
    note: str = ""
    created_at: int = 0
    created_by: str = ""


@dataclass(frozen=True, slots=True)
class LivePolicies:
    """The pointer to the live version. `revision` counts the publications and is the ETag."""

    number: int
    revision: int
    published_at: int = 0
    published_by: str = ""
