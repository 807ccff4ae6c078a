"""Several deciders as one: a denial overrides, no answer does not allow, and an error denies."""

from __future__ import annotations

from typing import Any

import pytest

from idp.verify.decisions import Action, Decider, Decision, Question, Resource, Subject, all_of, combine

QUESTION = Question(Subject("user", "a"), Action("read"), Resource("document", "1"))


class Says:
    """A decider that always gives one answer or raises one exception."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def decide(self, _: Question, /) -> Decision:
        if isinstance(self.answer, Exception):
            raise self.answer
        told: Decision = self.answer
        return told


YES = Says(Decision(allowed=True, reason="yes", by="y"))
NO = Says(Decision(allowed=False, reason="no", by="n"))
SILENT = Says(Decision(allowed=False, reason="nothing"))
ERROR = Says(ValueError("with a secret in it"))
TRUTHY = Says(Decision(allowed="false", reason="not even a bool", by="t"))  # type: ignore[arg-type]  # as a custom decider might
NONE = Says(None)


@pytest.mark.parametrize(
    ("deciders", "allowed", "by"),
    [
        ((), False, ""), ((YES,), True, "y"), ((NO,), False, "n"), ((SILENT,), False, ""), ((ERROR,), False, "error"),
        ((YES, SILENT), True, "y"), ((SILENT, YES), True, "y"), ((YES, YES), True, "y,y"), ((YES, NO), False, "n"), ((NO, YES), False, "n"),
        ((YES, ERROR), False, "error"), ((ERROR, YES), False, "error"), ((SILENT, SILENT), False, ""), ((TRUTHY,), False, "error"),
        ((YES, TRUTHY), False, "error"), ((NONE,), False, "error"), ((YES, NONE), False, "error"),
    ],
)  # fmt: skip
def test_a_denial_overrides_in_any_order(deciders: tuple[Decider, ...], allowed: bool, by: str) -> None:
    """In any order of the deciders."""
    answer = combine(*deciders).decide(QUESTION)
    assert (answer.allowed, answer.by) == (allowed, by)
    assert "secret" not in answer.reason


@pytest.mark.parametrize(
    ("deciders", "allowed", "by"),
    [
        ((), False, ""), ((YES,), True, "y"), ((YES, YES), True, "y,y"), ((YES, SILENT), False, ""), ((SILENT, NO), False, "n"),
        ((YES, NO), False, "n"), ((YES, ERROR), False, "error"), ((YES, TRUTHY), False, "error"),
    ],
)  # fmt: skip
def test_all_of_needs_every_decider_to_allow(deciders: tuple[Decider, ...], allowed: bool, by: str) -> None:
    """A denial with a name is reported before a missing answer."""
    answer = all_of(*deciders).decide(QUESTION)
    assert (answer.allowed, answer.by) == (allowed, by)


def test_combinations_of_deciders_nest() -> None:
    """All of two, or a third. An inner denial overrides outside."""
    assert combine(all_of(YES, YES), SILENT).decide(QUESTION).allowed
    assert combine(all_of(YES, SILENT), YES).decide(QUESTION).allowed
    assert not combine(all_of(YES, NO), YES).decide(QUESTION).allowed


@pytest.mark.parametrize(
    ("claims", "type_", "id_"),
    [
        ({"sub": "ada", "client_id": "shop"}, "user", "ada"), ({"sub": "job", "client_id": "job"}, "client", "job"),
        ({"client_id": "job"}, "client", "job"), ({"sub": "ada"}, "user", "ada"), ({}, "user", ""),
    ],
)  # fmt: skip
def test_the_subject_of_a_token_is_the_user_or_the_client(claims: dict[str, Any], type_: str, id_: str) -> None:
    """RFC 9068 §5: the `sub` of a client's own token is its client_id."""
    subject = Subject.of({**claims, "exp": 1, "jti": "x", "scope": "a b", "department": "sales"})
    assert (subject.type, subject.id, subject.properties["scopes"]) == (type_, id_, ["a", "b"])
    assert subject.properties["department"] == "sales"
    assert not {"sub", "exp", "jti", "iss", "aud", "cnf"} & set(subject.properties)


@pytest.mark.parametrize("odd", ["editor", {"editor": 1}, [1], ["editor", None], None, 7])
def test_malformed_names_in_claims_are_ignored(odd: Any) -> None:
    """Roles that are not a list of texts are no roles. `scopes` never comes from a claim."""
    subject = Subject.of({"sub": "a", "roles": odd, "groups": odd, "permissions": odd, "scopes": ["everything"], "scope": odd})
    assert [subject.properties[name] for name in ("roles", "groups", "permissions")] == [[], [], []]
    assert subject.properties["scopes"] == (["editor"] if odd == "editor" else [])
