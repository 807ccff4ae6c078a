"""Permissions of roles, and what a star in them stands for."""

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
def test_what_is_covered(granted: str, needed: str) -> None:
    """A star is one part, and at the end all that follow."""
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
def test_what_is_not_covered(granted: str, needed: str) -> None:
    """Nothing else is a pattern; a question with a star or an empty part is nobody's."""
    assert not permits(granted, needed)


def ask(action: str, *, type_: str = "invoices", **properties: object) -> Question:
    """May somebody do this?"""
    return Question(Subject("user", "a", properties), Action(action), Resource(type_, "1"))


def test_the_permission_of_a_question() -> None:
    """Type and action, or the action alone where it has parts already."""
    assert permission_of(ask("read")) == "invoices:read"
    assert permission_of(ask("orders:read")) == "orders:read"


def test_a_star_counts_in_the_model_alone() -> None:
    """In a token's claim it is a name like any other, which nobody can ask for."""
    decider = RoleDecider({"chief": ["invoices:*"]})
    assert decider.decide(ask("read", roles=["chief"])).allowed
    assert not decider.decide(ask("read", permissions=["invoices:*"])).allowed
    assert not decider.decide(ask("*", permissions=["invoices:*"])).allowed
    assert not decider.decide(ask("*", roles=["chief"])).allowed


def test_roles_that_are_looked_up() -> None:
    """They stand in the place of those that the token says, its permissions too; a look-up that fails is a no."""

    def found(subject: Subject) -> Sequence[str]:
        if subject.id != "a":
            raise LookupError
        return ["clerk"]

    decider = RoleDecider({"clerk": ["invoices:read"], "chief": ["*"]}, roles_of=found)
    assert decider.decide(ask("read", roles=["chief"])).by == "role:clerk"
    assert not decider.decide(ask("write", roles=["chief"], permissions=["invoices:write"])).allowed
    stranger = Question(Subject("user", "b"), Action("read"), Resource("invoices", "1"))
    assert combine(decider).decide(stranger).by == "error"


def test_silence_is_no_denial() -> None:
    """A role forbids nothing: another decider may still say yes."""
    answer = RoleDecider({}).decide(ask("read", roles=["clerk"]))
    assert (answer.allowed, answer.silent) == (False, True)
