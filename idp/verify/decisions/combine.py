"""How several deciders make one answer: a no overrules, silence is no yes, and an error is a no."""

from __future__ import annotations

from idp.verify.decisions.question import Decider, Decision, Question
from idp.verify.refused import Refused

NOTHING_APPLIES = "no rule allows it"
ERROR = "error"
"""Who decided where nobody could."""


class combine:  # noqa: N801 – reads as the verb it is: combine(roles, rules, policies).decide(question)
    """Deny overrides: yes when at least one decider says yes and none says no. Nobody at all: no.

    A decider that raises has said no, under the name `error`. Only `Refused` goes on: nobody can know now, so nobody has decided.
    """

    def __init__(self, *deciders: Decider) -> None:
        self._deciders = deciders

    def decide(self, question: Question, /) -> Decision:
        answers = [_asked(decider, question) for decider in self._deciders]
        for answer in answers:
            if not answer.allowed and not answer.silent:
                return answer
        said_yes = [answer for answer in answers if answer.allowed]
        if not said_yes:
            return Decision(allowed=False, reason=answers[0].reason if len(answers) == 1 else NOTHING_APPLIES)
        return _together(said_yes)


class all_of:  # noqa: N801 – as above: all_of(roles, rules)
    """Every one has to say yes: a role, and within office hours. Nobody at all: no."""

    def __init__(self, *deciders: Decider) -> None:
        self._deciders = deciders

    def decide(self, question: Question, /) -> Decision:
        answers = [_asked(decider, question) for decider in self._deciders]
        refusals = [answer for answer in answers if not answer.allowed]
        if refusals:
            return next((answer for answer in refusals if not answer.silent), refusals[0])
        return _together(answers) if answers else Decision(allowed=False, reason=NOTHING_APPLIES)


def _asked(decider: Decider, question: Question) -> Decision:
    try:
        answer: object = decider.decide(question)
    except Refused:
        raise
    except Exception as problem:  # noqa: BLE001 – whatever went wrong, it is not a yes
        return Decision(allowed=False, reason=f"{type(decider).__name__} failed: {type(problem).__name__}", by=ERROR)
    if not isinstance(answer, Decision) or not isinstance(answer.allowed, bool):
        # Somebody's own decider that answers with something merely truthy has not said yes.
        return Decision(allowed=False, reason="an answer that is none", by=ERROR)
    return answer


def _together(answers: list[Decision]) -> Decision:
    return Decision(
        allowed=True, reason="; ".join(answer.reason for answer in answers), by=",".join(answer.by for answer in answers if answer.by)
    )
