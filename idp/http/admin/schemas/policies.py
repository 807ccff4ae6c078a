"""Stored policies: versions, the live one, simulation."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import Field

from idp.http.admin.numbers import Whole
from idp.http.admin.schemas.common import NextCursor, Shape, Time

Number = Annotated[Whole, Path(ge=1, le=9_999_999, description="The version's number.")]
_NAMESPACE = r"^([A-Za-z_][A-Za-z0-9_]*(::[A-Za-z_][A-Za-z0-9_]*)*)?$"


class NewPolicyVersion(Shape):
    """A set of policies: Cedar with its schema, attribute rules, or both."""

    policies: str = Field(
        default="",
        description="Policies in Cedar. The annotation `@id` gives a policy an id.",
        examples=["permit(principal, action, resource);"],
    )
    schema_: str = Field(
        default="", alias="schema", description="The Cedar schema, as text or as JSON. The policies are validated against it."
    )
    namespace: str = Field(
        default="", max_length=200, pattern=_NAMESPACE, description="The Cedar namespace of types and actions, if there is one."
    )
    rules: dict[str, Any] | None = Field(default=None, description="Attribute rules; see docs/policies.md.")
    note: str = Field(default="", max_length=200, description="A note for admins, for example what changed.")


class PolicyVersionSummary(Shape):
    """A version, without its texts."""

    version: int
    status: Literal["draft", "live"]
    note: str
    created_at: Time
    created_by: str


class PolicyVersion(PolicyVersionSummary):
    """A version. It never changes."""

    policies: str
    schema_: str = Field(alias="schema")
    namespace: str
    rules: dict[str, Any] | None


class PolicyVersionPage(Shape):
    """Versions, the newest first."""

    items: list[PolicyVersionSummary]
    next_cursor: NextCursor


class Publish(Shape):
    """The version to publish."""

    version: int = Field(ge=1, le=9_999_999, description="The number of any version. An older one is a rollback.")


class LivePolicies(Shape):
    """The live version."""

    version: int
    published_at: Time
    published_by: str


class Simulation(Shape):
    """Questions to simulate with a version."""

    version: int | None = Field(default=None, ge=1, le=9_999_999, description="The number of the version. null: the live one.")
    questions: list[dict[str, Any]] = Field(min_length=1, max_length=100, description="Access evaluation requests as in AuthZEN.")


class SimulatedDecision(Shape):
    """One simulated decision. `decided_by`: the roles, rules and policies that decided. `details`: the engine's own text if it failed."""

    decision: bool
    reason: str
    decided_by: list[str]
    details: list[str]


class SimulationResult(Shape):
    """Decisions in the order of the questions."""

    version: int
    decisions: list[SimulatedDecision]
