"""Combinations of deciders: a denial overrides, no answer does not allow, and an error denies."""

from __future__ import annotations

from idp.verify.decisions.question import Decider, Decision, Question
from idp.verify.refused import Refused

NOTHING_APPLIES = "no rule allows it"
ERROR = "error"
"""The value of `Decision.by` if a decider failed."""


class combine:  # noqa: N801 – used like a function: combine(roles, rules, policies).decide(question)
    """Deny overrides: allowed if at least one decider allows and none denies. Without deciders the answer is no.

    A decider that raises denies, with `by` = `error`. `Refused` is raised further: the decider is unavailable, so there is no decision.
    """

    def __init__(self, *deciders: Decider) -> None:
        self._deciders = deciders

    def decide(self, question: Question, /) -> Decision:
        answers = [_ask(decider, question) for decider in self._deciders]
        for answer in answers:
            if not answer.allowed and not answer.silent:
                return answer
        said_yes = [answer for answer in answers if answer.allowed]
        if not said_yes:
            return Decision(allowed=False, reason=answers[0].reason if len(answers) == 1 else NOTHING_APPLIES)
        return _together(said_yes)


class all_of:  # noqa: N801 – used like a function: all_of(roles, rules)
    """Every decider has to allow, for example a role and office hours. Without deciders the answer is no."""

    def __init__(self, *deciders: Decider) -> None:
        self._deciders = deciders

    def decide(self, question: Question, /) -> Decision:
        answers = [_ask(decider, question) for decider in self._deciders]
        refusals = [answer for answer in answers if not answer.allowed]
        if refusals:
            return next((answer for answer in refusals if not answer.silent), refusals[0])
        return _together(answers) if answers else Decision(allowed=False, reason=NOTHING_APPLIES)


def _ask(decider: Decider, question: Question) -> Decision:
    try:
        answer: object = decider.decide(question)
    except Refused:
        raise
    except Exception as problem:  # noqa: BLE001 – any failure denies
        return Decision(allowed=False, reason=f"{type(decider).__name__} failed: {type(problem).__name__}", by=ERROR)
    if not isinstance(answer, Decision) or not isinstance(answer.allowed, bool):
        # A custom decider that answers with a value other than True does not allow.
        return Decision(allowed=False, reason="an answer that is none", by=ERROR)
    return answer


def _together(answers: list[Decision]) -> Decision:
    return Decision(
        allowed=True, reason="; ".join(answer.reason for answer in answers), by=",".join(answer.by for answer in answers if answer.by)
    )
