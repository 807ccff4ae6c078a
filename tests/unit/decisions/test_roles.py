"""Permissions of roles, and the meaning of a star."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from idp.verify.decisions import Action, Question, Resource, Subject, combine
from idp.verify.decisions.roles import RoleDecider, permission_of, permits


@pytest.mark.parametrize(
    ("granted", "needed"),
    [
        ("invoices:read", "invoices:read"), ("*", "invoices:read"), ("*", "invoices"), ("invoices:*", "invoices:read"),
        ("invoices:*", "invoices:lines:read"), ("*:read", "invoices:read"), ("*:*", "invoices:read"),
        ("invoices:*:read", "invoices:lines:read"),
    ],
)  # fmt: skip
def test_a_permission_covers_matching_names(granted: str, needed: str) -> None:
    """A star matches one part, and at the end all parts that follow."""
    assert permits(granted, needed)


@pytest.mark.parametrize(
    ("granted", "needed"),
    [
        ("invoices:read", "invoices:write"), ("invoices:read", "Invoices:read"), ("invoices:read", "invoices:read:all"),
        ("invoices:read:all", "invoices:read"), ("invoices", "invoices:read"), ("invoices:*", "invoices"), ("inv*", "invoices"),
        ("inv*:read", "invoices:read"), ("*:read", "invoices:lines:read"), ("", "invoices:read"), ("", ""), ("*", ""), ("*", "invoices:"),
        ("*", ":read"), ("*", "*"), ("invoices:*", "invoices:*"), ("*", "invoices:*"), ("inv*", "inv*"), ("?nvoices:read", "invoices:read"),
    ],
)  # fmt: skip
def test_a_permission_does_not_cover_other_names(granted: str, needed: str) -> None:
    """There are no other patterns. A question with a star or an empty part is never permitted."""
    assert not permits(granted, needed)


def ask(action: str, *, type_: str = "invoices", **properties: object) -> Question:
    """A question of a subject with these properties."""
    return Question(Subject("user", "a", properties), Action(action), Resource(type_, "1"))


def test_a_question_needs_the_permission_of_type_and_action() -> None:
    """Type and action, or the action alone if it has a colon."""
    assert permission_of(ask("read")) == "invoices:read"
    assert permission_of(ask("orders:read")) == "orders:read"


def test_a_star_in_a_token_is_not_a_pattern() -> None:
    """In a token's claim a star is part of a name, and that name is never asked for."""
    decider = RoleDecider({"chief": ["invoices:*"]})
    assert decider.decide(ask("read", roles=["chief"])).allowed
    assert not decider.decide(ask("read", permissions=["invoices:*"])).allowed
    assert not decider.decide(ask("*", permissions=["invoices:*"])).allowed
    assert not decider.decide(ask("*", roles=["chief"])).allowed


def test_looked_up_roles_replace_those_of_the_token() -> None:
    """They replace the roles and permissions in the token. A failed lookup denies."""

    def found(subject: Subject) -> Sequence[str]:
        if subject.id != "a":
            raise LookupError
        return ["clerk"]

    decider = RoleDecider({"clerk": ["invoices:read"], "chief": ["*"]}, roles_of=found)
    assert decider.decide(ask("read", roles=["chief"])).by == "role:clerk"
    assert not decider.decide(ask("write", roles=["chief"], permissions=["invoices:write"])).allowed
    stranger = Question(Subject("user", "b"), Action("read"), Resource("invoices", "1"))
    assert combine(decider).decide(stranger).by == "error"


def test_a_missing_role_is_not_a_denial() -> None:
    """A role denies nothing, so another decider may still allow."""
    answer = RoleDecider({}).decide(ask("read", roles=["clerk"]))
    assert (answer.allowed, answer.silent) == (False, True)
