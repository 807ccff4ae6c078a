"""Access decisions: one Question, several kinds of deciders, one Decision.

    question    Subject, Action, Resource, Question, Decision, in the terms of AuthZEN
    combine     several deciders as one: a denial overrides; no answer and errors deny
    roles       RBAC: permissions of roles
    attributes  ABAC: rules in JSON about attributes, time and addresses
    cedar       PBAC: Cedar policies, checked against a schema (needs the extra `policies`)
    policy_set  Cedar policies and rules that are stored and published together
    messages    questions and answers in AuthZEN's JSON

All need the standard library only, except `cedar`, which is imported separately.
"""

from idp.verify.decisions.combine import all_of, combine
from idp.verify.decisions.question import Action, Decider, Decision, Question, Resource, Subject

__all__ = ["Action", "Decider", "Decision", "Question", "Resource", "Subject", "all_of", "combine"]
