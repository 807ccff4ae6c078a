"""Access decisions: one Question, several ways to answer it, one Decision.

    question    Subject, Action, Resource, Question, Decision: AuthZEN's words
    combine     several deciders as one: deny overrides, silence and errors are a no
    roles       RBAC: permissions of roles
    attributes  ABAC: rules as JSON over attributes, time and addresses
    cedar       PBAC: Cedar policies, checked against a schema (needs the extra `policies`)
    policy_set  Cedar and rules as they are stored and published together
    messages    questions and answers in AuthZEN's JSON

Standard library only, but for `cedar`, which is imported on its own.
"""

from idp.verify.decisions.combine import all_of, combine
from idp.verify.decisions.question import Action, Decider, Decision, Question, Resource, Subject

__all__ = ["Action", "Decider", "Decision", "Question", "Resource", "Subject", "all_of", "combine"]
